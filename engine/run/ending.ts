import type {NodeId, TaskNode} from '../graph/graph.js';
import type {Outcome} from '../outcome.js';

/** The node that failed first, and how others name it. */
export interface Blame {
  readonly node: NodeId;
  readonly by: string;
  readonly text?: string;
}

/** How a node ended, as those that wait for it see it. */
export type Ending =
  /** `notifies` is whether it changed, or on what that depends in a check; `mayFail` is set where only a run tells. */
  | {readonly kind: 'good'; readonly notifies: boolean | {readonly needs: string}; readonly mayFail: boolean}
  | {readonly kind: 'bad'; readonly blame: Blame}
  | {readonly kind: 'interrupted'};

/** The ending of an open gate, and of whatever else never notifies. */
export const good: Ending = {kind: 'good', notifies: false, mayFail: false};

/** How a task's outcome looks to those that wait for it; `labelOf` is how they blame it. */
export function endingOf(node: TaskNode, outcome: Outcome, labelOf: (node: TaskNode) => string): Ending {
  switch (outcome.status) {
    case 'ok':
    case 'skipped':
    case 'idle':
      return good;
    case 'changed':
      return {kind: 'good', notifies: true, mayFail: false};
    case 'would-change':
      return {kind: 'good', notifies: true, mayFail: true};
    case 'would-wait':
      return {kind: 'good', notifies: false, mayFail: true};
    case 'deferred':
      return {kind: 'good', notifies: {needs: labelOf(node)}, mayFail: true};
    case 'failed':
      return outcome.ignored === true
        ? {kind: 'good', notifies: (outcome.changes ?? []).length > 0, mayFail: false}
        : bad(node, labelOf(node));
    case 'unreachable':
      return outcome.ignored === true ? good : bad(node, labelOf(node));
    case 'blocked':
      return {
        kind: 'bad',
        blame: {node: node.id, by: outcome.by, ...(outcome.text === undefined ? {} : {text: outcome.text})},
      };
    case 'interrupted':
      return {kind: 'interrupted'};
  }
}

function bad({id, task}: TaskNode, label: string): Ending {
  return {
    kind: 'bad',
    blame: {
      node: id,
      by: label,
      ...(label.endsWith(`/${task.module}`) && task.name !== task.module ? {text: task.name} : {}),
    },
  };
}
