import {evaluate} from '../language/evaluate.js';
import type {Term} from '../language/term.js';
import type {Outcome} from '../outcome.js';
import type {Recorded} from './record.js';
import {settleIfPossible} from './settle.js';
import type {Turn} from './turn.js';

/** A failure, or a machine that cannot be talked to, with the mark that the task says not to mind it (`ignore_errors`, `ignore_unreachable`). */
export async function passOver(turn: Turn, outcome: Outcome): Promise<Outcome> {
  const {ignoreErrors, ignoreUnreachable} = turn.task.keywords;
  switch (outcome.status) {
    case 'failed':
      return (await isTrue(turn, ignoreErrors)) ? {...outcome, ignored: true} : outcome;
    case 'unreachable':
      return (await isTrue(turn, ignoreUnreachable)) ? {...outcome, ignored: true} : outcome;
    default:
      return outcome;
  }
}

/** What a task that does not mind an unreachable machine records: `unreachable` says whether it was so. */
export function withReach({task}: Turn, record: Recorded, outcome: Outcome): Recorded {
  if (task.keywords.ignoreUnreachable === undefined) return record;
  const unreachable = outcome.status === 'unreachable';
  return {...record, ...(unreachable ? {failed: false} : {}), unreachable};
}

async function isTrue(turn: Turn, term: Term | undefined): Promise<boolean> {
  if (term === undefined) return false;
  const value = await settleIfPossible(turn, () => evaluate(term, turn.scope));
  return value === true || value === 'true' || value === 'yes';
}
