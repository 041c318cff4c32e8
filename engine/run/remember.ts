import type {Recorded} from './record.js';
import {recordOfLoop} from './record.js';
import type {Run, Turn} from './turn.js';

/** Keeps a node's record under its registered name, for all hosts that the node stands for. */
export function remember(turn: Turn, record: Recorded): void {
  const {run, node, task} = turn;
  if (task.register === undefined) return;
  for (const host of hostsOf(turn)) {
    run.values.set(host, task.register, node.item === undefined ? record : withItem(run, turn, {host, record}));
  }
}

/** Sets variables of the host, or of all hosts that the node stands for. */
export function setVariables(turn: Turn, values: Recorded): void {
  const {node, task} = turn;
  for (const host of task.keywords.delegateFacts ? [node.lane] : hostsOf(turn))
    for (const [name, value] of Object.entries(values)) turn.run.values.set(host, name, value);
}

function hostsOf({node}: Turn): readonly string[] {
  return node.standsFor ?? [node.host];
}

/** Items that are nodes of their own make one record together, in the order of the items. */
function withItem(
  run: Run,
  {node, task}: Turn,
  {host, record}: {readonly host: string; readonly record: Recorded},
): Recorded {
  const key = `${host}\0${task.register ?? ''}\0${task.at.file}:${task.at.line}:${task.at.column}`;
  const items = run.items.get(key) ?? new Map<number, Recorded>();
  run.items.set(key, items.set(node.item ?? 0, record));
  return recordOfLoop([...items].sort(([one], [other]) => one - other).map(([, each]) => each));
}
