import {PlaceMissing, Unreachable} from '../host.js';
import type {FactRequest} from '../task.js';
import {Deferred} from '../unknown.js';
import {FactsFailed} from './questions.js';
import type {PlacedTurn} from './turn.js';
import {whenBack} from './when-back.js';

/**
 * The facts that a node asks for, as they are, or in a check as they will be by then (values may be unknown).
 * What the coming nodes will ask is read in the same round trip.
 */
export async function look(turn: PlacedTurn, requests: readonly FactRequest<unknown>[]): Promise<readonly unknown[]> {
  const {run, where, dry} = turn;
  const read = await readFacts(turn, requests);
  return dry
    ? read.map((value, index) => run.overlay.over(where, requests[index] as FactRequest<unknown>, value))
    : read;
}

async function readFacts(turn: PlacedTurn, requests: readonly FactRequest<unknown>[]): Promise<readonly unknown[]> {
  const {run, node, where} = turn;
  const known = requests.map((request) => run.facts.known(where, request));
  if (known.every((answer) => answer !== undefined)) return known.map(({value}) => value);
  const ahead = await run.readAhead.questions(node);
  const ask = (): Promise<readonly unknown[]> => run.facts.ask(where, requests, ahead);
  try {
    return await ask().catch((error: unknown) => {
      // Reading is harmless: where the connection was lost under it, a new one may answer.
      if (error instanceof Unreachable && error.during !== undefined) return whenBack(turn, error, ask);
      throw error;
    });
  } catch (error) {
    throw orDeferred(turn, error);
  }
}

/** In a check, a place or an answer may be missing only because what would make it or mend it was not done. */
function orDeferred({run, where, dry}: PlacedTurn, error: unknown): unknown {
  if (!dry || !(error instanceof PlaceMissing || error instanceof FactsFailed)) return error;
  const silence = error instanceof FactsFailed ? error.silence : undefined;
  const mender = silence && run.overlay.menderOf(where, silence.remedies);
  if (silence !== undefined && mender !== undefined) return new Deferred(`an answer of ${silence.who} after ${mender}`);
  const maker = run.overlay.makerOf(where);
  return maker === undefined ? error : new Deferred(maker);
}
