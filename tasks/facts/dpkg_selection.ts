import {sh} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind} from '../../engine/task.js';

export interface SelectionState {
  readonly name: string;
  /** install, hold, deinstall or purge; undefined where dpkg knows no such package. */
  readonly selection?: string;
}

/** What dpkg is told to do with a package. */
export const dpkgSelectionFact: FactKind<{readonly name: string}, SelectionState> = {
  name: 'dpkg_selection',
  id: ({name}) => name,
  script: (keys) =>
    sh`if command -v dpkg-query >/dev/null 2>&1; then dpkg-query -W -f '\${Package} \${Package}:\${Architecture} \${db:Status-Want}\\n' -- ${keys.map(({name}) => name)} 2>/dev/null; else echo none; fi; true`,
  parse(keys, result) {
    const lines = result.stdout.split('\n');
    if (lines[0] === 'none') throw new Error('this machine has no dpkg');
    return keys.map(({name}): SelectionState => {
      const selection = lines.map((line) => line.split(' ')).find((words) => words.slice(0, 2).includes(name))?.[2];
      return {name, ...(selection === undefined || selection === 'unknown' ? {} : {selection})};
    });
  },
  follows(key, before, promised) {
    if (promised.kind !== 'package' || !('id' in promised) || promised.id !== key.name) return undefined;
    const installed: unknown = isUnknown(promised.value) ? undefined : Reflect.get(Object(promised.value), 'installed');
    return installed === true && before.selection === 'hold' ? undefined : unknown(`what becomes of ${key.name}`);
  },
  show: (before, after) => [
    {
      what: `selection of ${before?.name ?? ''}`,
      before: before?.selection,
      after: isUnknown(after) ? `(needs ${after.$unknown})` : after.selection,
    },
  ],
};
