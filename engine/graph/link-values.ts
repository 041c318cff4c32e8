import {addEdge, addGate, type Draft} from './draft.js';
import type {TaskNode} from './graph.js';
import type {Walk} from './meeting.js';
import {earlierPlays} from './plays.js';

/** Draws edges from the nodes that give a value; a host's own tasks are in order anyway. */
export function linkValues(
  walk: Walk,
  {node, name, nodes}: {readonly node: TaskNode; readonly name: string; readonly nodes: readonly TaskNode[]},
): void {
  const {draft} = walk;
  const needed = nodes.filter((from) => from !== node && (draft.left.has(from.id) || !inOrder(draft, from, node)));
  for (const from of needed) {
    if (!draft.left.has(from.id) || draft.observed.has(from.id)) continue;
    draft.observed.add(from.id);
    walk.wanted.push(from);
  }
  if (needed.length <= 8) {
    for (const from of needed) addEdge(draft, {from: from.id, to: node.id, kind: 'value', name});
    return;
  }
  const key = `${name} ${needed.map(({id}) => id).join(' ')}`;
  let gate = walk.gates.get(key);
  if (gate === undefined) {
    gate = addGate(draft, 'values', {label: `"${name}" of ${needed.length} nodes`});
    for (const from of needed) addEdge(draft, {from: from.id, to: gate, kind: 'value', name});
    walk.gates.set(key, gate);
  }
  addEdge(draft, {from: gate, to: node.id, kind: 'order'});
}

function inOrder(draft: Draft, from: TaskNode, to: TaskNode): boolean {
  const sameHost = from.host === to.host || (from.standsFor?.includes(to.host) ?? false);
  if (!sameHost) return false;
  if (from.play === to.play) return (draft.positions.get(from.id) ?? 0) < (draft.positions.get(to.id) ?? 0);
  const planned = draft.plays.find(({play}) => play === to.play);
  return planned !== undefined && [...earlierPlays(draft, planned).keys()].some(({play}) => play === from.play);
}
