import type {NodeId, TaskNode} from '../graph/graph.js';
import {conceal} from './conceal.js';
import type {Recorded} from './record.js';
import type {Run, Turn} from './turn.js';

const failures = new WeakMap<Run, Map<NodeId, Recorded>>();

/** Keeps what a task that failed recorded, for the rescue that answers to it. */
export function noteFailure({run, node}: Turn, record: Recorded): void {
  const known = failures.get(run) ?? new Map<NodeId, Recorded>();
  failures.set(run, known);
  known.set(node.id, record);
}

/** What a task of a rescue may name besides: the task of its block that failed first, and what that recorded. */
export function failureNames(run: Run, node: TaskNode): Readonly<Record<string, unknown>> | undefined {
  if (node.rescue !== true) return undefined;
  const known = failures.get(run);
  for (const {kind, from} of run.graph.into.get(node.id) ?? []) {
    const record = kind === 'failure' ? known?.get(from) : undefined;
    const source = run.graph.nodes.get(from);
    if (record === undefined || source?.kind !== 'task') continue;
    const {name, module, role} = source.task;
    return {
      ansible_failed_task: {name, action: module, ...(role ? {role: role.name} : {})},
      ansible_failed_result: conceal(record),
    };
  }
  return {};
}
