import type {NodeId, TaskNode} from '../graph/graph.js';
import type {ShownChange} from '../outcome.js';
import type {Change, FactRequest} from '../task.js';
import {argumentsOf} from './arguments.js';
import {touches} from './concerns.js';
import {firstRefusal} from './conditions.js';
import type {LoopItem} from './loop.js';
import {turnOf} from './node-turn.js';
import {environmentKey, loginPlace, placeKey, placeOf, withEnvironment, type Where} from './place.js';
import {environmentOf} from './scope.js';
import {showChange} from './shown-change.js';
import {answersFor, requestsIn, type PlacedTurn, type Run, type Turn} from './turn.js';

/** What is known of changes that are made with others, by the key of their turn. */
export interface Together {
  /** Made with a change before theirs: their own turn looks whether it holds. */
  readonly made: Map<string, ShownChange>;
  /** Were to be made with others, which failed. */
  readonly apart: Set<string>;
}

/** A change that is several. */
export interface Joint {
  readonly change: Change;
  /** The keys of the turns whose change it is; the first is that of the turn itself. */
  readonly keys: readonly string[];
}

/** Tells the turn of a node, or of one item of its loop, from others. */
export function turnKey({node, round}: Turn): string {
  return round === undefined ? node.id : `${node.id} ${round.index}`;
}

/**
 * A change with those that come right after it, of further items or of further tasks, as far as their module can make them as one, and nothing that is known
 * of them can be another in their own turn. What is made so is kept for that turn.
 */
export async function withComing(turn: PlacedTurn, change: Change): Promise<Joint> {
  const {mayJoin, together} = turn.run;
  const keys = [turnKey(turn)];
  let joint = change;
  if (!mayJoin || turn.module.join === undefined || change.kind !== 'state') return {change, keys};
  for (const coming of comingAfter(turn)) {
    const key = turnKey(coming.turn);
    if (together.apart.has(key) || together.apart.has(turnKey(turn))) break;
    const found = await foresee(turn, coming, joint);
    if (found === undefined) break;
    if (found.shown === undefined) continue;
    joint = found.joint;
    keys.push(key);
    together.made.set(key, found.shown);
  }
  return {change: joint, keys};
}

/** The turns that come right after one, as long as nothing can come between. */
function* comingAfter({run, node, task, round}: Turn): Generator<LoopItem> {
  if (round !== undefined) {
    const {pause, breakWhen} = task.loopControl;
    if (isPlain(task) && pause === undefined && breakWhen.length === 0) yield* round.items.slice(round.index + 1);
    return;
  }
  for (let last = node; task.loop === undefined && leavesOpen(last);) {
    const next = nextOf(run, last);
    if (next === undefined || next.task.module !== task.module) return;
    yield {turn: turnOf(run, next, {mayRead: false})};
    last = next;
  }
}

/** Whatever becomes of a node, short of a failure of its change, the next one has its turn and finds the same. */
function leavesOpen({task}: TaskNode): boolean {
  return (
    isPlain(task) && task.register === undefined && task.changedWhen === undefined && task.failedWhen === undefined
  );
}

function isPlain({until, detached, keywords}: TaskNode['task']): boolean {
  return (
    until === undefined && detached === undefined && keywords.timeout === undefined && keywords.checkMode === undefined
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
        node.task.loop === undefined &&
        isPlain(node.task) &&
        isWaiting(node.id),
    );
}

interface Foreseen {
  readonly joint: Change;
  /** Its own part; undefined: it has none. */
  readonly shown?: ShownChange;
}

/** What is to be made when what comes next is made, too. Undefined where that is not known yet; what is wrong with it is told in its own turn. */
async function foresee(first: PlacedTurn, item: LoopItem, joint: Change): Promise<Foreseen | undefined> {
  const {run, module} = first;
  if (touchesVariables(run, first.where, joint)) return undefined;
  const coming = {...item.turn, mayRead: false};
  try {
    const place = placeOf(coming.task, coming.scope, run.become);
    if (firstRefusal(coming) !== undefined) return {joint};
    const where = withEnvironment({machine: coming.node.lane, place}, environmentOf(coming.task, coming.scope));
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
    return {joint: both, shown: await showChange(turn, change, {requests, item: item.label})};
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
