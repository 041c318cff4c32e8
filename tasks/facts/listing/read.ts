import {raw, sh, type ExecResult} from '../../../engine/host.js';
import {statFormat, statLine} from '../file/stat-line.js';
import {canonicalPath, type FileState} from '../file/state.js';
import type {ListingKey, ListingState} from './state.js';

const format = statFormat({times: true, names: true});

/*
 * A block for each folder: what it is, its real path, then records of many entries: how many, their lines of `stat`, their paths, what links
 * say, digests. Strings are `=text`, or base64 up to a line `.` where a newline is in them. What comes or goes meanwhile is left away.
 */
const prelude = sh`n='
'
b64() { if command -v base64 >/dev/null 2>&1; then base64; else od -An -v -tx1 | tr -d ' '; echo =hex; fi; echo .; }
say() { case $1 in *"$n"*) printf %s "\${1%.}" | b64 ;; *) printf '=%s\n' "\${1%.}" ;; esac; }
`;

/** Makes the script that walks all folders of the keys. */
export function script(keys: readonly ListingKey[]): string {
  return `${keys.map(walk).join('\n')}\necho end\n`;
}

function walk(key: ListingKey): string {
  const {depth, names, contains, digest, follow} = key;
  const path = canonicalPath(key.path);
  const named =
    names === undefined
      ? []
      : [raw('\\('), ...names.flatMap((name, index) => [...(index === 0 ? [] : ['-o']), '-name', name]), raw('\\)')];
  const holds =
    contains === undefined
      ? ''
      : sh`for p do shift; if [ -f "$p" ] && ! grep -Eq -e ${contains} -- "$p" 2>/dev/null; then continue; fi; set -- "$@" "$p"; done; [ $# -gt 0 ] || exit 0
`;
  const hash = digest
    ? 'for p do if [ -f "$p" ] && [ -r "$p" ]; then h=$(sha256sum <"$p" 2>/dev/null); echo "${h%% *}"; else echo -; fi; done; '
    : '';
  const each = `${prelude}${holds}look() { stat "$@" 2>/dev/null; }
show() { ${follow ? `s=$(look -L -c "${format}" -- "$@") || { [ $# -eq 1 ] && ` : '{ '}s=$(look -c "${format}" -- "$@"); } || return 1
echo "$#"; echo "$s"; for p do say "$p."; done; for p do if [ -L "$p" ]; then say "$(readlink -n -- "$p"; echo .)"; else echo -; fi; done; ${hash}}
show "$@" || for q do show "$q"; done`;
  return sh`${raw(prelude)}d=${path}
if [ ! -d "$d" ]; then if [ -e "$d" ] || [ -L "$d" ]; then echo other; else echo absent; fi; echo -
elif [ ! -r "$d" ] || [ ! -x "$d" ]; then echo unreadable; echo -
else echo directory; r=$(cd -P -- "$d" && pwd -P && echo .); say "\${r%??}."
find ${follow ? ['-L'] : []} "\${d%/}/" -mindepth 1 ${depth === undefined ? [] : ['-maxdepth', depth]} ${named} -exec sh -c ${each} sh '{}' + 2>/dev/null
fi
echo ]`;
}

/** Reads the script's answer. */
export function parseListing(keys: readonly ListingKey[], result: ExecResult): readonly ListingState[] {
  if (result.truncated === true) throw new Error('cannot list a folder: there is too much in it; narrow the patterns');
  const lines = result.stdout.split('\n');
  if (lines.at(-2) !== 'end') throw new Error(`cannot list folders: ${result.stderr.trim()} (code ${result.code})`);
  let at = 0;
  const line = (): string => lines[at++] ?? '';
  const string = (): string => {
    const first = line();
    if (first.startsWith('=')) return first.slice(1);
    const taken: string[] = [];
    for (let next = first; next !== '.' && at <= lines.length; next = line()) taken.push(next);
    return taken.at(-1) === '=hex'
      ? Buffer.from(taken.slice(0, -1).join(''), 'hex').toString()
      : Buffer.from(taken.join(''), 'base64').toString();
  };
  const maybe = (): string | undefined => {
    if (lines[at] !== '-') return string();
    at++;
    return undefined;
  };
  return keys.map((key): ListingState => {
    const path = canonicalPath(key.path);
    const type = line() as ListingState['type'];
    const real = maybe();
    const entries: FileState[] = [];
    while (lines[at] !== ']') {
      if (at >= lines.length) throw new Error('cannot list folders: the answer ends too early');
      const count = Number(line());
      if (!Number.isInteger(count)) throw new Error('cannot list folders: the answer is not understood');
      const each = <Value>(read: () => Value): readonly Value[] => Array.from({length: count}, read);
      const states = each(() => statLine(line(), {times: true}));
      const paths = each(string);
      const targets = each(maybe);
      const hashes = each(() => (key.digest ? line() : '-'));
      states.forEach((state, index) => {
        const target = targets[index];
        const hash = hashes[index];
        entries.push({
          path: paths[index] ?? '',
          exists: true,
          ...state,
          ...(target === undefined || state.type !== 'link' ? {} : {target}),
          ...(hash === '-' || state.type !== 'file' ? {} : {sha256: hash ?? ''}),
        });
      });
    }
    at++;
    return {
      type,
      ...(real === undefined || real === path ? {} : {real}),
      entries: entries.sort((a, b) => (a.path < b.path ? -1 : 1)),
    };
  });
}
