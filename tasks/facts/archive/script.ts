import {quote, raw, sh, type Raw} from '../../../engine/host.js';
import {canonicalPath} from '../file/state.js';

export type ArchiveFormat = 'gz' | 'bz2' | 'xz' | 'tar' | 'zip';

/** What an archive shall hold. */
export interface ArchiveKey {
  readonly dest: string;
  /** Absolute; they may be shell patterns. */
  readonly paths: readonly string[];
  readonly excludes: readonly string[];
  /** Patterns of names. */
  readonly patterns: readonly string[];
  readonly format: ArchiveFormat;
  /** A lone file is put into an archive too, not only compressed. */
  readonly always: boolean;
}

const wild = /[*?[\]]/;

/** The folder that names in the archive begin in: the longest that holds all paths. */
export function rootOf(paths: readonly string[]): string {
  const folders = paths.map((path) => {
    const fixed = path.slice(0, wild.exec(path)?.index ?? path.length);
    return fixed
      .slice(0, fixed.lastIndexOf('/') + 1)
      .split('/')
      .slice(1, -1);
  });
  const [first = [], ...others] = folders;
  const differs = first.findIndex((step, index) => others.some((other) => other[index] !== step));
  const common = differs < 0 ? first.slice(0, Math.min(...folders.map(({length}) => length))) : first.slice(0, differs);
  return `/${common.join('/')}`;
}

/** A word in which the characters of shell patterns keep their meaning. */
function patternWord(text: string): Raw {
  return raw(
    text
      .split(/([*?[\]])/)
      .map((part) => (part === '' || wild.test(part) ? part : quote(part)))
      .join(''),
  );
}

/** Functions and settings that both the comparison and the making of an archive begin with: in the root, its members in "$@". */
export function members(key: ArchiveKey): string {
  const root = rootOf(key.paths);
  const inside = (path: string): string => `./${canonicalPath(path).slice(root === '/' ? 1 : root.length + 1)}`;
  const excluded = [
    ...key.excludes.flatMap((path) => ['-path', inside(path)]),
    ...key.patterns.flatMap((name) => ['-name', name]),
    // An archive that lies among what it holds does not hold itself.
    ...(canonicalPath(key.dest).startsWith(root === '/' ? '/' : `${root}/`) ? ['-path', inside(key.dest)] : []),
  ];
  const tests = excluded.map((word, index) => (index > 0 && index % 2 === 0 ? sh`-o ${word}` : sh`${word}`)).join(' ');
  const prune = tests === '' ? '' : `\\( ${tests} \\) -prune -o `;
  return sh`cd -- ${root} 2>/dev/null && set -- ${key.paths.map((path) => patternWord(inside(path)))} || set --
for p do shift; if [ -e "$p" ] || [ -L "$p" ]; then set -- "$@" "$p"; fi; done
listed() { [ $# -eq 0 ] || find "$@" ${raw(prune)}-print; }
listed0() { [ $# -eq 0 ] || find "$@" ${raw(prune)}-print0; }
# A tar that takes no list of names gets them as words, as many as a command line holds.
pack_by_words() { find "$@" ${raw(prune)}-exec sh -c 'o=$0; [ ! -e "$o" ] || { echo "there are too many files for this tar: install GNU tar" >&2; exit 1; }; tar -cf "$o" --no-recursion "$@"' "$t.tar" '{}' +; [ -e "$t.tar" ]; }
`;
}

// Names with all folders above them; hashes and modes of files; what links say.
const manifest = String.raw`hash() { sha256sum | cut -c1-64; }
summed() { while IFS= read -r p; do if [ -L "$p" ]; then echo "l $p $(readlink "$p")"; elif [ -f "$p" ]; then printf 'f %s ' "$p"; stat -c %a "$p"; sha256sum <"$p"; fi; done; }
manifest() { { awk -F/ '{p="."; for (i = 2; i <= NF; i++) { p = p "/" $i; print p } }' <"$1" | sort -u; sort <"$1" | summed; } | hash; }
`;

/** The program that unpacks a format to its standard output. */
export const unpackers: Readonly<Record<Exclude<ArchiveFormat, 'zip'>, string>> = {
  gz: 'gzip -dc',
  bz2: 'bzip2 -dc',
  xz: 'xz -dc',
  tar: 'cat',
};

/** The script that compares an archive with what it shall hold: a word, two hashes, the members' names in base64. */
export function archiveScript(key: ArchiveKey): string {
  const {format, dest} = key;
  const mayBeFile = !key.always && format !== 'tar' && format !== 'zip';
  const unpack =
    format === 'zip'
      ? sh`unzip -q -o ${dest} -d "$t/x"`
      : `${unpackers[format]} <${quote(dest)} | tar -xpf - -C "$t/x"`;
  const plain = format === 'zip' ? 'cat' : unpackers[format];
  return sh`( ${raw(members(key))}${raw(manifest)}t=$(mktemp -d) || exit 1
trap 'rm -rf "$t"' EXIT
if [ $# -eq 0 ]; then echo none; echo; echo
elif [ $# -eq 1 ] && [ -f "$1" ] && ${raw(mayBeFile ? ':' : 'false')}; then echo file; hash <"$1"
  if [ -f ${dest} ]; then ${raw(plain)} <${dest} 2>/dev/null | hash; else echo; fi
else echo other; listed "$@" >"$t/list"; manifest "$t/list"
  if [ -f ${dest} ] && mkdir "$t/x" && ${raw(unpack)} >/dev/null 2>&1; then ( cd "$t/x" && find . -mindepth 1 -print >"$t/held" && manifest "$t/held" ); else echo; fi
fi
for p do printf %s "$p" | base64 | tr -d '\\n'; echo; done ); echo .`;
}
