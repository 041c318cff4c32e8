import {evaluate, evaluateExpression, referencesOf} from '../language/evaluate.js';
import {didYouMean} from '../language/near.js';
import {EvaluationFailed} from '../language/reference.js';
import type {Term} from '../language/term.js';
import {rank, type Play, type Task} from '../load/project.js';
import {tell, type Draft} from './draft.js';

/** In whose lane a node runs, and which item it is where items become nodes. */
export interface Placement {
  readonly lane: string;
  readonly item?: number;
}

interface Use {
  readonly play: Play;
  readonly task: Task;
  readonly host: string;
}

/** One place; or one for each item when `delegate_to` or `become_user` uses the item. What is not known before the first connection is a diagnostic. */
export function placesOf(draft: Draft, use: Use): readonly Placement[] {
  const {task, host} = use;
  const {delegateTo, becomeUser} = task.keywords;
  const home = homeOf(draft, use);
  if (delegateTo === undefined && (becomeUser === undefined || task.loop === undefined)) return [{lane: home}];
  const {loopVar, indexVar} = task.loopControl;
  const usesItem = [delegateTo, becomeUser].some(
    (term) => term !== undefined && referencesOf(term).some(({path}) => path[0] === loopVar || path[0] === indexVar),
  );
  if (task.loop === undefined || !usesItem)
    return [{lane: delegateTo === undefined ? home : laneOf(draft, {...use, delegateTo, locals: {}})}];
  const items = itemsOf(draft, use);
  if (!items) {
    const message = `"${loopVar}" decides where this task runs, so the items of its loop must be known before the first connection`;
    tell(draft, {at: task.loop.at, message, hint: 'loop over variables of the inventory or the playbook'});
    return [{lane: host}];
  }
  // Without items the task is there all the same: others ask for what it registers.
  if (items.length === 0) return [{lane: home}];
  return items.map((value, index) => {
    const locals = {[loopVar]: value, ...(indexVar === undefined ? {} : {[indexVar]: index})};
    return {item: index, lane: delegateTo === undefined ? home : laneOf(draft, {...use, delegateTo, locals})};
  });
}

/** The machine on which a host is worked on: itself, or the controller with `connection: local`; what the inventory says of the host wins over the keyword. */
function homeOf({variables}: Draft, use: Use): string {
  const {host, task} = use;
  const variable = variables.find(use, 'ansible_connection');
  const isOfPlay =
    variable !== undefined && variable.layer.rank >= rank.playVars && variable.layer.rank < rank.extraVars;
  if (isOfPlay) return variable.term.kind === 'literal' && variable.term.value === 'local' ? 'localhost' : host;
  return variable === undefined && task.keywords.connection === 'local' ? 'localhost' : host;
}

/** How many hosts may do a task at the same time. */
export function throttleOf(draft: Draft, use: Use): {readonly throttle?: number} {
  const {throttle} = use.task.keywords;
  if (throttle === undefined) return {};
  let value: unknown;
  try {
    value = evaluate(throttle, draft.variables.known(use));
  } catch (error) {
    if (!(error instanceof EvaluationFailed)) throw error;
    const message = `throttle must be known before the first connection: ${error.message}`;
    tell(draft, {at: error.at, message, hint: error.hint});
    return {};
  }
  const count = Number(value);
  if (Number.isInteger(count) && count >= 0) return count === 0 ? {} : {throttle: count};
  const message = `throttle is ${JSON.stringify(value)}; expected a whole number`;
  tell(draft, {at: throttle.at, message, hint: 'write how many hosts may do it at the same time'});
  return {};
}

/** The items of a loop where they are known before the first connection. */
export function itemsOf({variables}: Draft, {task, play, host}: Use): readonly unknown[] | undefined {
  if (!task.loop) return undefined;
  try {
    const value = valueOf(task.loop, variables.known({host, play, task}));
    return Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (error instanceof EvaluationFailed) return undefined;
    throw error;
  }
}

function valueOf(loop: Term, scope: Parameters<typeof evaluate>[1]): unknown {
  return loop.kind === 'expression' ? evaluateExpression(loop, scope) : evaluate(loop, scope);
}

function laneOf(
  draft: Draft,
  use: Use & {readonly delegateTo: Term; readonly locals: Readonly<Record<string, unknown>>},
): string {
  const {delegateTo, host} = use;
  let lane: unknown;
  try {
    lane = evaluate(delegateTo, draft.variables.known(use, use.locals));
  } catch (error) {
    if (!(error instanceof EvaluationFailed)) throw error;
    tell(draft, {
      at: error.at,
      message: `delegate_to must be known before the first connection: ${error.message}`,
      hint: error.hint,
    });
    return host;
  }
  const {hosts} = draft.project.inventory;
  if (typeof lane === 'string' && (hosts.has(lane) || lane === 'localhost')) return lane;
  const hint = typeof lane === 'string' ? didYouMean(lane, hosts.keys()) : undefined;
  tell(draft, {
    at: delegateTo.at,
    message: `delegate_to names ${JSON.stringify(lane)}, which is no host of the inventory`,
    hint,
  });
  return host;
}
