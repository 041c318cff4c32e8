import {EvaluationFailed} from '../language/reference.js';
import type {Condition} from '../load/project.js';
import type {ShownChange} from '../outcome.js';
import {Deferred} from '../unknown.js';
import {firstFalse} from './conditions.js';
import type {ItemResult} from './item-result.js';
import {createScope} from './scope.js';
import {settle} from './settle.js';
import type {Turn} from './turn.js';

/** Applies the task's `changed_when` and `failed_when` to a result. Throws `Deferred` where whether it changes is known only in a run. */
export async function judge(turn: Turn, result: ItemResult): Promise<ItemResult> {
  const {changedWhen, failedWhen} = turn.task;
  const failed = failedWhen && (await judgeFailure(turn, {result, failedWhen}));
  const settled = failed ?? result;
  return changedWhen === undefined || settled.status === 'failed'
    ? settled
    : judgeChange(turn, {result: settled, changedWhen});
}

/** Whether all conditions hold, with the result in scope under its registered name. */
export async function allHold(turn: Turn, result: ItemResult, conditions: readonly Condition[]): Promise<boolean> {
  const {run, node, task, locals} = turn;
  const own = task.register === undefined ? {} : {[task.register]: result.record};
  const scope = createScope(run.sources, {host: node.host, play: node.play, task, locals: {...locals, ...own}});
  return settle({...turn, scope}, () => firstFalse(conditions, scope) === undefined);
}

async function judgeFailure(
  turn: Turn,
  {result, failedWhen}: {readonly result: ItemResult; readonly failedWhen: readonly Condition[]},
): Promise<ItemResult | undefined> {
  const {status} = result;
  if (status !== 'ok' && status !== 'changed' && status !== 'would-change' && status !== 'failed') return undefined;
  if (status === 'failed' && result.bug) return undefined;
  let fails: boolean;
  try {
    fails = await allHold(turn, result, failedWhen);
  } catch (error) {
    // In a check most results are not known; that it would fail then is not known either.
    if (error instanceof Deferred && status === 'would-change') return undefined;
    // What failed may lack what the condition names: its own failure says more.
    if (error instanceof EvaluationFailed && status === 'failed') return undefined;
    throw error;
  }
  if (fails) {
    if (status === 'failed') return undefined;
    const [first] = failedWhen;
    const changes = status === 'ok' || result.changes === undefined ? {} : {changes: result.changes};
    const message = `failed_when: ${failedWhen.map(({source}) => String(source)).join(' and ')}`;
    return {
      status: 'failed',
      bug: false,
      failure: {message, ...(first ? {at: first.at} : {})},
      ...changes,
      record: {...result.record, failed: true},
    };
  }
  if (status !== 'failed') return undefined;
  const record = {...result.record, failed: false, changed: result.changes !== undefined};
  return result.changes === undefined ? {status: 'ok', record} : {status: 'changed', changes: result.changes, record};
}

async function judgeChange(
  turn: Turn,
  {result, changedWhen}: {readonly result: ItemResult; readonly changedWhen: readonly Condition[]},
): Promise<ItemResult> {
  const {status} = result;
  if (status !== 'ok' && status !== 'changed' && status !== 'would-change') return result;
  const changed = await allHold(turn, result, changedWhen);
  const record = {...result.record, changed};
  if (!changed) return {status: 'ok', record};
  if (status !== 'ok') return {...result, record};
  const shown: ShownChange = {
    kind: 'action',
    summary: `changed_when: ${changedWhen.map(({source}) => String(source)).join(' and ')}`,
    diff: [],
  };
  return {status: turn.dry ? 'would-change' : 'changed', changes: [shown], record};
}
