import {raw, sh} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind} from '../../engine/task.js';
import {repositoryFile} from '../package/repositories.js';
import {managers, type Manager} from '../package/manager.js';
import {candidateScript, candidatesIn} from '../package/candidates.js';

export interface PackageKey {
  readonly name: string;
  /** Ask also which version the manager would install; costs time with dnf. */
  readonly candidate?: boolean;
  /** The candidate as lists that are no older than these seconds have it; older ones are fetched beside the machine's own. */
  readonly refresh?: number;
  /** The manager's options that bear on the candidate. */
  readonly options?: readonly string[];
}

export interface PackageState {
  readonly name: string;
  readonly manager: Manager;
  /** It, or a package that provides it. */
  readonly installed: boolean;
  readonly version?: string;
  /** What an installation would bring now; asked only on demand. */
  readonly candidate?: string;
  /** How the candidate was asked for. */
  readonly asked?: string;
}

/** A package of the machine's own manager: installed or not, and its version. */
export const packageFact: FactKind<PackageKey, PackageState> = {
  name: 'package',
  id: (key) => key.name,
  script(keys) {
    const names = [...new Set(keys.map((key) => key.name))];
    return sh`set -- ${names}
if command -v dpkg-query >/dev/null 2>&1; then
  echo apt; out=$(dpkg-query -W -f '\${binary:Package} \${db:Status-Status} \${Version}\\n' -- "$@" 2>/dev/null); printf '%s\\n' "$out"
  n=$#; for w in $out; do if [ "$w" = installed ]; then n=$((n - 1)); fi; done
  [ $n -le 0 ] ||
    dpkg-query -W -f '\${db:Status-Status} \${Version} \${Provides}\\n' 2>/dev/null | sed -n 's/^installed \\([^ ]*\\) \\(..*\\)$/+ \\1 \\2/p'
elif command -v rpm >/dev/null 2>&1; then
  m=none; for c in yum zypper microdnf dnf apt-get; do if command -v $c >/dev/null 2>&1; then m=$c; fi; done; echo $m
  rpm -q --qf '%{NAME} installed %{VERSION}-%{RELEASE}\\n' -- "$@" 2>/dev/null ||
    for p do v=$(rpm -q --whatprovides --qf '%{VERSION}-%{RELEASE}\\n' -- "$p" 2>/dev/null) && echo "+ $(echo "$v" | head -n 1) $p"; done
elif command -v apk >/dev/null 2>&1; then
  echo apk; apk list --installed 2>/dev/null | sed -n 's/^\\(.*\\)-\\([^-]*-r[0-9]*\\) .*/\\1 installed \\2/p'
else echo none; fi
${raw(groupsOf(keys).map(candidateScript).join(''))}true`;
  },
  parse(keys, result) {
    const [first = '', ...asked] = result.stdout.split(/^=\n/m);
    const lines = first.split('\n');
    const manager = managers[lines[0] ?? ''];
    if (result.code !== 0 || manager === undefined)
      throw new Error(`cannot ask for packages: ${result.stderr.trim() || result.stdout.trim()}`);
    const versions = versionsIn(lines.slice(1));
    const candidates = new Map(groupsOf(keys).map(({asked: how}, index) => [how, candidatesIn(asked[index] ?? '')]));
    return keys.map((key): PackageState => {
      const name = plain(key.name);
      const version = versions.get(name);
      const how = howAsked(key);
      const candidate = how === undefined ? undefined : candidates.get(how)?.get(name);
      return {
        name: key.name,
        manager,
        installed: version !== undefined,
        ...(version === undefined ? {} : {version}),
        ...(candidate === undefined ? {} : {candidate}),
        ...(how === undefined ? {} : {asked: how}),
      };
    });
  },
  answers: (key, value) => howAsked(key) === undefined || value.asked === howAsked(key),
  // Other sources, other candidates; what is installed stays.
  follows: (_, before, promised) =>
    before.asked !== undefined && repositoryFile(promised)
      ? ({...before, candidate: unknown(`what ${'id' in promised ? promised.id : promised.under} offers`)} as never)
      : undefined,
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

/** A name without the architecture that dpkg writes after it. */
function plain(name: string): string {
  return name.replace(/:[a-z0-9]+$/, '');
}

function howAsked(key: PackageKey): string | undefined {
  return key.candidate === true ? [key.refresh ?? '', ...(key.options ?? [])].join(' ') : undefined;
}

/** Keys whose candidates one call can tell. */
function groupsOf(keys: readonly PackageKey[]): readonly {
  readonly asked: string;
  readonly names: readonly string[];
  readonly refresh: number | undefined;
  readonly options: readonly string[];
}[] {
  const found = new Map(keys.flatMap((key) => (howAsked(key) === undefined ? [] : [[howAsked(key) ?? '', key]])));
  return [...found].map(([asked, {refresh, options = []}]) => ({
    asked,
    names: [...new Set(keys.filter((key) => howAsked(key) === asked).map(({name}) => name))],
    refresh,
    options,
  }));
}

/** `name installed version`, and for what is only provided `+ version names`. */
function versionsIn(lines: readonly string[]): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  for (const line of lines.filter((each) => !each.startsWith('+ '))) {
    const [name, status, version] = line.split(' ');
    if (name !== undefined && status === 'installed' && version !== undefined) versions.set(plain(name), version);
  }
  for (const line of lines.filter((each) => each.startsWith('+ '))) {
    const [, version = '', ...provided] = line.split(' ');
    for (const each of provided.join(' ').split(',')) {
      const name = each.trim().replace(/ .*/, '');
      if (name !== '' && !versions.has(name)) versions.set(name, version);
    }
  }
  return versions;
}
