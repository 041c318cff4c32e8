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
  return `/proc/sys/${swap ? name.replace(/[./]/g, (letter) => (letter === '.' ? '/' : '.')) : name}`;
}

/** A kernel parameter's present value. */
export const sysctlFact: FactKind<{readonly name: string}, SysctlState> = {
  name: 'sysctl',
  id: (key) => sysctlPath(key.name).slice('/proc/sys/'.length),
  // The kernel answers only a read from the start of the file: the shell's own read, byte by byte, gets the first byte.
  script: (keys) => sh`set -- ${[...new Set(keys.map((key) => sysctlPath(key.name)))]}
for f do if [ -w "$f" ]; then echo "w$f"; fi; done
echo =
grep -sH '' "$@" /dev/null; echo =`,
  parse(keys, result) {
    const [writable, values] = result.stdout.split(/^=\n/m);
    if (writable === undefined || values === undefined)
      throw new Error(`cannot read kernel parameters: ${result.stderr.trim()}`);
    const open = new Set(writable.split('\n'));
    const lines = values.split('\n');
    return keys.map(({name}): SysctlState => {
      const path = sysctlPath(name);
      const own = lines.filter((line) => line.startsWith(`${path}:`)).map((line) => line.slice(path.length + 1));
      return {
        name,
        ...(own.length === 0 ? {} : {value: canonicalValue(own.join(' '))}),
        writable: open.has(`w${path}`),
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
