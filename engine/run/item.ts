import type {Until} from '../load/project.js';
import type {ShownChange} from '../outcome.js';
import {Deferred} from '../unknown.js';
import {argumentsWithUnknowns} from './arguments.js';
import {attempt, NotThere} from './attempt.js';
import {firstRefusal} from './conditions.js';
import {layDeferred} from './defer.js';
import {ApplyFailed, Cancelled, classify} from './failure.js';
import type {ItemResult} from './item-result.js';
import {allHold, judge} from './judge.js';
import type {LoopItem} from './loop.js';
import {loginPlace, placeOf, withEnvironment} from './place.js';
import {numberOf} from './number.js';
import {recordOfDeferred, recordOfFailure, recordOfSkip} from './record.js';
import {environmentOf} from './scope.js';
import {setVariables} from './remember.js';
import {settle} from './settle.js';
import {withinTime} from './time-limit.js';
import type {PlacedTurn} from './turn.js';

/** Performs one item of a node. Everything that can go wrong is in the result; only `Cancelled` and `NotThere` are thrown. */
export async function performItem({turn, label}: LoopItem): Promise<ItemResult> {
  let placed: PlacedTurn | undefined;
  try {
    const where = {
      machine: turn.node.lane,
      place: await settle(turn, () => placeOf(turn.task, turn.scope, turn.run.become)),
    };
    placed = {...turn, where};
    const refused = await settle(placed, () => firstRefusal(turn));
    if (refused) return {status: 'skipped', reason: `when: ${refused.source}`, record: recordOfSkip(refused)};
    turn.run.begin(turn.node);
    const environment = await settle(placed, () => environmentOf(turn.task, turn.scope));
    const current = {...placed, where: withEnvironment(where, environment)};
    placed = current;
    return await (turn.task.until ? untilTrue(current, {until: turn.task.until, label}) : once(current, label));
  } catch (error) {
    if (error instanceof Deferred)
      return deferred(placed ?? {...turn, where: {machine: turn.node.lane, place: loginPlace}}, error);
    return failed(error);
  }
}

/** What was thrown, as the result of an item; what ends the whole node is thrown on. */
export function failed(error: unknown, changes?: readonly ShownChange[]): ItemResult {
  if (error instanceof Cancelled || error instanceof NotThere) throw error;
  const classified = classify(error);
  return {
    ...classified,
    record: recordOfFailure(error, classified.failure.message),
    ...(changes === undefined ? {} : {changes}),
  };
}

async function once(turn: PlacedTurn, label: string | undefined): Promise<ItemResult> {
  let result: ItemResult;
  try {
    result = await inTime(turn, label);
  } catch (error) {
    if (error instanceof Deferred) throw error;
    result = error instanceof ApplyFailed ? failed(error.cause, [error.shown]) : failed(error);
  }
  return judge(turn, result);
}

/** Ends an attempt when the task's `timeout` is over. */
async function inTime(turn: PlacedTurn, label: string | undefined): Promise<ItemResult> {
  const {timeout} = turn.task.keywords;
  const seconds = timeout === undefined ? 0 : await numberOf(turn, timeout);
  return seconds === 0 ? attempt(turn, label) : withinTime(seconds, (limit) => attempt({...turn, limit}, label));
}

async function untilTrue(
  turn: PlacedTurn,
  {until, label}: {readonly until: Until; readonly label: string | undefined},
): Promise<ItemResult> {
  const retries = until.retries === undefined ? 3 : await numberOf(turn, until.retries);
  const delay = until.delay === undefined ? 5 : await numberOf(turn, until.delay);
  for (let left = retries; ; left--) {
    const tried = await once(turn, label);
    if (tried.status !== 'ok' && tried.status !== 'changed' && tried.status !== 'failed') return tried;
    const result = {...tried, record: {...tried.record, attempts: retries - left + 1}};
    const isDone =
      until.condition.length === 0 ? result.status !== 'failed' : await allHold(turn, result, until.condition);
    if (isDone) return result;
    const condition = until.condition.map(({source}) => String(source)).join(' and ');
    if (turn.dry)
      return {status: 'would-wait', what: `until ${condition || 'it does not fail'}`, record: result.record};
    if (left <= 0) {
      if (result.status === 'failed') return result;
      const failure = {
        message: `'until: ${condition}' did not come true in ${retries + 1} attempts`,
        hint: "raise 'retries' or 'delay' if it only needs longer",
      };
      return {status: 'failed', bug: false, failure, record: {...result.record, failed: true}};
    }
    turn.run.emit({type: 'node-retrying', node: turn.info, left});
    await turn.run.sleep(delay);
    turn.run.facts.forgetMachine(turn.where.machine);
  }
}

async function deferred(turn: PlacedTurn, {needs}: Deferred): Promise<ItemResult> {
  const {run, node, module} = turn;
  if (run.check && node.observed === undefined) await layDeferred(turn);
  if (module.setsVariables === true) setVariables(turn, argumentsWithUnknowns(turn));
  return {status: 'deferred', needs, record: recordOfDeferred(turn)};
}
