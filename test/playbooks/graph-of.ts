import {join} from 'node:path';
import {graphOptions} from '../../engine/cli/graph-options.js';
import {buildGraph} from '../../engine/graph/build.js';
import type {Graph, NodeId, TaskNode} from '../../engine/graph/graph.js';
import {loadProject} from '../../engine/load/load-project.js';
import {packageRoot} from '../../engine/root.js';
import {registry} from '../../tasks/index.js';

/** The whole graph of one of the shipped playbooks over one of the shipped inventories. */
export async function graphOf(
  playbook: string,
  {inventory, extraVars = []}: {readonly inventory: string; readonly extraVars?: readonly string[]},
): Promise<Graph> {
  const project = await loadProject({
    playbooks: [join(packageRoot, 'playbooks', playbook)],
    inventories: [join(packageRoot, 'inventories', inventory, 'hosts.yml')],
    extraVars,
    modules: new Set(registry.modules.keys()),
    cwd: packageRoot,
  });
  const everything = {limit: undefined, tags: [], skipTags: [], startAtTask: undefined};
  return buildGraph(project, everything, graphOptions(project, registry));
}

/** A task of a host, by its name or its module: the first in the order of the graph. */
type Named = readonly [host: string, task: string];

function nodeOf(graph: Graph, [host, task]: Named): TaskNode {
  for (const node of graph.nodes.values()) {
    if (node.kind !== 'task' || node.host !== host) continue;
    if (node.task.name === task || node.task.module === task) return node;
  }
  throw new Error(`no '${task}' on ${host}`);
}

/** Everything that a node waits for, directly or not. */
export function awaited(graph: Graph, id: NodeId, found = new Set<NodeId>()): ReadonlySet<NodeId> {
  for (const {from} of graph.into.get(id) ?? []) {
    if (found.has(from)) continue;
    found.add(from);
    awaited(graph, from, found);
  }
  return found;
}

/** Whether a task waits for another, directly or not. */
export function waits(graph: Graph, task: Named, other: Named): boolean {
  return awaited(graph, nodeOf(graph, task).id).has(nodeOf(graph, other).id);
}
