import {loginPlace, type Where} from './place.js';
import {NeedsVariable} from './scope.js';
import type {Turn} from './turn.js';

/** So often one fact is read again when it is dropped at once: a change goes on on its machine. */
const mostReads = 5;

/** Evaluates something, at once where nothing is missing; variables that are facts (`os`) are read when it turns out that it needs them, and it is evaluated again. */
export function settle<T>(turn: Turn, work: () => T): T | Promise<T> {
  try {
    return work();
  } catch (error) {
    return settleLater(turn, work, error);
  }
}

/** The same, but what cannot be evaluated is undefined. */
export async function settleIfPossible<T>(turn: Turn, work: () => T): Promise<T | undefined> {
  try {
    return await settle(turn, work);
  } catch {
    return undefined;
  }
}

async function settleLater<T>(turn: Turn, work: () => T, missing: unknown): Promise<T> {
  const reads = new Map<string, number>();
  for (let found = missing; ;) {
    if (!(found instanceof NeedsVariable) || !turn.mayRead) throw found;
    const count = (reads.get(found.needs) ?? 0) + 1;
    if (count > mostReads) throw found;
    reads.set(found.needs, count);
    await readVariable(turn, found);
    try {
      return work();
    } catch (error) {
      found = error;
    }
  }
}

/** Where the fact behind a variable is read: as root where the node is root anyway, so that no shell is opened for it, else as whoever logs in. Other places may not be there. */
export function placeOfVariable(host: string, where: Where | undefined): Where {
  const isRoot = where?.machine === host && where.place.context === 'plain' && where.place.user === 'root';
  return {machine: host, place: isRoot ? where.place : loginPlace};
}

async function readVariable({run, where, node}: Turn, {host, variable}: NeedsVariable): Promise<void> {
  const request = run.registry.variables[variable];
  if (request === undefined) throw new Error(`Internal error: no variable ${variable} in the registry`);
  run.begin(node);
  const ahead = node.host === host ? await run.readAhead.questions(node) : [];
  await run.facts.ask(placeOfVariable(host, where), [request], ahead);
}
