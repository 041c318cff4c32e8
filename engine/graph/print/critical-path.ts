import type {Graph, NodeId, TaskNode} from '../graph.js';
import type {Box, Picture} from './picture.js';

/** The longest way through a graph: no run can be shorter. */
export interface CriticalPath {
  readonly nodes: readonly TaskNode[];
  /** Nodes, or milliseconds where they were measured. */
  readonly length: number;
}

/** Finds the longest path by measured milliseconds, else by the number of nodes. */
export function criticalPath(graph: Graph, milliseconds?: ReadonlyMap<string, number>): CriticalPath {
  const lengths = new Map<NodeId, number>();
  const previous = new Map<NodeId, NodeId>();
  let last: NodeId | undefined;
  for (const [id, node] of graph.nodes) {
    let length = 0;
    for (const {from} of graph.into.get(id) ?? []) {
      const before = lengths.get(from) ?? 0;
      if (before <= length && previous.has(id)) continue;
      length = before;
      previous.set(id, from);
    }
    const own = node.kind === 'gate' || node.handler === true ? 0 : 1;
    lengths.set(id, length + (milliseconds ? (milliseconds.get(id) ?? 0) : own));
    if (last === undefined || (lengths.get(id) ?? 0) > (lengths.get(last) ?? 0)) last = id;
  }
  const nodes: TaskNode[] = [];
  for (let at = last; at !== undefined; at = previous.get(at)) {
    const node = graph.nodes.get(at);
    if (node?.kind === 'task' && node.handler !== true) nodes.unshift(node);
  }
  return {nodes, length: last === undefined ? 0 : (lengths.get(last) ?? 0)};
}

/** A part of the path within one box, on one host. */
export interface PathPart {
  readonly box: Box;
  readonly host: string;
  readonly nodes: readonly TaskNode[];
}

/** The path in the boxes of a picture. */
export function pathParts({nodes}: CriticalPath, {boxOf}: Picture): readonly PathPart[] {
  const parts: {readonly box: Box; readonly host: string; readonly nodes: TaskNode[]}[] = [];
  for (const node of nodes) {
    const box = boxOf.get(node.id);
    const last = parts.at(-1);
    if (!box) continue;
    if (last?.box === box && last.host === node.host) last.nodes.push(node);
    else parts.push({box, host: node.host, nodes: [node]});
  }
  return parts;
}
