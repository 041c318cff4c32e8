import {sh} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind} from '../../engine/task.js';

export interface SysctlState {
  readonly name: string;
  /** The value in the kernel, white space made one blank; undefined where the kernel has no such key or it cannot be read. */
  readonly value?: string;
  /** The kernel lets root write it here (inside a container much is read-only). */
  readonly writable: boolean;
}

/** White space made one blank. */
export function canonicalValue(value: string): string {
  return value.trim().split(/\s+/).join(' ');
}

/** The file of a key below /proc/sys; dots and slashes are exchanged where the first separator is a dot. */
export function sysctlPath(name: string): string {
  const swap = /^[^./]*\./.test(name);
  return `/proc/sys/${swap ? [...name].map((letter) => (letter === '.' ? '/' : letter === '/' ? '.' : letter)).join('') : name}`;
}

/** A kernel parameter's present value. */
export const sysctlFact: FactKind<{readonly name: string}, SysctlState> = {
  name: 'sysctl',
  id: (key) => sysctlPath(key.name).slice('/proc/sys/'.length),
  script: (keys) => `for f in ${sh`${keys.map((key) => sysctlPath(key.name))}`}; do
  w=-; [ -w "$f" ] && w=w
  if [ -f "$f" ] && [ -r "$f" ]; then echo "v$w"; while IFS= read -r l || [ -n "$l" ]; do printf '%s\\n' "=$l"; done <"$f" 2>/dev/null; else echo "n$w"; fi
done; echo end`,
  parse(keys, result) {
    const lines = result.stdout.split('\n');
    if (result.code !== 0 || lines.at(-2) !== 'end')
      throw new Error(`cannot read kernel parameters: ${result.stderr.trim()}`);
    let at = 0;
    return keys.map(({name}): SysctlState => {
      const head = lines[at++] ?? '';
      const values: string[] = [];
      while (lines[at]?.startsWith('=') === true) values.push((lines[at++] ?? '').slice(1));
      return {
        name,
        ...(head.startsWith('v') ? {value: canonicalValue(values.join(' '))} : {}),
        writable: head.endsWith('w'),
      };
    });
  },
  follows: (_, before, promised) =>
    promised.kind === 'module' && before.value === undefined
      ? unknown(`module ${'id' in promised ? promised.id : promised.under}`)
      : undefined,
  show(before, after) {
    if (isUnknown(after)) return [{what: 'sysctl', before: before?.value, after: `(needs ${after.$unknown})`}];
    return before?.value === after.value ? [] : [{what: after.name, before: before?.value, after: after.value}];
  },
};
