import {FunctionFailed} from './shared-function.js';

/** Fills values into a pattern of `%s`, `%d`, `%05d`, `%x`, `%.2f`, `%-10s` and `%%`. */
export function formatted(pattern: string, values: readonly unknown[]): string {
  let next = 0;
  const text = pattern.replaceAll(
    /%(-?)(0?)(\d*)(?:\.(\d+))?([sdxXfo%])/g,
    (_, left: string, zero: string, width: string, digits: string | undefined, kind: string) => {
      if (kind === '%') return '%';
      if (next >= values.length) throw new FunctionFailed(`"${pattern}" wants more than ${values.length} values`);
      const filled = filledIn(values[next++], {kind, digits});
      const size = Number(width);
      if (left === '-') return filled.padEnd(size);
      if (zero === '0' && filled.startsWith('-')) return `-${filled.slice(1).padStart(size - 1, '0')}`;
      return filled.padStart(size, zero === '0' ? '0' : ' ');
    },
  );
  if (next < values.length) throw new FunctionFailed(`"${pattern}" wants ${next} values, not ${values.length}`);
  return text;
}

function filledIn(
  value: unknown,
  {kind, digits}: {readonly kind: string; readonly digits: string | undefined},
): string {
  if (kind === 's') return typeof value === 'string' ? value : JSON.stringify(value);
  if (typeof value !== 'number') throw new FunctionFailed(`%${kind} wants a number, found ${JSON.stringify(value)}`);
  switch (kind) {
    case 'f':
      return value.toFixed(Number(digits ?? 6));
    case 'x':
      return Math.trunc(value).toString(16);
    case 'X':
      return Math.trunc(value).toString(16).toUpperCase();
    case 'o':
      return Math.trunc(value).toString(8);
    default:
      return String(Math.trunc(value));
  }
}
