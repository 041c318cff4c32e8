import {isUnknown, type FactKind} from '../../engine/task.js';
import {entries, lookUp} from './accounts.js';
import {mayBring} from './packaged.js';

export interface GroupState {
  readonly name: string;
  readonly exists: boolean;
  readonly gid?: number;
  readonly members?: readonly string[];
}

/** A group of the machine. */
export const groupFact: FactKind<{readonly name: string}, GroupState> = {
  name: 'group',
  id: (key) => key.name,
  script: (keys) => `${lookUp('group', [...new Set(keys.map((key) => key.name))])}; true`,
  parse(keys, result) {
    if (result.code !== 0) throw new Error(`cannot ask for groups: ${result.stderr.trim()}`);
    const found = entries(result.stdout);
    return keys.map(({name}): GroupState => {
      const fields = found.get(name);
      if (fields === undefined) return {name, exists: false};
      return {
        name,
        exists: true,
        gid: Number(fields[2]),
        members: (fields[3] ?? '').split(',').filter((member) => member !== ''),
      };
    });
  },
  show(before, after) {
    if (isUnknown(after)) return [{what: 'group', before: before?.name, after: `(needs ${after.$unknown})`}];
    const gid: unknown = after.gid;
    return [
      {
        what: `group ${after.name}`,
        before: before?.exists === true ? `gid ${before.gid ?? ''}` : undefined,
        after: !after.exists ? undefined : typeof gid === 'number' ? `gid ${gid}` : 'present',
      },
    ];
  },
  follows: (key, before, promised) => {
    if (promised.kind === 'package') return before.exists ? undefined : mayBring(promised, before.name);
    // A user without a group of its own choice gets one of its own name.
    if (
      promised.kind === 'user' &&
      'id' in promised &&
      promised.id === key.name &&
      !before.exists &&
      !isUnknown(promised.value)
    ) {
      const group: unknown = Reflect.get(Object(promised.value), 'group');
      const gid: unknown = Reflect.get(Object(promised.value), 'gid');
      if (group === key.name) return {name: key.name, exists: true, gid, members: []} as unknown as GroupState;
    }
    return undefined;
  },
};
