import {raw, sh} from '../../engine/host.js';
import {isUnknown, type FactKind} from '../../engine/task.js';
import {canonicalPath} from './file/state.js';

export interface MountState {
  readonly path: string;
  readonly mounted: boolean;
  /** What is mounted there last, as the kernel says it: a device, `tmpfs`, `host:/share`. */
  readonly source?: string;
  readonly fstype?: string;
  /** Of the mount and of its file system. */
  readonly options?: readonly string[];
}

/** What is mounted at a path. */
export const mountFact: FactKind<{readonly path: string}, MountState> = {
  name: 'mount',
  id: ({path}) => canonicalPath(path),
  script: (keys) =>
    sh`cat /proc/self/mountinfo || exit 1
for p in ${keys.map(({path}) => canonicalPath(path))}; do r=$(cd -P -- "$p" 2>/dev/null && pwd -P && echo .); ${raw('printf "=%s\\n" "${r%??}" | tr "\\n" " "; echo')}; done`,
  parse(keys, result) {
    const lines = result.stdout.split('\n').slice(0, -1);
    const reals = lines.splice(lines.length - keys.length).map((line) => line.slice(1).trimEnd());
    if (result.code !== 0 || reals.length !== keys.length)
      throw new Error(`cannot tell what is mounted: ${result.stderr.trim()}`);
    const mounts = lines.map(mountLine);
    return keys.map((key, index): MountState => {
      const path = canonicalPath(key.path);
      const real = reals[index] ?? '';
      // The last one covers those before it.
      const found = mounts.findLast((mount) => mount.path === path || (real !== '' && mount.path === real));
      return found === undefined ? {path, mounted: false} : {...found, path, mounted: true};
    });
  },
  show(before, after) {
    if (isUnknown(after)) return [{what: 'mount', before: before?.source, after: `(needs ${after.$unknown})`}];
    const words = (state: MountState | undefined): string | undefined =>
      state?.mounted !== true
        ? undefined
        : [state.source, state.fstype].filter((word) => typeof word === 'string').join(' ') || 'mounted';
    return words(before) === words(after)
      ? []
      : [{what: `mount ${after.path}`, before: words(before), after: words(after)}];
  },
};

/** A line of mountinfo: what is before the dash counts its options, what is after it names the source. */
function mountLine(line: string): Omit<MountState, 'mounted'> {
  const [left = '', right = ''] = line.split(' - ');
  const [, , , , path = '', own = ''] = left.split(' ');
  const [fstype = '', source = '', whole = ''] = right.split(' ');
  return {
    path: unescaped(path),
    source: unescaped(source),
    fstype,
    options: [...new Set([...own.split(','), ...whole.split(',')])].filter((option) => option !== ''),
  };
}

/** The kernel writes blanks and the like as octal digits. */
function unescaped(word: string): string {
  return word.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
