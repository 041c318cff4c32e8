import type {Handler} from '../load/project.js';
import {addEdge, taskSteps, type Draft, type TaskStep} from './draft.js';
import type {TaskNode} from './graph.js';
import {handlersNamed} from './handlers.js';

/** Draws an edge from each task that notifies to the handler's node of the next flush on the same host. */
export function notify(draft: Draft): void {
  for (const {play, batches} of draft.plays) {
    for (const batch of batches) {
      if (batch.left) continue;
      const waiting = new Map<Handler, TaskNode[]>();
      for (const step of batch.steps.flatMap(taskSteps)) {
        if (step.handler) arrive(draft, step, waiting.get(step.handler) ?? []);
        if (step.handler) waiting.delete(step.handler);
        for (const handler of step.task.notify.flatMap(({name}) => handlersNamed(play, name, step.task))) {
          const nodes = waiting.get(handler) ?? [];
          for (const made of step.nodes.values()) nodes.push(...made);
          waiting.set(handler, nodes);
        }
      }
    }
  }
}

function arrive(draft: Draft, {task, nodes}: TaskStep, notifiers: readonly TaskNode[]): void {
  const once = task.keywords.runOnce ? [...nodes.values()].flat() : undefined;
  for (const from of notifiers) {
    if (draft.left.has(from.id)) continue;
    for (const to of once ?? nodes.get(from.host) ?? []) addEdge(draft, {from: from.id, to: to.id, kind: 'notify'});
  }
}
