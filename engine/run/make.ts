import {CommandFailed, Unreachable} from '../host.js';
import type {Task} from '../load/project.js';
import type {ShownChange} from '../outcome.js';
import type {Change, Values} from '../task.js';
import {hostOf} from './apply-host.js';
import {JobStarted} from './detached.js';
import {ApplyFailed, NodeFailed} from './failure.js';
import {look} from './look.js';
import {showChange} from './shown-change.js';
import {answersFor, requestsIn, type PlacedTurn} from './turn.js';
import {withComing, type Joint} from './together.js';
import {verify} from './verify.js';
import {whenBack} from './when-back.js';

/** What is to be made, and how it was found out. */
export interface Planned {
  readonly args: unknown;
  readonly requests: Readonly<Record<string, unknown>>;
  readonly change: Change;
  /** The loop item's label. */
  readonly item: string | undefined;
}

/** A change that was made. */
export interface Made {
  readonly shown: ShownChange;
  /** What apply told. */
  readonly values: Values;
}

/** Makes a change and verifies it; a machine that is lost meanwhile is asked what became of it. Rejects with `ApplyFailed` once it has begun. */
export async function make(turn: PlacedTurn, planned: Planned): Promise<Made> {
  const {run, where} = turn;
  const requests = requestsIn(planned.requests);
  await run.lock(where.machine);
  const shown = await showChange(turn, planned.change, {requests, item: planned.item});
  try {
    const joint = await withComing(turn, planned.change);
    const values = await apply(turn, joint.change).catch((error: unknown) => {
      if (error instanceof Unreachable) return afterLoss(turn, {planned, lost: error});
      if (error instanceof CommandFailed && joint.keys.length > 1) return alone(turn, {planned, joint});
      throw error;
    });
    if (planned.change.kind === 'state') await verify(turn, planned.change, requests);
    return {shown, values};
  } catch (error) {
    throw new ApplyFailed(error, shown);
  }
}

async function apply(turn: PlacedTurn, change: Change): Promise<Values> {
  const {run, where, module, task} = turn;
  const host = await hostOf(turn);
  const probe = isProbe(task);
  const done = probe ? undefined : run.facts.applying(where.machine);
  try {
    return (await module.apply(host, change)) ?? {};
  } catch (error) {
    if (error instanceof JobStarted) return {ansible_job_id: error.job, started: 1, finished: 0};
    throw error;
  } finally {
    done?.();
    if (!probe) run.facts.touch(where, change);
  }
}

/** A task that a check runs too has no effect: its user has said so. */
function isProbe({keywords, changedWhen}: Task): boolean {
  return keywords.checkMode === false && changedWhen?.some(({source}) => source === false) === true;
}

/** Nothing is repeated blindly: the machine is read and planned again first. */
async function afterLoss(
  turn: PlacedTurn,
  {planned, lost}: {readonly planned: Planned; readonly lost: Unreachable},
): Promise<Values> {
  const {run, where} = turn;
  run.facts.forgetMachine(where.machine);
  const again = await whenBack(turn, lost, () => planAgain(turn, planned));
  if (again === undefined) return {};
  for (const watch of run.watches)
    watch.planned(turn, {...planned, requests: requestsIn(planned.requests), change: again});
  switch (again.kind) {
    case 'state':
    case 'wait':
      return apply(turn, again);
    case 'action':
      throw new NodeFailed({
        message: `the connection was lost while this ran, and it may have run: ${lost.message}`,
        ...(lost.during === undefined ? {} : {command: lost.during}),
        hint: `look at ${where.machine} before you run it again`,
      });
  }
}

/** What failed in company may be done by itself, or is done already: its own outcome is not that of others. */
async function alone(
  turn: PlacedTurn,
  {planned, joint}: {readonly planned: Planned; readonly joint: Joint},
): Promise<Values> {
  for (const key of joint.keys) turn.run.together.apart.add(key);
  const again = await planAgain(turn, planned);
  return again === undefined ? {} : apply(turn, again);
}

async function planAgain(turn: PlacedTurn, {args, requests}: Planned): Promise<Change | undefined> {
  const answers = await look(turn, requestsIn(requests));
  return turn.module.plan(args, answersFor(requests, answers)) as Change | undefined;
}
