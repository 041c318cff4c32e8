import type {TaskNode} from '../graph/graph.js';
import type {Failure, Outcome} from '../outcome.js';
import {NodeFailed} from '../run/failure.js';
import type {PlanWatch} from '../run/plan-watch.js';
import type {Digest} from './digest.js';
import {differenceFrom} from './difference.js';
import {readItem, secretsIn} from './keep.js';
import type {KeptItem, KeptNode} from './plan.js';

/** Holds a run to a plan: what is not in it is not done, and a host whose machine has moved on is refused from there. */
export function guardPlan(nodes: readonly KeptNode[], digest: Digest): PlanWatch {
  const planned = new Map(nodes.map((node) => [node.id, node]));
  const refused = new Map<string, Failure>();
  const refusedNodes = new Map<TaskNode, Failure>();
  /** Items that had their turn, by node. */
  const seen = new Map<TaskNode, Set<KeptItem>>();

  function refuseNode(node: TaskNode, reason: string): Failure {
    const failure = {message: `refused: ${reason}`, hint: 'look at the host, and make a new plan with --plan'};
    refusedNodes.set(node, failure);
    refused.set(node.host, failure);
    return failure;
  }

  return {
    mayRefuse: true,
    planned(turn, considered) {
      const {node, run} = turn;
      const kept = planned.get(node.id);
      if (turn.dry || kept?.status === 'deferred') return;
      const before = refused.get(node.host);
      if (before !== undefined) throw new NodeFailed(before);
      const item = nextItem(kept, {label: considered.item, seen: seenOf(seen, node), digest});
      const keeping = {digest, isSecret: secretsIn(run.secrets)};
      const difference = differenceFrom(item, {read: readItem(turn, considered), keeping});
      if (difference !== undefined) throw new NodeFailed(refuseNode(node, difference));
    },
    ended(node, outcome) {
      const failure = refusedNodes.get(node) ?? leftOut(node, outcome);
      if (failure === undefined) return outcome;
      const changes = 'changes' in outcome ? {changes: outcome.changes} : {};
      return {status: 'failed', failure, ...changes};
    },
  };

  /** Changes of the plan that did not even come up: the task is skipped now, or its loop is shorter. */
  function leftOut(node: TaskNode, {status}: Outcome): Failure | undefined {
    const kept = planned.get(node.id);
    if (kept?.status !== 'would-change' || (status !== 'ok' && status !== 'changed' && status !== 'skipped'))
      return undefined;
    const missing = kept.items.find(
      (item) => item.change !== undefined && item.change.kind !== 'wait' && seen.get(node)?.has(item) !== true,
    );
    if (missing?.change === undefined) return undefined;
    return refuseNode(node, `the plan was to "${missing.change.summary}", and the task is skipped now`);
  }
}

function seenOf(seen: Map<TaskNode, Set<KeptItem>>, node: TaskNode): Set<KeptItem> {
  const present = seen.get(node) ?? new Set();
  seen.set(node, present);
  return present;
}

/** The item of the plan whose turn it is: of those with the same label the first that had none, else the last one again (a task is repeated, or planned anew after a lost connection). */
function nextItem(
  kept: KeptNode | undefined,
  {label, seen, digest}: {readonly label: string | undefined; readonly seen: Set<KeptItem>; readonly digest: Digest},
): KeptItem | undefined {
  const alike = (kept?.items ?? []).filter(({item}) => item === label || item === `#${digest(label)}`);
  const next = alike.find((item) => !seen.has(item)) ?? alike.at(-1);
  if (next !== undefined) seen.add(next);
  return next;
}
