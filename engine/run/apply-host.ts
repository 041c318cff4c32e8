import {EvaluationFailed} from '../language/reference.js';
import type {Host} from '../host.js';
import {detachedHost} from './detached.js';
import {numberOf} from './number.js';
import {limitedHost} from './time-limit.js';
import type {PlacedTurn} from './turn.js';
import {whenBack} from './when-back.js';

/** Seconds between looks at an async task that does not say so itself. */
const usualPoll = 15;

/** The host on which a node makes its change: with the task's environment, within its time, and by itself where the task is async. */
export async function hostOf(turn: PlacedTurn): Promise<Host> {
  const {run, where, info, limit} = turn;
  const detached = await detachedBy(turn);
  const host = await run.open(where, {
    ...(detached ? {detaches: true} : {}),
    progress: (what, elapsed, most) => run.emit({type: 'node-waiting', node: info, what, elapsed, limit: most}),
  });
  const bounded = limit === undefined ? host : limitedHost(host, limit);
  if (detached === undefined) return bounded;
  return detachedHost(bounded, run, {
    ...detached,
    progress: (elapsed) =>
      run.emit({type: 'node-waiting', node: info, what: 'the end of the job', elapsed, limit: detached.limit}),
    whenBack: (lost, work) => whenBack(turn, lost, work),
  });
}

async function detachedBy(turn: PlacedTurn): Promise<{readonly limit: number; readonly poll: number} | undefined> {
  const {detached} = turn.task;
  if (detached === undefined) return undefined;
  const limit = await numberOf(turn, detached.limit);
  if (limit === 0) return undefined;
  const poll = detached.poll === undefined ? usualPoll : await numberOf(turn, detached.poll);
  const mayForget = turn.run.schemaOf(turn.task.module)?.['x-detachable'] === true;
  if (poll === 0 && !mayForget)
    throw new EvaluationFailed(
      `'poll: 0' is for tasks that are one command, and ${turn.task.module} is more than that`,
      'give it the seconds between looks',
      detached.poll?.at ?? turn.task.at,
    );
  return {limit: Math.ceil(limit), poll};
}
