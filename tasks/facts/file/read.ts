import {raw, sh, type ExecResult} from '../../../engine/host.js';
import {readAlike} from './alike.js';
import {canonicalPath, contentLimit, parentOf, type FileKey, type FileState} from './state.js';
import {statFormat, statLine, type AccountNames} from './stat-line.js';

/*
 * The answer is made of sections, so that no name ever has to be told from what stands beside it: one word a path, whose letters say what
 * is there and what of it follows; one line of `stat` for each that is there, one of `stat -L` for each link that leads somewhere; real
 * folders, what links say, where they lead; hashes; contents. Strings that a machine chose are base64 wherever a newline could be in them.
 *
 *   e there · l a link to nothing · L a link that leads somewhere · x cannot be seen · r a regular file that may be read
 *   p, o hash wanted (o: a name that sha256sum would escape) · c content wanted
 */

/** Makes the script that reads all files of the keys with one process for each kind of question. */
export function script(keys: readonly FileKey[]): string {
  const folders = [...new Set(keys.map((key) => parentOf(key.path)))];
  const times = wantTimes(keys);
  const format = statFormat({times, names: true});
  return sh`n='
'
b64() { if command -v base64 >/dev/null 2>&1; then base64; else od -An -v -tx1 | tr -d ' '; echo =hex; fi; echo .; }
say() { # a string that ends with a dot of ours
  case $1 in *"$n"*) printf %s "\${1%.}" | b64 ;; *) printf '=%s\n' "\${1%.}" ;; esac
}
shut() { # a folder above may not be entered; told once for a folder
  d=\${1%/*}
  [ "$d" = "$open" ] && return 1
  a=$d
  while :; do
    [ -n "$d" ] || break
    if [ -d "$d" ]; then [ -x "$d" ] || return 0; break; fi
    d=\${d%/*}
  done
  open=$a
  return 1
}
targets() { for p do say "$(readlink -n -- "$p"; echo .)"; done; }
ends() { for p do d=$(readlink -f -- "$p"; echo .); say "\${d%??}."; done; }
hashes() { for p do sha256sum <"$p" | cut -c1-64; done; }
texts() { for p do if [ "\${s%%"$n"*}" -le ${contentLimit} ]; then b64 <"$p"; else echo -; echo .; fi; s=\${s#*"$n"}; done; }
${raw(areMany(keys) ? statsScript(times) : '')}set -- ${keys.map((key) => canonicalPath(key.path))}
open=/ t=${`${keys.map(tag).join(',')},`} i=0 f= own= links= led= plain= odd= text=
# Lists are of places in "$@": names would have to be quoted, and lists of them be copied for each.
for p do
  i=$((i+1)) q=" \\"\\\${$i}\\"" w=. k=\${t%%,*}; t=\${t#*,}
  if [ -L "$p" ]; then
    w=l own=$own$q links=$links$q; if [ -e "$p" ]; then w=L led=$led$q; fi
  elif [ -e "$p" ]; then w=e own=$own$q
  elif shut "$p"; then w=x
  fi
  if [ $w != . ] && [ -f "$p" ] && [ -r "$p" ]; then
    w=\${w}r$k
    case $k in *p*) plain=$plain$q ;; *o*) odd=$odd$q ;; esac
    case $k in *c*) text=$text$q ;; esac
  fi
  f=$f$w,
done
echo "$f"
[ -z "$own" ] || eval "${raw(areMany(keys) ? 'stats' : `stat -c '${format}' --`)} $own" || exit 65
[ -z "$led" ] || eval "stat -L -c '${raw(format)}' -- $led" || exit 65
for d in ${folders}; do if cd -P -- "$d" 2>/dev/null; then say "$PWD."; else say .; fi; done
eval "targets$links"
eval "ends$led"
[ -z "$plain" ] || eval "sha256sum -- $plain"
eval "hashes$odd"
[ -z "$text" ] || s=$(eval "stat -L -c %s -- $text") || exit 65
eval "texts$text"
echo end
`;
}

/** Whether the names of owners are asked for apart: one look at each takes less than a process only where there are few files. */
function areMany(keys: readonly FileKey[]): boolean {
  return keys.length > 64;
}

function wantTimes(keys: readonly FileKey[]): boolean {
  return keys.some(({times}) => times === true);
}

/** A function that describes files without the names of their owners, and then, up to a dot, tells these of one file of each owner. */
function statsScript(times: boolean): string {
  return `stats() {
o=$(stat -c '${statFormat({times, names: false})}' -- "$@") || return 1
echo "$o"
i=0 who= seen=' '
IFS=$n
for l in $o; do
  i=$((i+1))
  l=\${l#* }
  g=\${l#*- }
  g=\${l%% *}:\${g%% *}
  case $seen in *" $g "*) ;; *) seen="$seen$g " who="$who \\"\\\${$i}\\"" ;; esac
done
unset IFS
eval "stat -c '%u %U %g %G' -- $who" || return 1
echo .
}
`;
}

/** What is asked of a regular file, in the letters above. */
function tag(key: FileKey): string {
  const hash = key.digest === false ? '' : isOdd(key) ? 'o' : 'p';
  return key.content === true ? `${hash}c` : hash;
}

/** sha256sum escapes such names in what it prints, and tools differ in how. */
function isOdd(key: FileKey): boolean {
  return /[\n\\\r]/.test(key.path);
}

/** Reads the script's answer. */
export function parse(keys: readonly FileKey[], result: ExecResult): readonly FileState[] {
  const lines = result.stdout.split('\n');
  if (result.code !== 0 || result.truncated === true || lines.at(-2) !== 'end') {
    throw new Error(
      `cannot read the state of files: ${result.stderr.trim().split('\n').at(-1) ?? ''} (code ${result.code})`,
    );
  }
  // Machines that are alike tell the same of many files; texts are not kept.
  const isShared = areMany(keys) && !keys.some(({content}) => content === true);
  return isShared ? readAlike(keys, result.stdout, () => statesIn(keys, lines)) : statesIn(keys, lines);
}

function statesIn(keys: readonly FileKey[], lines: readonly string[]): readonly FileState[] {
  let at = 0;
  const line = (): string => lines[at++] ?? '';
  const bytes = (): Buffer | undefined => {
    const taken: string[] = [];
    for (let next = line(); next !== '.'; next = line()) {
      if (at > lines.length) throw new Error('cannot read the state of files: the answer ends too early');
      taken.push(next);
    }
    if (taken.at(-1) === '-') return undefined;
    return taken.at(-1) === '=hex'
      ? Buffer.from(taken.slice(0, -1).join(''), 'hex')
      : Buffer.from(taken.join(''), 'base64');
  };

  const string = (): string =>
    lines[at]?.startsWith('=') === true ? line().slice(1) : (bytes() ?? Buffer.alloc(0)).toString();

  const words = line().split(',');
  const section = <Value>(letters: RegExp, read: (key: FileKey) => Value): readonly (Value | undefined)[] => {
    const found: (Value | undefined)[] = [];
    for (const [index, key] of keys.entries()) found.push(letters.test(words[index] ?? '') ? read(key) : undefined);
    return found;
  };

  const ownLines = section(/[elL]/, line);
  const names = areMany(keys) && ownLines.some((each) => each !== undefined) ? namesIn(line) : undefined;
  const own = ownLines.map((each, index) =>
    each === undefined ? undefined : statLine(each, {times: keys[index]?.times, names}),
  );
  const led = section(/L/, (key) => statLine(line(), key));
  const parents = keys.map((key) => parentOf(key.path));
  const folders = new Map([...new Set(parents)].map((folder) => [folder, string()]));
  const targets = section(/[lL]/, string);
  const reals = section(/L/, string);
  const plain = section(/p/, () => line().slice(0, 64));
  const odd = section(/o/, line);
  const contents = section(/c/, bytes);
  // Something that came or went meanwhile would give its answer to another path.
  if (at !== lines.length - 2) throw new Error('cannot read the state of files: they changed while they were read');

  return keys.map((key, index): FileState => {
    const path = canonicalPath(key.path);
    if (words[index]?.includes('x') === true) return {path, exists: false, type: 'unreadable'};
    const parent = parents[index] ?? '';
    const folder = folders.get(parent) ?? '';
    const isReal = folder === '' || folder === parent;
    const real = isReal ? path : canonicalPath(`${folder}/${path.slice(path.lastIndexOf('/') + 1)}`);
    const found = own[index];
    const placed = real === path ? {path} : {path, real};
    if (found === undefined) return {...placed, exists: false, type: 'absent'};
    const inside = {...digest(plain[index] ?? odd[index]), ...text(contents[index])};
    if (found.type === 'file') return {...placed, exists: true, ...found, ...inside};
    if (found.type !== 'link') return {...placed, exists: true, ...found};
    const to = led[index];
    return {
      ...placed,
      exists: true,
      ...found,
      target: targets[index] ?? '',
      ...(to === undefined
        ? {}
        : {to: {path: reals[index] ?? path, exists: true, ...to, ...(to.type === 'file' ? inside : {})}}),
    };
  });
}

/** Reads who is called how, up to a dot. */
function namesIn(line: () => string): AccountNames {
  const [users, groups] = [new Map<string, string>(), new Map<string, string>()];
  for (let next = line(); next !== '.' && next !== ''; next = line()) {
    const [uid = '', user = '', gid = '', group = ''] = next.split(' ');
    users.set(uid, user);
    groups.set(gid, group);
  }
  return {users, groups};
}

function digest(hash: string | undefined): Pick<FileState, 'sha256'> {
  if (hash === undefined) return {};
  if (!/^[0-9a-f]{64}$/.test(hash))
    throw new Error('cannot read the state of files: one of them went while it was read');
  return {sha256: hash};
}

function text(bytes: Buffer | undefined): Pick<FileState, 'content' | 'bytes'> {
  if (bytes === undefined) return {};
  try {
    return {content: new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes)};
  } catch {
    return {bytes: bytes.toString('base64')};
  }
}
