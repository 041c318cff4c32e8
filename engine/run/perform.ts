import {evaluate} from '../language/evaluate.js';
import {EvaluationFailed} from '../language/reference.js';
import type {TaskNode} from '../graph/graph.js';
import type {Outcome, ShownChange} from '../outcome.js';
import {Deferred} from '../unknown.js';
import {NotThere} from './attempt.js';
import {firstFalse} from './conditions.js';
import {performItem, failed} from './item.js';
import type {FailedItem, ItemResult} from './item-result.js';
import {layDeferred} from './defer.js';
import {itemsOf, type LoopItem} from './loop.js';
import {turnOf} from './node-turn.js';
import {hideValues, publicOutcome, publicValues} from './no-log.js';
import {loginPlace} from './place.js';
import {recordOfDeferred, recordOfLoop, skippedRecord, type Recorded} from './record.js';
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
  try {
    const results = await resultsOf(turn);
    const record = node.task.loop === undefined || node.item !== undefined ? results.one.record : recordOfLoop(results.all.map((each) => each.record));
    remember(turn, record);
    hideValues(turn, record);
    const outcome = await withIgnored(turn, outcomeOf(turn, results));
    return {outcome: publicOutcome(turn, outcome), values: publicValues(turn, record), bug: results.all.some((each) => 'bug' in each && each.bug)};
  } catch (error) {
    if (!(error instanceof NotThere)) throw error;
    return {outcome: {status: 'blocked', by: turn.label, text: node.observed ?? ''}, values: {}, bug: false};
  }
}

interface Results {
  readonly all: readonly ItemResult[];
  /** Of a node without a loop. */
  readonly one: ItemResult;
}

async function resultsOf(turn: Turn): Promise<Results> {
  const items = await itemsOrResult(turn);
  if (!Array.isArray(items)) return {all: [items as ItemResult], one: items as ItemResult};
  const all: ItemResult[] = [];
  for (const [index, item] of (items as readonly LoopItem[]).entries()) {
    if (index > 0 && turn.task.loopControl.pause > 0 && !turn.dry) await turn.run.sleep(turn.task.loopControl.pause);
    const result = await performItem(item);
    all.push(result);
    // A machine that is gone, or a bug, is not met again for each item.
    if (result.status === 'unreachable' || (result.status === 'failed' && result.bug)) break;
  }
  const one: ItemResult = all[0] ?? {status: 'skipped', reason: 'the loop has no items', record: {...skippedRecord, results: []}};
  return {all, one};
}

/** The items, or what became of the node where they cannot be told. */
async function itemsOrResult(turn: Turn): Promise<readonly LoopItem[] | ItemResult> {
  try {
    return await settle(turn, () => itemsOf(turn));
  } catch (error) {
    if (!(error instanceof Deferred || error instanceof EvaluationFailed)) return failed(error);
    const refused = await settle(turn, () => firstFalse(turn.task.keywords.when, turn.scope)).catch(() => undefined);
    if (refused) return {status: 'skipped', reason: `when: ${refused.source}`, record: skippedRecord};
    if (error instanceof EvaluationFailed) return failed(error);
    if (turn.run.check) await layDeferred({...turn, where: {machine: turn.node.lane, place: loginPlace}});
    return {status: 'deferred', needs: error.needs, record: recordOfDeferred(turn)};
  }
}

/** One outcome of all items: the worst, else the most telling. */
function outcomeOf(turn: Turn, {all, one}: Results): Outcome {
  const first = <Status extends ItemResult['status']>(status: Status): Extract<ItemResult, {status: Status}> | undefined =>
    all.find((each): each is Extract<ItemResult, {status: Status}> => each.status === status);
  const changes = all.flatMap((each): readonly ShownChange[] => ('changes' in each ? (each.changes ?? []) : []));
  const bad = all.find((each): each is ItemResult & FailedItem => each.status === 'unreachable' || each.status === 'failed');
  if (bad?.status === 'unreachable') return {status: 'unreachable', failure: bad.failure};
  if (bad) return {status: 'failed', failure: countedFailure(bad, all), ...(changes.length === 0 ? {} : {changes})};
  if (first('would-change')) return {status: 'would-change', changes};
  if (first('changed')) return {status: 'changed', changes};
  const deferred = first('deferred');
  if (deferred) return {status: 'deferred', needs: deferred.needs};
  const waiting = first('would-wait');
  if (waiting) return {status: 'would-wait', what: waiting.what};
  if (one.status === 'skipped' && all.every((each) => each.status === 'skipped')) return {status: 'skipped', reason: one.reason};
  const ok = first('ok');
  return {status: 'ok', ...(ok?.message === undefined || turn.task.loop !== undefined ? {} : {message: ok.message})};
}

function countedFailure({failure}: FailedItem, all: readonly ItemResult[]): FailedItem['failure'] {
  const count = all.filter((each) => each.status === 'failed').length;
  return all.length === 1 ? failure : {...failure, message: `${failure.message} (${count} of ${all.length} items failed)`};
}

async function withIgnored(turn: Turn, outcome: Outcome): Promise<Outcome> {
  const {ignoreErrors} = turn.task.keywords;
  if (outcome.status !== 'failed' || ignoreErrors === undefined || outcome.failure.message.startsWith('internal error')) return outcome;
  const ignored = await settle(turn, () => evaluate(ignoreErrors, turn.scope)).catch(() => false);
  return ignored === true || ignored === 'true' || ignored === 'yes' ? {...outcome, ignored: true} : outcome;
}

function remember({run, node, task}: Turn, record: Recorded): void {
  if (task.register === undefined) return;
  for (const host of node.standsFor ?? [node.host]) run.values.set(host, task.register, record);
}
