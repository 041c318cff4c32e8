import {evaluate} from '../language/evaluate.js';
import {EvaluationFailed} from '../language/reference.js';
import type {Term} from '../language/term.js';
import {settle} from './settle.js';
import type {Turn} from './turn.js';

/** The number that a keyword's term gives. */
export async function numberOf(turn: Turn, term: Term): Promise<number> {
  const value = Number(await settle(turn, () => evaluate(term, turn.scope)));
  if (Number.isFinite(value) && value >= 0) return value;
  throw new EvaluationFailed('expected a number that is not negative', undefined, term.at);
}
