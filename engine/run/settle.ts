import {loginPlace, type Where} from './place.js';
import {NeedsVariable} from './scope.js';
import type {Turn} from './turn.js';

/** So often one fact is read again when it is dropped at once: a change goes on on its machine. */
const mostReads = 5;

/** Evaluates something; variables that are facts (`os`) are read when it turns out that it needs them, and it is evaluated again. */
export async function settle<T>(turn: Turn, work: () => T): Promise<T> {
  const reads = new Map<string, number>();
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof NeedsVariable) || !turn.mayRead) throw error;
      const count = (reads.get(error.needs) ?? 0) + 1;
      if (count > mostReads) throw error;
      reads.set(error.needs, count);
      await readVariable(turn, error);
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
  const ahead = node.host === host ? await run.readAhead.questions(node) : [];
  await run.facts.ask(placeOfVariable(host, where), [request], ahead);
}
