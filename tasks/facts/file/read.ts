import {quote, type ExecResult} from '../../../engine/host.js';
import {canonicalPath, contentLimit, parentOf, type FileKey, type FileState, type FileType} from './state.js';

/*
 * The answer is made of sections, so that no name ever has to be told from what stands beside it:
 * one word a path (is it there, is it a link, may it be read), one line of `stat` for each that is there, one of `stat -L`
 * for each link that leads somewhere, real folders, link targets, hashes, contents. All strings from the machine are base64.
 */
const format = "'%f %u %U %g %G %s %Y'";

/** Makes the script that reads all files of the keys with one process for each kind of question. */
export function script(keys: readonly FileKey[]): string {
  const paths = (chosen: readonly FileKey[]): string => chosen.map((key) => quote(canonicalPath(key.path))).join(' ');
  const digested = keys.filter((key) => key.digest !== false);
  const plain = digested.filter((key) => !/[\n\\\r]/.test(key.path));
  const odd = digested.filter((key) => /[\n\\\r]/.test(key.path));
  const contents = keys.filter((key) => key.content === true);
  const folders = [...new Set(keys.map((key) => parentOf(key.path)))];
  return `b64() { if command -v base64 >/dev/null 2>&1; then base64; else od -An -v -tx1 | tr -d ' '; echo =hex; fi; echo .; }
each() { # test, format options: stat of all paths that pass
  t=$1 o=$2; shift 2
  for p do shift; if $t "$p"; then set -- "$@" "$p"; fi; done
  [ $# -eq 0 ] || stat $o -c ${format} -- "$@" || exit 65
}
there() { [ -e "$1" ] || [ -L "$1" ]; }
leads() { [ -L "$1" ] && [ -e "$1" ]; }
readable() { [ -f "$1" ] && [ -r "$1" ]; }
shut() { # a folder above may not be entered
  d=$1
  while :; do d=\${d%/*}; [ -n "$d" ] || return 1; if [ -d "$d" ]; then [ ! -x "$d" ]; return; fi; done
}
set -- ${paths(keys)}
for p do
  w=.; there "$p" && w=e; [ -L "$p" ] && w=l; leads "$p" && w=L; readable "$p" && w="$w"r
  [ $w = . ] && shut "$p" && w=x
  echo "$w"
done
each there '' "$@"
each leads -L "$@"
for d in ${folders.map(quote).join(' ')}; do (cd -P -- "$d" 2>/dev/null && pwd -P) | b64; done
for p do [ ! -L "$p" ] || readlink -n -- "$p" 2>/dev/null | b64; done
for p do if leads "$p"; then readlink -f -- "$p" | b64; fi; done
${plain.length > 0 ? `(set -- ${paths(plain)}; for p do shift; if readable "$p"; then set -- "$@" "$p"; fi; done; [ $# -eq 0 ] || sha256sum -- "$@" | cut -c1-64)` : ':'}
${odd.length > 0 ? `for p in ${paths(odd)}; do if readable "$p"; then sha256sum <"$p" | cut -c1-64; fi; done` : ':'}
${contents.length > 0 ? `for p in ${paths(contents)}; do if readable "$p"; then if [ "$(wc -c <"$p")" -le ${contentLimit} ]; then b64 <"$p"; else echo -; echo .; fi; fi; done` : ':'}
echo end
`;
}

/** Reads the script's answer. */
export function parse(keys: readonly FileKey[], result: ExecResult): readonly FileState[] {
  const lines = result.stdout.split('\n');
  if (result.code !== 0 || result.truncated === true || lines.at(-2) !== 'end') {
    throw new Error(
      `cannot read the state of files: ${result.stderr.trim().split('\n').at(-1) ?? ''} (code ${result.code})`,
    );
  }
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

  const words = keys.map(line);
  const has = (index: number, letter: string): boolean => words[index]?.includes(letter) ?? false;
  const there = (index: number): boolean => has(index, 'e') || has(index, 'l') || has(index, 'L');
  const isLink = (index: number): boolean => has(index, 'l') || has(index, 'L');
  const section = <Value>(of: (index: number) => boolean, read: () => Value): readonly (Value | undefined)[] =>
    keys.map((_, index) => (of(index) ? read() : undefined));

  const own = section(there, () => statLine(line()));
  const led = section(
    (index) => has(index, 'L'),
    () => statLine(line()),
  );
  const folders = new Map<string, string>();
  for (const folder of new Set(keys.map((key) => parentOf(key.path)))) {
    folders.set(folder, (bytes() ?? Buffer.alloc(0)).toString().replace(/\n$/, ''));
  }
  const targets = section(isLink, () => (bytes() ?? Buffer.alloc(0)).toString());
  const reals = section(
    (index) => has(index, 'L'),
    () => (bytes() ?? Buffer.alloc(0)).toString().replace(/\n$/, ''),
  );
  const odd = (key: FileKey): boolean => /[\n\\\r]/.test(key.path);
  const hashes = keys.map(() => '');
  for (const wanted of [false, true]) {
    for (const [index, key] of keys.entries()) {
      if (key.digest !== false && odd(key) === wanted && has(index, 'r')) hashes[index] = line();
    }
  }
  const contents = keys.map((key, index) => (key.content === true && has(index, 'r') ? bytes() : undefined));

  return keys.map((key, index): FileState => {
    const path = canonicalPath(key.path);
    if (has(index, 'x')) return {path, exists: false, type: 'unreadable'};
    const folder = folders.get(parentOf(path)) ?? '';
    const real = folder === '' ? path : canonicalPath(`${folder}/${path.slice(path.lastIndexOf('/') + 1)}`);
    const found = own[index];
    const placed = {path, ...(real === path ? {} : {real})};
    if (found === undefined) return {...placed, exists: false, type: 'absent'};
    const inside = {...digest(hashes[index]), ...text(contents[index])};
    if (found.type !== 'link') return {...placed, exists: true, ...found, ...(found.type === 'file' ? inside : {})};
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

function digest(hash: string | undefined): Pick<FileState, 'sha256'> {
  return hash === undefined || hash === '' ? {} : {sha256: hash};
}

function text(bytes: Buffer | undefined): Pick<FileState, 'content' | 'bytes'> {
  if (bytes === undefined) return {};
  try {
    return {content: new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes)};
  } catch {
    return {bytes: bytes.toString('base64')};
  }
}

function statLine(line: string): Omit<FileState, 'path' | 'exists'> {
  const [raw, uid, user, gid, group, size, mtime] = line.split(' ');
  if (raw === undefined || uid === undefined || gid === undefined || mtime === undefined || !/^[0-9a-f]+$/.test(raw)) {
    throw new Error(`cannot read the state of files: unexpected answer ${JSON.stringify(line)} of stat`);
  }
  const bits = Number.parseInt(raw, 16);
  const type = typeOf(bits);
  return {
    type,
    mode: (bits & 0o7777).toString(8).padStart(4, '0'),
    owner: user === undefined || user === 'UNKNOWN' ? uid : user,
    uid: Number(uid),
    group: group === undefined || group === 'UNKNOWN' ? gid : group,
    gid: Number(gid),
    ...(type === 'file' ? {size: Number(size)} : {}),
    mtime: Number(mtime),
  };
}

function typeOf(bits: number): FileType {
  switch (bits & 0o170000) {
    case 0o100000:
      return 'file';
    case 0o040000:
      return 'directory';
    case 0o120000:
      return 'link';
    default:
      return 'other';
  }
}
