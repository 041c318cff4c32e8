import {sh} from '../../engine/host.js';
import {isUnknown, type FactKind} from '../../engine/task.js';

export type Manager = 'apt' | 'dnf' | 'microdnf' | 'yum' | 'zypper' | 'apk' | 'apt-rpm' | 'none';

export interface PackageKey {
  readonly name: string;
  /** Ask also which version the manager would install; costs time with dnf. */
  readonly candidate?: boolean;
}

export interface PackageState {
  readonly name: string;
  readonly manager: Manager;
  readonly installed: boolean;
  readonly version?: string;
  /** What an installation would bring now; asked only on demand. */
  readonly candidate?: string;
}

/** A package of the machine's own manager: installed or not, and its version. */
export const packageFact: FactKind<PackageKey, PackageState> = {
  name: 'package',
  id: (key) => key.name,
  script(keys) {
    const names = [...new Set(keys.map((key) => key.name))];
    const candidates = [...new Set(keys.filter((key) => key.candidate === true).map((key) => key.name))];
    return sh`set -- ${names}
if command -v dpkg-query >/dev/null 2>&1; then
  echo apt; dpkg-query -W -f '\${binary:Package} \${db:Status-Status} \${Version}\\n' -- "$@" 2>/dev/null
elif command -v rpm >/dev/null 2>&1; then
  m=none; for c in yum zypper microdnf dnf apt-get; do if command -v $c >/dev/null 2>&1; then m=$c; fi; done; echo $m
  rpm -q --qf '%{NAME} installed %{VERSION}-%{RELEASE}\\n' -- "$@" 2>/dev/null
elif command -v apk >/dev/null 2>&1; then
  echo apk; apk list --installed 2>/dev/null | sed -n 's/^\\(.*\\)-\\([^-]*-r[0-9]*\\) .*/\\1 installed \\2/p'
else echo none; fi
echo =
set -- ${candidates}
[ $# -eq 0 ] || if command -v dpkg-query >/dev/null 2>&1 || { command -v rpm && command -v apt-cache; } >/dev/null 2>&1; then
  apt-cache -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= policy -- "$@" 2>/dev/null | sed -n 's/^\\([^ ].*\\):$/\\1/p; s/^  Candidate: /=/p'
elif command -v dnf >/dev/null 2>&1; then dnf -q -C repoquery --latest-limit=1 --qf '%{name}\\n=%{version}-%{release}\\n' -- "$@" 2>/dev/null
elif command -v apk >/dev/null 2>&1; then apk policy "$@" 2>/dev/null | sed -n 's/^\\([^ ].*\\) policy:$/\\1/p; s/^  \\([^ :]*\\):$/=\\1/p'
elif command -v zypper >/dev/null 2>&1; then zypper -q info "$@" 2>/dev/null | sed -n 's/^Name *: //p; s/^Version *: /=/p'; fi
true`;
  },
  parse(keys, result) {
    const [first = '', second = ''] = result.stdout.split('\n=\n');
    const lines = first.split('\n');
    const manager = managers[lines[0] ?? ''];
    if (result.code !== 0 || manager === undefined)
      throw new Error(`cannot ask for packages: ${result.stderr.trim() || result.stdout.trim()}`);
    const versions = new Map<string, string>();
    for (const line of lines.slice(1)) {
      const [name, status, version] = line.split(' ');
      if (name !== undefined && status === 'installed' && version !== undefined)
        versions.set(name.replace(/:[a-z0-9]+$/, ''), version);
    }
    const candidates = new Map<string, string>();
    let asked = '';
    for (const line of second.split('\n')) {
      if (!line.startsWith('=')) asked = line;
      else if (!candidates.has(asked) && line !== '=(none)') candidates.set(asked, line.slice(1));
    }
    return keys.map((key): PackageState => {
      const name = key.name.replace(/:[a-z0-9]+$/, '');
      const version = versions.get(name);
      const candidate = key.candidate === true ? candidates.get(name) : undefined;
      return {
        name: key.name,
        manager,
        installed: version !== undefined,
        ...(version === undefined ? {} : {version}),
        ...(candidate === undefined ? {} : {candidate}),
      };
    });
  },
  answers: (key, value) => key.candidate !== true || value.candidate !== undefined,
  show(before, after) {
    if (isUnknown(after))
      return [{what: before?.name ?? 'package', before: before?.version, after: `(needs ${after.$unknown})`}];
    const version: unknown = after.version;
    return [
      {
        what: `package ${after.name}`,
        before: before?.version,
        after: !after.installed ? undefined : typeof version === 'string' ? version : 'installed',
      },
    ];
  },
};

const managers: Readonly<Record<string, Manager>> = {
  apt: 'apt',
  'apt-get': 'apt-rpm',
  dnf: 'dnf',
  microdnf: 'microdnf',
  yum: 'yum',
  zypper: 'zypper',
  apk: 'apk',
  none: 'none',
};
