import {addEdge, addGate, type Draft} from './draft.js';
import type {NodeId, TaskNode} from './graph.js';
import type {Walk} from './meeting.js';
import {isEarlier} from './plays.js';

/** Draws edges from the nodes that give a value; a host's own tasks are in order anyway. */
export function linkValues(
  walk: Walk,
  {node, name, nodes}: {readonly node: TaskNode; readonly name: string; readonly nodes: readonly TaskNode[]},
): void {
  const {draft} = walk;
  for (const from of nodes) {
    if (!draft.left.has(from.id) || draft.observed.has(from.id)) continue;
    draft.observed.add(from.id);
    walk.wanted.push(from);
  }
  if (nodes.length > few && !nodes.includes(node)) {
    addEdge(draft, {from: gateOf(walk, name, nodes), to: node.id, kind: 'order'});
    return;
  }
  for (const from of nodes) {
    const needed = from !== node && (draft.left.has(from.id) || !inOrder(draft, from, node));
    if (needed) addEdge(draft, {from: from.id, to: node.id, kind: 'value', name});
  }
}

/** How many nodes a value may come from without a gate between. */
const few = 8;

function gateOf({draft, gates}: Walk, name: string, nodes: readonly TaskNode[]): NodeId {
  const known = gates.get(nodes);
  if (known !== undefined) return known;
  const gate = addGate(draft, 'values', {label: `"${name}" of ${nodes.length} nodes`});
  for (const from of nodes) addEdge(draft, {from: from.id, to: gate, kind: 'value', name});
  gates.set(nodes, gate);
  return gate;
}

function inOrder(draft: Draft, from: TaskNode, to: TaskNode): boolean {
  const sameHost = from.host === to.host || (from.standsFor?.includes(to.host) ?? false);
  if (!sameHost) return false;
  if (from.play === to.play) return from.position < to.position;
  return isEarlier(draft, from.play, to.play);
}
