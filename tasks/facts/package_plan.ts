import {raw, sh} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind} from '../../engine/task.js';
import {freshLists} from '../package/candidates.js';

/** A change of many packages that the manager itself works out. */
export interface PlanKey {
  readonly verb: 'upgrade' | 'dist-upgrade' | 'autoremove';
  readonly options?: readonly string[];
  /** As lists that are no older than these seconds have it; older ones are fetched beside the machine's own. */
  readonly refresh?: number;
}

export interface PlanState {
  /** New versions by name. */
  readonly install: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

/** What an upgrade of everything, or the removal of what nobody needs, would do now. */
export const packagePlanFact: FactKind<PlanKey, PlanState> = {
  name: 'package_plan',
  id: (key) =>
    [key.verb, ...(key.options ?? []), ...(key.refresh === undefined ? [] : [`of ${key.refresh} s`])].join(' '),
  script: (keys) =>
    keys
      .map(
        ({verb, options = [], refresh}) => sh`( ${raw(freshLists(refresh))}
if command -v apt-get >/dev/null 2>&1; then
  apt-get -s \${d:+-o Dir::State::lists="$d/lists"} -o Debug::NoLocking=1 -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= ${options} ${verb} 2>&1 | grep -e '^Inst ' -e '^Remv ' -e '^Purg ' -e '^E: ' | sed 's/^Purg/Remv/'
elif command -v dnf >/dev/null 2>&1; then ${raw(dnfPlan({verb, options}))}
elif command -v apk >/dev/null 2>&1; then apk upgrade -s 2>/dev/null | sed -n 's/^([0-9/]*) \\(Upgrading\\|Installing\\) \\([^ ]*\\) (\\(.* -> \\)\\{0,1\\}\\(.*\\))$/Inst \\2 (\\4/p'
fi
[ -z "$d" ] || rm -rf "$d" ); echo =`,
      )
      .join('\n'),
  parse(keys, result) {
    const parts = result.stdout.split(/^=\n/m);
    if (parts.length !== keys.length + 1)
      throw new Error(`cannot ask what an upgrade would do: ${result.stderr.trim()}`);
    return keys.map((_, index): PlanState => {
      const lines = (parts[index] ?? '').split('\n');
      const wrong = lines.find((line) => line.startsWith('E: '));
      if (wrong !== undefined) throw new Error(`the package manager refuses: ${wrong.slice(3)}`);
      return {
        install: Object.fromEntries(lines.flatMap(installed)),
        remove: lines.flatMap((line) => /^Remv (\S+)/.exec(line)?.[1] ?? []).sort(),
      };
    });
  },
  // What any package, or another source, changes in the plan is the manager's to say.
  follows: (_, __, promised) =>
    ['package', 'package_lists'].includes(promised.kind) ? unknown('what the packages are by then') : undefined,
  holds: (_, read) => Object.keys(read.install).length + read.remove.length === 0,
  show(before, after) {
    if (isUnknown(after) || before === undefined) return [];
    return [
      ...Object.entries(before.install).map(([name, version]) => ({
        what: `package ${name}`,
        before: undefined,
        after: version,
      })),
      ...before.remove.map((name) => ({what: `package ${name}`, before: 'installed', after: undefined})),
    ];
  },
  volatile: true,
};

function dnfPlan({verb, options}: {readonly verb: PlanKey['verb']; readonly options: readonly string[]}): string {
  return verb === 'autoremove'
    ? sh`dnf -q $([ -n "$d" ] && echo --refresh --setopt=cachedir="$d" || echo -C) ${options} repoquery --unneeded --qf 'Remv %{name}\\n' 2>/dev/null`
    : sh`dnf -q $([ -n "$d" ] && echo --refresh --setopt=cachedir="$d" || echo -C) ${options} repoquery --upgrades --latest-limit=1 --qf 'Inst %{name} (%{version}-%{release}\\n' 2>/dev/null`;
}

/** `Inst name [old] (new source [arch])`. */
function installed(line: string): readonly (readonly [string, string])[] {
  const match = /^Inst (\S+) (?:\[[^\]]*\] )?\(([^\s)]+)/.exec(line);
  return match === null ? [] : [[match[1] ?? '', match[2] ?? '']];
}
