/** Expands Ansible's ranges: `www[01:03]` is www01 www02 www03, `db-[a:c]`, `n[0:10:5]`; several multiply. A problem is text. */
export function expandRange(pattern: string): readonly string[] | {readonly problem: string} {
  const open = pattern.indexOf('[');
  if (open === -1)
    return pattern.includes(']') ? {problem: `"${pattern}" closes a range that it does not open`} : [pattern];
  const close = pattern.indexOf(']', open);
  if (close === -1) return {problem: `"${pattern}" opens a range and does not close it`};
  const steps = expandOne(pattern.slice(open + 1, close));
  if ('problem' in steps) return {problem: `"${pattern}": ${steps.problem}`};
  const rest = expandRange(pattern.slice(close + 1));
  if ('problem' in rest) return rest;
  if (steps.length * rest.length > mostHosts) return {problem: `"${pattern}" makes more than ${mostHosts} hosts`};
  return steps.flatMap((step) => rest.map((end) => pattern.slice(0, open) + step + end));
}

const mostHosts = 100_000;

function expandOne(range: string): readonly string[] | {readonly problem: string} {
  const parts = /^(?:(?<low>\d*):(?<high>\d+)|(?<first>[A-Za-z]):(?<last>[A-Za-z]))(?::(?<step>[1-9]\d*))?$/.exec(
    range,
  )?.groups;
  if (!parts)
    return {problem: `"[${range}]" is no range; write "[01:03]" or "[a:c]", with a step after a second colon`};
  const step = Number(parts['step'] ?? 1);
  const {first, last} = parts;
  if (first !== undefined && last !== undefined) {
    return (
      steps(first.charCodeAt(0), last.charCodeAt(0), step)?.map((code) => String.fromCharCode(code)) ?? backwards(range)
    );
  }
  const low = parts['low'] === '' ? '0' : (parts['low'] ?? '0');
  const high = parts['high'] ?? '0';
  const width = low.startsWith('0') && low.length > 1 ? low.length : 0;
  if (width > 0 && width !== high.length)
    return {problem: `"[${range}]" begins and ends with a different number of digits`};
  return (
    steps(Number(low), Number(high), step)?.map((number) => String(number).padStart(width, '0')) ?? backwards(range)
  );
}

function backwards(range: string): {readonly problem: string} {
  return {problem: `"[${range}]" ends before it begins, or makes more than ${mostHosts} hosts`};
}

function steps(low: number, high: number, step: number): readonly number[] | undefined {
  const count = Math.floor((high - low) / step) + 1;
  return count < 1 || count > mostHosts ? undefined : Array.from({length: count}, (_, index) => low + index * step);
}
