import {isUnknown, type DiffLine, type FactKind} from '../../engine/task.js';
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
    const had = before?.exists === true;
    const lines: DiffLine[] = [];
    if (had !== after.exists) {
      lines.push({
        what: `group ${after.name}`,
        before: had ? 'present' : undefined,
        after: after.exists ? 'present' : undefined,
      });
    }
    const old = had ? word(before.gid) : undefined;
    if (after.exists && typeof after.gid === 'number' && word(after.gid) !== old)
      lines.push({what: `${after.name} gid`, before: old, after: word(after.gid)});
    return lines;
  },
  // Of a group that is gone nothing stays.
  lay: (before, promised: Partial<GroupState>) =>
    promised.exists === false ? {name: before.name, exists: false} : {...before, ...promised},
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

function word(gid: unknown): string | undefined {
  return isUnknown(gid) ? `(needs ${gid.$unknown})` : typeof gid === 'number' ? String(gid) : undefined;
}
