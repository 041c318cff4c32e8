import {addEdge, taskSteps, type Draft, type TaskStep} from './draft.js';
import type {NodeId} from './graph.js';

/** Lets the hosts of one delegated task take turns on the delegate, in the order of the inventory. */
export function orderDelegated(draft: Draft): void {
  for (const {batches} of draft.plays) {
    for (const batch of batches) for (const step of batch.steps.flatMap(taskSteps)) takeTurns(draft, step);
  }
}

function takeTurns(draft: Draft, {task, nodes}: TaskStep): void {
  if (task.keywords.delegateTo === undefined) return;
  const last = new Map<string, NodeId>();
  for (const {id, lane, host} of [...nodes.values()].flat()) {
    if (lane === host || draft.left.has(id)) continue;
    const from = last.get(lane);
    if (from !== undefined) addEdge(draft, {from, to: id, kind: 'after'});
    last.set(lane, id);
  }
}
