import {sh} from '../../engine/host.js';
import type {FactKind} from '../../engine/task.js';

export interface LingerState {
  readonly user: string;
  readonly enabled: boolean;
}

/** Whether a user's manager runs without a login. */
export const lingerFact: FactKind<{readonly user: string}, LingerState> = {
  name: 'linger',
  id: (key) => key.user,
  script: (keys) =>
    keys.map((key) => sh`[ -e ${`/var/lib/systemd/linger/${key.user}`} ] && echo yes || echo no`).join('\n'),
  parse(keys, result) {
    const lines = result.stdout.split('\n');
    if (result.code !== 0) throw new Error(`cannot ask for lingering users: ${result.stderr.trim()}`);
    return keys.map(({user}, index) => ({user, enabled: lines[index] === 'yes'}));
  },
  follows: (key, before, promised) => {
    if (promised.kind !== 'user' || !('id' in promised) || promised.id !== key.user) return undefined;
    return Reflect.get(Object(promised.value), 'exists') === false ? {...before, enabled: false} : undefined;
  },
  show: (before, after) => [
    {
      what: 'linger',
      before: before === undefined ? undefined : String(before.enabled),
      after: 'enabled' in after ? String(after.enabled) : undefined,
    },
  ],
};
