import type {NodeId, TaskNode} from '../graph/graph.js';
import type {ShownChange} from '../outcome.js';
import type {Change, FactRequest} from '../task.js';
import {argumentsOf} from './arguments.js';
import {touches} from './concerns.js';
import {firstRefusal} from './conditions.js';
import {turnOf} from './node-turn.js';
import {environmentKey, loginPlace, placeKey, placeOf, withEnvironment, type Where} from './place.js';
import {environmentOf} from './scope.js';
import {showChange} from './shown-change.js';
import {answersFor, requestsIn, type PlacedTurn, type Run} from './turn.js';

/**
 * A change with those of the tasks that come right after it, as far as their module can make them as one, and nothing that is known of them can be
 * another in their own turn. What was made so is kept for that turn, which looks whether it holds.
 */
export async function withComing(turn: PlacedTurn, change: Change): Promise<Change> {
  const {run, node} = turn;
  let joint = change;
  if (!run.mayJoin || turn.module.join === undefined || change.kind !== 'state') return joint;
  for (let last = node; leavesOpen(last);) {
    const next = nextOf(run, last);
    if (next === undefined || next.task.module !== node.task.module) break;
    const found = await foresee(turn, {next, joint});
    if (found === undefined) break;
    joint = found.joint;
    if (found.shown !== undefined) run.madeAhead.set(next, found.shown);
    last = next;
  }
  return joint;
}

/** Whatever becomes of a node, short of a failure of its change, the next one has its turn and finds the same. */
function leavesOpen({task}: TaskNode): boolean {
  return (
    isPlain(task) && task.register === undefined && task.changedWhen === undefined && task.failedWhen === undefined
  );
}

function isPlain({loop, until, detached, keywords}: TaskNode['task']): boolean {
  return (
    loop === undefined &&
    until === undefined &&
    detached === undefined &&
    keywords.timeout === undefined &&
    keywords.checkMode === undefined
  );
}

/** The node that waits for this one alone, on the same host, and could be made with it; what it notifies must not be lost where its turn does not come. */
function nextOf(run: Run, {id, host, lane}: TaskNode): TaskNode | undefined {
  const {nodes, into, out} = run.graph;
  const isWaiting = (to: NodeId): boolean =>
    into.get(to)?.every(({from, kind}) => from === id && (kind === 'order' || kind === 'after')) === true;
  return out
    .get(id)
    .map(({to}) => nodes.get(to))
    .find(
      (node): node is TaskNode =>
        node?.kind === 'task' &&
        node.host === host &&
        node.lane === lane &&
        node.observed === undefined &&
        node.standsFor === undefined &&
        node.throttle === undefined &&
        node.handler !== true &&
        node.rescue !== true &&
        node.task.notify.length === 0 &&
        isPlain(node.task) &&
        isWaiting(node.id),
    );
}

interface Foreseen {
  readonly joint: Change;
  /** The coming node's own part; undefined: it has none. */
  readonly shown?: ShownChange;
}

/** What is to be made when the next node is made, too. Undefined where that is not known yet; what is wrong with it is told in its own turn. */
async function foresee(
  first: PlacedTurn,
  {next, joint}: {readonly next: TaskNode; readonly joint: Change},
): Promise<Foreseen | undefined> {
  const {run, module} = first;
  if (touchesVariables(run, first.where, joint)) return undefined;
  const coming = turnOf(run, next, {mayRead: false});
  try {
    const place = placeOf(coming.task, coming.scope, run.become);
    if (firstRefusal(coming) !== undefined) return {joint};
    const where = withEnvironment({machine: next.lane, place}, environmentOf(coming.task, coming.scope));
    if (!isSame(where, first.where)) return undefined;
    const turn = {...coming, where};
    const args = await argumentsOf(turn);
    const asked = module.reads(args) as Readonly<Record<string, unknown>>;
    const requests = requestsIn(asked);
    const facts = untouched(turn, requests, joint);
    if (facts === undefined) return undefined;
    const change = module.plan(args, answersFor(asked, facts)) as Change | undefined;
    if (change === undefined) return {joint};
    const both = change.kind === 'state' ? (module.join?.(joint, change) as Change | undefined) : undefined;
    if (both === undefined) return undefined;
    return {joint: both, shown: await showChange(turn, change, {requests, item: undefined})};
  } catch {
    return undefined;
  }
}

/** Facts that are known, and that a change leaves as they are. */
function untouched(
  {run, where}: PlacedTurn,
  requests: readonly FactRequest<unknown>[],
  change: Change,
): readonly unknown[] | undefined {
  const known = requests.map((request) => run.facts.known(where, request));
  const isTouched = touches(change);
  const holds = known.every(
    (answer, index) =>
      answer !== undefined && !isTouched({request: requests[index] as FactRequest<unknown>, value: answer.value}),
  );
  return holds ? known.map((answer) => answer?.value) : undefined;
}

/** Whether a condition or an argument of the next node could read something else after the change. */
function touchesVariables({registry, facts}: Run, where: Where, change: Change): boolean {
  const isTouched = touches(change);
  const places = [where, {machine: where.machine, place: loginPlace}];
  return Object.values(registry.variables).some((request) =>
    places.some((each) => {
      const known = facts.known(each, request, {anyAge: true});
      return known !== undefined && isTouched({request, value: known.value});
    }),
  );
}

function isSame(one: Where, other: Where): boolean {
  return (
    one.machine === other.machine &&
    placeKey(one.place) === placeKey(other.place) &&
    environmentKey(one) === environmentKey(other)
  );
}
