import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {badInput} from '../diagnostic.js';
import type {Event} from '../event.js';
import {didYouMean} from '../language/near.js';

/** The journal of a run on disk. */
export interface JournalFile {
  /** The run's name. */
  readonly run: string;
  readonly path: string;
}

const suffix = '.jsonl';

/** The journals under state folders, the newest last: a name begins with the time. */
export function journalsIn(folders: readonly string[]): readonly JournalFile[] {
  return folders
    .map((folder) => join(folder, 'runs'))
    .filter((runs) => existsSync(runs))
    .flatMap((runs) =>
      readdirSync(runs)
        .filter((name) => name.endsWith(suffix))
        .map((name) => ({run: name.slice(0, -suffix.length), path: join(runs, name)})),
    )
    .sort((one, other) => (one.run < other.run ? -1 : one.run > other.run ? 1 : 0));
}

/** The journal of a run by its name, by the beginning of it that no other has, or `last`. Throws `BadInput` where there is none. */
export function findJournal(journals: readonly JournalFile[], name: string): JournalFile {
  if (name === 'last') {
    const last = journals.at(-1);
    if (last !== undefined) return last;
    throw badInput('no run is kept', 'name the inventory with -i');
  }
  const exact = journals.filter(({run}) => run === name);
  const found = exact.length > 0 ? exact : journals.filter(({run}) => run.startsWith(name));
  const [only] = found;
  if (only === undefined) {
    const near = didYouMean(
      name,
      journals.map(({run}) => run),
    );
    throw badInput(`no run "${name}" is kept`, near ?? '"u7s-play runs" lists those that are');
  }
  if (found.length > 1) throw badInput(`several runs begin with "${name}"`, found.map(({run}) => run).join(', '));
  return only;
}

/** The events of a run. What was not written to its end, for the run was killed, is left out. */
export function readJournal({path}: JournalFile): readonly Event[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const event = eventOf(line);
      return event === undefined ? [] : [event];
    });
}

/** The event of a line; undefined where it is cut off. */
export function eventOf(line: string): Event | undefined {
  try {
    return line === '' ? undefined : (JSON.parse(line) as Event);
  } catch {
    return undefined;
  }
}
