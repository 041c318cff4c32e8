import {isUnknown, unknown, type FactKind} from '../../engine/task.js';
import {listFolders, managers, managerScript, type Manager} from '../package/manager.js';
import {repositoryFile} from '../package/repositories.js';

export interface ListsState {
  readonly manager: Manager;
  /** Seconds since the manager's lists were fetched; null: they never were. */
  readonly age: number | null;
}

/** The lists of what can be installed: whose, and how old they are. */
export const packageListsFact: FactKind<Readonly<Record<string, never>>, ListsState> = {
  name: 'package_lists',
  id: () => 'package_lists',
  script: () => `${managerScript}
last=0; for f in ${listFolders}; do t=$(stat -c %Y "$f" 2>/dev/null) && [ "$t" -gt "$last" ] && last=$t; done
echo $last; date +%s`,
  parse(keys, result) {
    const [word = '', last, now] = result.stdout.split('\n');
    const manager = managers[word];
    if (result.code !== 0 || manager === undefined)
      throw new Error(`cannot ask for the lists of packages: ${result.stderr.trim()}`);
    const age = Number(last) === 0 ? null : Math.max(0, Number(now) - Number(last));
    return keys.map(() => ({manager, age}));
  },
  // Seconds go by while others work.
  holds: (promised, read) => {
    const age: unknown = Reflect.get(Object(promised), 'age');
    return typeof age !== 'number' || (read.age !== null && read.age <= age + 900);
  },
  follows: (_, before, promised) =>
    repositoryFile(promised) ? ({...before, age: unknown('the lists of new sources')} as never) : undefined,
  show: (before, after) => [
    {
      what: 'lists of packages',
      before: before === undefined ? undefined : before.age === null ? 'none' : `${before.age} s old`,
      after: isUnknown(after) ? undefined : 'new',
    },
  ],
  volatile: true,
};
