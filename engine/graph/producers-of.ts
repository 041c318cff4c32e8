import type {Graph, TaskNode} from './graph.js';

/** The nodes of a graph before another one that register or set a name on a host, in order. */
export function findProducersOf(
  graph: Graph,
  {name, host, before}: {readonly name: string; readonly host: string; readonly before: TaskNode},
): readonly TaskNode[] {
  const found: TaskNode[] = [];
  for (const node of graph.nodes.values()) {
    if (node === before) break;
    if (node.kind !== 'task' || (node.host !== host && node.standsFor?.includes(host) !== true)) continue;
    if (node.task.register === name || node.task.sets?.includes(name) === true) found.push(node);
  }
  return found;
}
