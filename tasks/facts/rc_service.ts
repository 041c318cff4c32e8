import {sh} from '../../engine/host.js';
import type {FactKind} from '../../engine/task.js';
import {mayBring} from './packaged.js';

export interface RcServiceState {
  readonly name: string;
  /** What starts services here: `systemd`, `openrc`, `sysv`, or `none`. */
  readonly manager: 'systemd' | 'openrc' | 'sysv' | 'none';
  readonly exists: boolean;
  readonly running: boolean;
  readonly enabled: boolean;
}

/** A service of OpenRC or of plain init scripts; on systemd only the manager is told. */
export const rcServiceFact: FactKind<{readonly name: string}, RcServiceState> = {
  name: 'rc_service',
  id: (key) => key.name,
  script: (
    keys,
  ) => sh`if [ -d /run/systemd/system ]; then echo systemd; elif command -v rc-service >/dev/null 2>&1; then echo openrc
elif [ -d /etc/init.d ]; then echo sysv; else echo none; fi
for s in ${keys.map((key) => key.name)}; do
  e=n r=n b=n
  if [ ! -d /run/systemd/system ] && [ -e "/etc/init.d/$s" ]; then
    e=y; "/etc/init.d/$s" status >/dev/null 2>&1 && r=y
    for f in /etc/runlevels/*/"$s" /etc/rc[2345].d/S[0-9][0-9]"$s"; do [ ! -e "$f" ] || b=y; done
  fi
  echo "$e$r$b"
done`,
  parse(keys, result) {
    const [manager = '', ...lines] = result.stdout.split('\n');
    if (manager === '' || lines.length <= keys.length)
      throw new Error(`cannot ask for services: ${result.stderr.trim()}`);
    return keys.map(({name}, index) => {
      const word = lines[index] ?? '';
      return {
        name,
        manager: manager as RcServiceState['manager'],
        exists: word[0] === 'y',
        running: word[1] === 'y',
        enabled: word[2] === 'y',
      };
    });
  },
  follows: (_, before, promised) =>
    before.exists || before.manager === 'systemd' ? undefined : mayBring(promised, before.name),
  show(before, after) {
    const lines = [];
    for (const member of ['running', 'enabled'] as const) {
      const wanted: unknown = member in after ? Reflect.get(after, member) : undefined;
      if (wanted !== before?.[member])
        lines.push({
          what: member,
          before: before === undefined ? undefined : String(before[member]),
          after: String(wanted),
        });
    }
    return lines;
  },
  volatile: true,
};
