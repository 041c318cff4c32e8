import {unknown, type FactKind} from '../../engine/task.js';

export interface ServiceEntry {
  readonly name: string;
  /** `running`, `stopped`, `inactive`, `failed`, `unknown`. */
  readonly state: string;
  /** `enabled`, `disabled`, `static`, `masked`, `not-found`, …; `unknown` where it cannot be told. */
  readonly status: string;
  /** `systemd`, `openrc`, `sysv`. */
  readonly source: string;
}

/** Every service that the machine's manager knows, by name. */
export type AllServices = Readonly<Record<string, ServiceEntry>>;

/** The services of a machine. */
export const allServicesFact: FactKind<Readonly<Record<string, never>>, AllServices> = {
  name: 'all_services',
  id: () => 'all_services',
  script: () => `if [ -d /run/systemd/system ]; then
  systemctl list-units --no-pager --type=service --all --plain --no-legend 2>/dev/null | sed 's/^/unit /'
  systemctl list-unit-files --no-pager --type=service --no-legend 2>/dev/null | sed 's/^/file /'
elif command -v rc-status >/dev/null 2>&1; then
  rc-status -a -s -m 2>/dev/null | sed -n 's/^ *\\([^ ]*\\) *\\[ *\\([a-z]*\\).*/rc \\1 \\2/p'; rc-update show 2>/dev/null | sed -n 's/^ *\\([^ ]*\\) |.*/on \\1/p'
elif [ -d /etc/init.d ]; then
  for f in /etc/init.d/*; do n=\${f##*/}; [ -x "$f" ] && [ "$n" != rcS ] && [ "$n" != rcK ] || continue
    s=stopped; "$f" status >/dev/null 2>&1 && s=running; e=disabled; for l in /etc/rc[2345].d/S[0-9][0-9]"$n"; do [ ! -e "$l" ] || e=enabled; done; echo "sysv $n $s $e"; done
fi; echo end`,
  parse(keys, result) {
    const lines = result.stdout.split('\n');
    if (lines.at(-2) !== 'end') throw new Error(`cannot list services: ${result.stderr.trim()}`);
    const found: Record<string, ServiceEntry> = Object.create(null) as Record<string, ServiceEntry>;
    for (const line of lines.slice(0, -2)) addLine(found, line.split(/\s+/));
    return keys.map(() => ({...found}));
  },
  follows: (_, __, promised) =>
    ['unit', 'package', 'rc_service'].includes(promised.kind) || isUnitFile(promised)
      ? unknown('what the services are by then')
      : undefined,
  show: () => [],
  volatile: true,
};

function addLine(
  found: Record<string, ServiceEntry>,
  [word, name = '', one = '', two = '', sub = '']: readonly string[],
): void {
  switch (word) {
    case 'unit':
      found[name] = {name, state: stateOf(two, sub), status: one === 'loaded' ? 'unknown' : one, source: 'systemd'};
      break;
    case 'file':
      // A template is no service that could run.
      found[name] = {
        name,
        state: found[name]?.state ?? (name.includes('@.') ? 'unknown' : 'inactive'),
        status: one,
        source: 'systemd',
      };
      break;
    case 'rc':
      found[name] = {name, state: one === 'started' ? 'running' : one, status: 'disabled', source: 'openrc'};
      break;
    case 'on':
      if (found[name] !== undefined) found[name] = {...found[name], status: 'enabled'};
      break;
    case 'sysv':
      found[name] = {name, state: one, status: two, source: 'sysv'};
      break;
    default:
  }
}

/** As Ansible says it: what has ended or never ran is stopped, unless it failed. */
function stateOf(active: string, sub: string): string {
  if (active === 'failed') return 'failed';
  if (active === 'active') return sub === 'running' ? 'running' : 'stopped';
  return active === 'inactive' ? 'stopped' : active === 'activating' || active === 'reloading' ? 'running' : 'inactive';
}

function isUnitFile(promised: {readonly kind: string; readonly id?: string; readonly under?: string}): boolean {
  return promised.kind === 'file' && /\/systemd\/system(\/|$)/.test(promised.id ?? promised.under ?? '');
}
