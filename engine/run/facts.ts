import {Unreachable, type ExecResult, type Host} from '../host.js';
import type {Change, FactRequest} from '../task.js';
import {touches} from './concerns.js';
import {environmentKey, mountNamespace, placeKey, type Where} from './place.js';
import {groups, parsed, resultsOf, scriptsOf, textOf, type Group, type Question} from './questions.js';

/** What is known of the machines: read when asked, kept until a change touches it. */
export interface Facts {
  /** The answer, when it is known and still holds. `anyAge` takes a fleeting one too. */
  known(
    where: Where,
    request: FactRequest<unknown>,
    options?: {readonly anyAge?: boolean},
  ): {readonly value: unknown} | undefined;
  /** The answers in order; `ahead` are read in the same round trip, and their failure is nobody's affair yet. Rejects with `FactsFailed` or `Unreachable`. */
  ask(
    where: Where,
    requests: readonly FactRequest<unknown>[],
    ahead?: readonly Question[],
  ): Promise<readonly unknown[]>;
  /** Drops what a change may touch. */
  touch(where: Where, change: Change): void;
  /** Drops these answers, so that they are read again. */
  forget(where: Where, requests: readonly FactRequest<unknown>[]): void;
  /** Drops all that a machine told, of itself and of what it shares with others. */
  forgetMachine(machine: string): void;
  /** Marks an apply as going on: fleeting facts that were read before or meanwhile do not hold after it. Returns its end. */
  applying(machine: string): () => void;
}

type Answers = ReadonlyMap<FactRequest<unknown>, unknown>;

interface Entry extends Question {
  readonly value: unknown;
  readonly epoch: number;
  /** So often in turn it was read and nobody took the answer. */
  inVain: number;
}

/** What the facts of one machine, or of one realm that many machines share, are kept in. */
interface Drawer {
  readonly entries: Map<string, Entry>;
  readonly reading: Map<string, Promise<Answers>>;
  /** Counts drops: what was read across one is not kept. */
  generation: number;
  /** Counts beginnings and ends of applies. */
  epoch: number;
}

/** A fleeting fact that was read so often in vain is not read ahead of its turn. */
const mostInVain = 2;

/** An empty store; `open` gives the host of a place. */
export function createFacts(open: (where: Where) => Promise<Host>): Facts {
  const machines = new Map<string, Drawer>();
  const realms = new Map<string, Drawer>();
  let applies = 0;

  function drawerOf({where, request}: Question): Drawer {
    const realm = request.kind.realm?.(request.key);
    return realm === undefined ? drawer(machines, where.machine) : drawer(realms, realm);
  }

  function known(where: Where, request: FactRequest<unknown>, {anyAge = false} = {}): Entry | undefined {
    const place = drawerOf({where, request});
    const entry = place.entries.get(entryKey({where, request}));
    if (entry === undefined || !(request.kind.answers?.(request.key, entry.value) ?? true)) return undefined;
    return anyAge || !isFleeting(request) || entry.epoch === place.epoch ? entry : undefined;
  }

  function taken(
    where: Where,
    request: FactRequest<unknown>,
    options?: {readonly anyAge?: boolean},
  ): Entry | undefined {
    const entry = known(where, request, options);
    if (entry !== undefined && options?.anyAge !== true) entry.inVain = 0;
    return entry;
  }

  /** The answers of one group; what one kind told is kept, though another one failed. */
  async function read({where, requests}: Group): Promise<Answers> {
    const before = new Map(
      requests.map((request) => {
        const {generation, epoch} = drawerOf({where, request});
        return [request, {generation, epoch}];
      }),
    );
    const host = await open(where);
    const answers = new Map<FactRequest<unknown>, unknown>();
    const failures: unknown[] = [];
    const keep = (request: FactRequest<unknown>, value: unknown): void => {
      answers.set(request, value);
      const place = drawerOf({where, request});
      const {generation, epoch = 0} = before.get(request) ?? {};
      if (place.generation !== generation) return;
      const key = entryKey({where, request});
      const present = place.entries.get(key);
      // Two keys of one id may ask for less and for more of it: the richer answer stays.
      if (present?.epoch === epoch && request.kind.answers?.(request.key, present.value) === true) return;
      place.entries.set(key, {where, request, value, epoch, inVain: (present?.inVain ?? 0) + 1});
    };
    // All are sent at once: the machine answers one after the other.
    const told = scriptsOf(requests).map(async (parts) => {
      const names = parts.map(({kind}) => kind.name).join(', ');
      const results = resultsOf(parts, await host.exec(textOf(parts), {label: `read ${names} facts`}));
      parts.forEach(({kind, requests: own}, index) => {
        const keys = own.map(({key}) => key);
        try {
          const values = parsed(kind, keys, results[index] as ExecResult);
          own.forEach((request, place) => keep(request, values[place]));
        } catch (error) {
          failures.push(error);
        }
      });
    });
    await Promise.all(told);
    if (failures.length > 0) throw failures[0];
    return answers;
  }

  /** Reads one group, findable by those who want the same meanwhile. */
  function start(group: Group): Promise<Answers> {
    const reading = read(group);
    const places = group.requests.map((request) => ({
      pending: drawerOf({where: group.where, request}).reading,
      key: entryKey({where: group.where, request}),
    }));
    for (const {pending, key} of places) pending.set(key, reading);
    const done = (): void => {
      for (const {pending, key} of places) if (pending.get(key) === reading) pending.delete(key);
    };
    reading.then(done, done);
    return reading;
  }

  /**
   * What of a group is asked now. Where something was changed before, more changes are likely, after which fleeting facts would have to be read again:
   * ahead of their turn they are read only by a script that is run for such a fact anyway, and not again and again in vain.
   */
  function worthAsking({where, requests}: Group, own: ReadonlySet<FactRequest<unknown>>): Group['requests'] {
    const rides = requests.some((request) => own.has(request) && isFleeting(request));
    return requests.filter((request) => {
      const {epoch, entries} = drawerOf({where, request});
      if (own.has(request) || !isFleeting(request) || epoch === 0) return true;
      return rides && (entries.get(entryKey({where, request}))?.inVain ?? 0) < mostInVain;
    });
  }

  async function ask(
    where: Where,
    requests: readonly FactRequest<unknown>[],
    ahead: readonly Question[] = [],
  ): Promise<readonly unknown[]> {
    const own = new Set(requests);
    const unread = [...[...own].map((request): Question => ({where, request})), ...ahead].filter(
      ({where: at, request}) =>
        known(at, request) === undefined &&
        !drawerOf({where: at, request}).reading.has(entryKey({where: at, request})) &&
        (own.has(request) || applies === 0 || !isFleeting(request)),
    );
    const fresh = new Map<FactRequest<unknown>, unknown>();
    const joined = new Set(
      [...own].flatMap((request) => drawerOf({where, request}).reading.get(entryKey({where, request})) ?? []),
    );
    const started = groups(unread)
      .map((group) => ({...group, requests: worthAsking(group, own)}))
      .filter(({requests: wanted}) => wanted.length > 0)
      .map(async (group) => {
        const reading = start(group);
        if (!group.requests.some((request) => own.has(request))) return void reading.catch(() => undefined);
        for (const [request, value] of await reading.catch(forgiven)) fresh.set(request, value);
      });
    await Promise.all([...started, ...[...joined].map((reading) => reading.catch(forgiven))]);
    const answered = (request: FactRequest<unknown>): {readonly value: unknown} | undefined =>
      taken(where, request) ?? (fresh.has(request) ? {value: fresh.get(request)} : undefined);
    // What failed in company is asked again alone, so that its failure is its own.
    const again = [...own].filter((request) => answered(request) === undefined);
    for (const group of groups(again.map((request) => ({where, request}))))
      for (const [request, value] of await start(group)) fresh.set(request, value);
    return requests.map((request) => answered(request)?.value);
  }

  function drop(place: Drawer, condition: (entry: Entry) => boolean): void {
    place.generation++;
    for (const [key, entry] of place.entries) if (condition(entry)) place.entries.delete(key);
  }

  return {
    known: taken,
    ask,
    touch(where, change) {
      const isTouched = touches(change);
      drop(
        drawer(machines, where.machine),
        (entry) => mountNamespace(entry.where.place) !== mountNamespace(where.place) || isTouched(entry),
      );
      for (const realm of realms.values()) drop(realm, isTouched);
    },
    forget(where, requests) {
      for (const request of requests) {
        const place = drawerOf({where, request});
        place.generation++;
        place.entries.delete(entryKey({where, request}));
      }
    },
    forgetMachine(machine) {
      drop(drawer(machines, machine), () => true);
      for (const realm of realms.values()) drop(realm, ({where}) => where.machine === machine);
    },
    applying(machine) {
      const turn = (): void => {
        drawer(machines, machine).epoch++;
        for (const realm of realms.values()) realm.epoch++;
      };
      turn();
      applies++;
      return () => {
        applies--;
        turn();
      };
    },
  };
}

/** What failed in company may succeed alone; but where a machine does not answer, asking again would only take its time again. */
function forgiven(error: unknown): Answers {
  if (error instanceof Unreachable) throw error;
  return new Map();
}

/** It holds only until something is applied on its machine, or in its realm. */
function isFleeting({kind, key}: FactRequest<unknown>): boolean {
  return kind.volatile === true || kind.realm?.(key) !== undefined;
}

const entryKeys = new WeakMap<FactRequest<unknown>, {readonly where: Where; readonly key: string}>();

/** What an answer is kept under; the same question is mostly asked of one place alone, and several times. */
function entryKey({where, request}: Question): string {
  const present = entryKeys.get(request);
  if (present?.where === where) return present.key;
  const key = newEntryKey({where, request});
  entryKeys.set(request, {where, key});
  return key;
}

function newEntryKey({where, request: {kind, key, id}}: Question): string {
  const {namespace, place, environment} = wordsOf(where);
  // In a realm, too, each machine has its own answer: it may see another cluster under the same name, or none.
  const realm = kind.realm?.(key) === undefined ? namespace : where.machine;
  return [realm, kind.perUser?.(key) === true ? place : '', environment, kind.name, id].join('\0');
}

interface WhereWords {
  readonly namespace: string;
  readonly place: string;
  readonly environment: string;
}

const words = new WeakMap<Where, WhereWords>();

/** What is the same for all that is asked in one place. */
function wordsOf(where: Where): WhereWords {
  const present = words.get(where);
  if (present !== undefined) return present;
  const made = {
    namespace: mountNamespace(where.place),
    place: placeKey(where.place),
    environment: environmentKey(where),
  };
  words.set(where, made);
  return made;
}

function drawer(drawers: Map<string, Drawer>, name: string): Drawer {
  let found = drawers.get(name);
  if (found === undefined)
    drawers.set(name, (found = {entries: new Map(), reading: new Map(), generation: 0, epoch: 0}));
  return found;
}
