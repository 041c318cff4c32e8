import {raw, sh} from '../../engine/host.js';
import {listFolders} from './manager.js';

/**
 * A script that prints `=` and then, name by name, what the manager would install: `name` and a line `=version`. Lists that are older than `refresh` seconds are
 * fetched into a folder of their own, so that the machine's stay as they are.
 */
export function candidateScript({
  names,
  refresh,
  options,
}: {
  readonly names: readonly string[];
  readonly refresh: number | undefined;
  readonly options: readonly string[];
}): string {
  return sh`echo =
( set -- ${names}
${raw(freshLists(refresh))}
if command -v dpkg-query >/dev/null 2>&1 || { command -v rpm && command -v apt-cache; } >/dev/null 2>&1; then
  apt-cache \${d:+-o Dir::State::lists="$d/lists"} -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= ${options} policy -- "$@" 2>/dev/null | sed -n 's/^\\([^ ].*\\):$/\\1/p; s/^  Candidate: /=/p'
elif command -v dnf >/dev/null 2>&1; then
  if [ -n "$d" ]; then set -- --refresh --setopt=cachedir="$d" repoquery --latest-limit=1 --qf '%{name}\\n=%{version}-%{release}\\n' -- "$@"; else set -- -C repoquery --latest-limit=1 --qf '%{name}\\n=%{version}-%{release}\\n' -- "$@"; fi
  dnf -q ${options} "$@" 2>/dev/null
elif command -v apk >/dev/null 2>&1; then apk policy "$@" 2>/dev/null | sed -n 's/^\\([^ ].*\\) policy:$/\\1/p; s/^  \\([^ :]*\\):$/=\\1/p'
elif command -v zypper >/dev/null 2>&1; then zypper -q info "$@" 2>/dev/null | sed -n 's/^Name *: //p; s/^Version *: /=/p'; fi
[ -z "$d" ] || rm -rf "$d" )
`;
}

/**
 * Sets `d`: a folder for lists of its own where the machine's are older than these seconds (apt's are in it then, in `lists`), else empty.
 * Who uses it takes it away.
 */
export function freshLists(seconds: number | undefined): string {
  if (seconds === undefined) return 'd=';
  return `d= last=0
for f in ${listFolders}; do t=$(stat -c %Y "$f" 2>/dev/null) && [ "$t" -gt "$last" ] && last=$t; done
[ $(( $(date +%s) - last )) -lt ${Math.floor(seconds)} ] || d=$(mktemp -d)
if [ -n "$d" ] && command -v apt-get >/dev/null 2>&1; then
  mkdir -p "$d/lists/partial"; chmod 0755 "$d"; cp -a /var/lib/apt/lists/. "$d/lists/" 2>/dev/null
  apt-get -q -o APT::Sandbox::User=root -o Dir::State::lists="$d/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= update >/dev/null 2>&1
fi`;
}

/** Reads what the script printed after its `=`. */
export function candidatesIn(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let asked = '';
  for (const line of text.split('\n')) {
    if (!line.startsWith('=')) asked = line;
    else if (!found.has(asked) && line !== '=(none)') found.set(asked, line.slice(1));
  }
  return found;
}
