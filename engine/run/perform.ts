import type {TaskNode} from '../graph/graph.js';
import {evaluate} from '../language/evaluate.js';
import {EvaluationFailed} from '../language/reference.js';
import type {Outcome} from '../outcome.js';
import {Deferred, unknown} from '../unknown.js';
import {NotThere} from './attempt.js';
import {combine} from './combine.js';
import {firstFalse} from './conditions.js';
import {layDeferred} from './defer.js';
import {failed, performItem} from './item.js';
import type {ItemResult} from './item-result.js';
import {itemsOf, type LoopItem} from './loop.js';
import {hideRoleSecrets, hideValues, publicOutcome, publicValues} from './no-log.js';
import {turnOf} from './node-turn.js';
import {loginPlace} from './place.js';
import {recordOfDeferred, recordOfLoop, skippedRecord, type Recorded} from './record.js';
import {remember} from './remember.js';
import {settle} from './settle.js';
import type {Run, Turn} from './turn.js';

/** A node's end. `values` is what `register` recorded, as it may be shown. */
export interface Performed {
  readonly outcome: Outcome;
  readonly values: Recorded;
  /** The failure is ours. */
  readonly bug: boolean;
}

/** Performs one node: from its scope to its outcome. Throws only `Cancelled`. */
export async function perform(run: Run, node: TaskNode): Promise<Performed> {
  const turn = turnOf(run, node, {mayRead: true});
  hideRoleSecrets(turn);
  try {
    const {results, record} = await performItems(turn);
    const bug = results.some((each) => 'bug' in each && each.bug);
    remember(turn, record);
    hideValues(turn, record);
    const outcome = combine(results);
    const settled =
      outcome.status === 'failed' && !bug && (await ignoresErrors(turn)) ? {...outcome, ignored: true} : outcome;
    return {outcome: publicOutcome(turn, settled), values: publicValues(turn, record), bug};
  } catch (error) {
    if (!(error instanceof NotThere)) throw error;
    return {outcome: {status: 'blocked', by: turn.label, text: node.observed ?? ''}, values: {}, bug: false};
  }
}

interface Results {
  readonly results: readonly ItemResult[];
  readonly record: Recorded;
}

async function performItems(turn: Turn): Promise<Results> {
  const {task, node, run} = turn;
  let items: readonly LoopItem[];
  try {
    items = await settle(turn, () => itemsOf(turn));
  } catch (error) {
    const result = await withoutItems(turn, error);
    return {results: [result], record: result.record};
  }
  const results: ItemResult[] = [];
  for (const [index, item] of items.entries()) {
    if (index > 0 && task.loopControl.pause > 0 && !turn.dry) await run.sleep(task.loopControl.pause);
    const result = await performItem(item);
    results.push(result);
    // A machine that is gone, or a bug, is not met again for each item.
    if (result.status === 'unreachable' || (result.status === 'failed' && result.bug)) break;
  }
  const [only] = results;
  if (only === undefined) {
    const record = {...skippedRecord, results: []};
    return {results: [{status: 'skipped', reason: 'the loop has no items', record}], record};
  }
  const isOne = task.loop === undefined || node.item !== undefined;
  return {results, record: isOne ? only.record : recordOfLoop(results.map(({record}) => record))};
}

/** What becomes of a node whose items cannot be told: nothing, where its condition is false without them. */
async function withoutItems(turn: Turn, error: unknown): Promise<ItemResult> {
  if (!(error instanceof Deferred || error instanceof EvaluationFailed)) return failed(error);
  const refused = await settle(turn, () => firstFalse(turn.task.keywords.when, turn.scope)).catch(() => undefined);
  if (refused) return {status: 'skipped', reason: `when: ${refused.source}`, record: skippedRecord};
  if (error instanceof EvaluationFailed) return failed(error);
  if (turn.run.check) await layDeferred({...turn, where: {machine: turn.node.lane, place: loginPlace}});
  return {status: 'deferred', needs: error.needs, record: {...recordOfDeferred(turn), results: unknown(turn.label)}};
}

async function ignoresErrors(turn: Turn): Promise<boolean> {
  const {ignoreErrors} = turn.task.keywords;
  if (ignoreErrors === undefined) return false;
  const value = await settle(turn, () => evaluate(ignoreErrors, turn.scope)).catch(() => false);
  return value === true || value === 'true' || value === 'yes';
}
