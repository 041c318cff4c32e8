import type {TaskNode} from '../graph/graph.js';
import type {Play, RoleUse} from '../load/project.js';
import {skippedRecord} from './record.js';
import type {Run} from './turn.js';

type Part = Play | RoleUse;

/** Parts of the run that hosts have ended early. */
const ended = new WeakMap<Run, Map<Part, Set<string>>>();

/** Lets these hosts do no more of a play or of a role. */
export function endPart(run: Run, part: Part, hosts: readonly string[]): void {
  const parts = ended.get(run) ?? new Map<Part, Set<string>>();
  ended.set(run, parts);
  const present = parts.get(part) ?? new Set<string>();
  parts.set(part, present);
  for (const host of hosts) present.add(host);
}

/** Whether a node belongs to what its host has ended. */
export function hasEnded(run: Run, {host, play, task}: TaskNode): boolean {
  const parts = ended.get(run);
  if (parts === undefined) return false;
  return parts.get(play)?.has(host) === true || (task.role !== undefined && parts.get(task.role)?.has(host) === true);
}

/** Gives the registered name of a node that was left out so the value of a skipped task. */
export function forgo(run: Run, node: TaskNode): void {
  const {register} = node.task;
  if (register === undefined || !hasEnded(run, node)) return;
  for (const host of node.standsFor ?? [node.host])
    if (!run.values.has(host, register)) run.values.set(host, register, skippedRecord);
}
