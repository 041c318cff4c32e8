import type {TaskNode} from '../graph/graph.js';
import {EvaluationFailed} from '../language/reference.js';
import type {Outcome} from '../outcome.js';
import {Deferred, unknown} from '../unknown.js';
import {NotThere} from './attempt.js';
import {combine} from './combine.js';
import {conceal} from './conceal.js';
import {firstRefusal} from './conditions.js';
import {layDeferred} from './defer.js';
import {failed, performItem} from './item.js';
import type {ItemResult} from './item-result.js';
import {allHold} from './judge.js';
import {itemsOf, type LoopItem} from './loop.js';
import {hideRoleSecrets, hideValues, publicOutcome, publicValues} from './no-log.js';
import {passOver, withReach} from './passed-over.js';
import {performMeta} from './meta.js';
import {turnOf} from './node-turn.js';
import {loginPlace} from './place.js';
import {numberOf} from './number.js';
import {noteFailure} from './rescued.js';
import {recordOfDeferred, recordOfLoop, recordOfSkip, skippedRecord, type Recorded} from './record.js';
import {remember} from './remember.js';
import {settle, settleIfPossible} from './settle.js';
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
    const {results, record: made} = await performItems(turn);
    const bug = results.some((each) => 'bug' in each && each.bug);
    const outcome = combine(results);
    const record = withReach(turn, made, outcome);
    remember(turn, record);
    hideValues(turn, record);
    const settled = bug ? outcome : await passOver(turn, outcome);
    if (settled.status === 'failed' && settled.ignored !== true) noteFailure(turn, record);
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
  const {task, node} = turn;
  if (task.meta !== undefined) {
    const result = await performMeta(turn, task.meta);
    return {results: [result], record: result.record};
  }
  let items: readonly LoopItem[];
  try {
    items = await settle(turn, () => itemsOf(turn));
  } catch (error) {
    const result = await withoutItems(turn, error);
    return {results: [result], record: result.record};
  }
  const results = await inTurn(turn, items);
  const [only] = results;
  if (only === undefined) {
    const record = {...skippedRecord, results: []};
    return {results: [{status: 'skipped', reason: 'the loop has no items', record}], record};
  }
  const isOne = task.loop === undefined || node.item !== undefined;
  return {results, record: isOne ? only.record : recordOfLoop(results.map(({record}) => record))};
}

/** The results of the items, as far as the loop goes. */
async function inTurn({task, run, dry}: Turn, items: readonly LoopItem[]): Promise<readonly ItemResult[]> {
  const results: ItemResult[] = [];
  for (const [index, item] of items.entries()) {
    const {pause} = task.loopControl;
    if (index > 0 && pause !== undefined && !dry) await run.sleep(await numberOf(item.turn, pause));
    const result = ofItem(item, await performItem(item));
    results.push(result);
    // A machine that is gone, or a bug, is not met again for each item.
    if (result.status === 'unreachable' || (result.status === 'failed' && result.bug)) break;
    const end = await endsLoop(item, result);
    if (end !== undefined && index < items.length - 1) {
      if (end !== true) results.push(end);
      break;
    }
  }
  return results;
}

/** A result with what its loop says of it. */
function ofItem({turn: {task, locals = {}}, value}: LoopItem, result: ItemResult): ItemResult {
  if (task.loop === undefined) return result;
  const {loopVar, indexVar} = task.loopControl;
  const told = ['ansible_loop_var', 'ansible_index_var', 'ansible_loop', ...(indexVar === undefined ? [] : [indexVar])];
  const own = Object.fromEntries(told.flatMap((name) => (name in locals ? [[name, conceal(locals[name])]] : [])));
  return {...result, record: {...result.record, [loopVar]: conceal(value), ...own}};
}

/** Whether `break_when` holds after an item; what that cannot be told of is a result of its own. */
async function endsLoop({turn}: LoopItem, result: ItemResult): Promise<true | ItemResult | undefined> {
  const {breakWhen} = turn.task.loopControl;
  if (breakWhen.length === 0) return undefined;
  try {
    return (await allHold(turn, result, breakWhen)) ? true : undefined;
  } catch (error) {
    if (error instanceof Deferred) return {status: 'deferred', needs: error.needs, record: recordOfDeferred(turn)};
    return failed(error);
  }
}

/** What becomes of a node whose items cannot be told: nothing, where its condition is false without them. */
async function withoutItems(turn: Turn, error: unknown): Promise<ItemResult> {
  if (!(error instanceof Deferred || error instanceof EvaluationFailed)) return failed(error);
  const refused = await settleIfPossible(turn, () => firstRefusal(turn));
  if (refused) return {status: 'skipped', reason: `when: ${refused.source}`, record: recordOfSkip(refused)};
  if (error instanceof EvaluationFailed) return failed(error);
  if (turn.run.check) await layDeferred({...turn, where: {machine: turn.node.lane, place: loginPlace}});
  return {status: 'deferred', needs: error.needs, record: {...recordOfDeferred(turn), results: unknown(turn.label)}};
}
