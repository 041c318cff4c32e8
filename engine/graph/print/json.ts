import type {Graph, Node} from '../graph.js';
import {criticalPath} from './critical-path.js';
import type {PrintOptions} from './picture.js';

/** Gives a graph as JSON: every node and edge, whatever else is folded. */
export function jsonOf(graph: Graph, {milliseconds}: PrintOptions): string {
  const path = criticalPath(graph, milliseconds);
  const plays = graph.project.plays.map(({name, hosts, needs}) => ({
    name,
    hosts,
    ...(needs ? {needs: needs.map((need) => need.name)} : {}),
  }));
  const data = {
    hosts: graph.hosts,
    plays,
    nodes: [...graph.nodes.values()].map((node) => ({
      ...nodeData(node),
      ...(milliseconds?.has(node.id) ? {milliseconds: milliseconds.get(node.id)} : {}),
    })),
    edges: [...graph.into.values()].flat(),
    longest: {
      nodes: path.nodes.map(({id}) => id),
      ...(milliseconds ? {milliseconds: path.length} : {tasks: path.length}),
    },
  };
  return `${JSON.stringify(data, null, 2)}\n`;
}

function nodeData(node: Node): Readonly<Record<string, unknown>> {
  if (node.kind === 'gate')
    return {
      id: node.id,
      kind: node.kind,
      label: node.label,
      ...(node.threshold === undefined ? {} : {threshold: node.threshold}),
    };
  const {id, kind, host, lane, play, task, item, observed, handler, rescue, standsFor} = node;
  const {file, line} = task.at;
  return {
    id,
    kind,
    host,
    ...(lane === host ? {} : {lane}),
    play: play.name,
    ...(task.role ? {role: task.role.name} : {}),
    task: task.name,
    module: task.module,
    at: `${file}:${line}`,
    ...(task.keywords.tags.length > 0 ? {tags: task.keywords.tags} : {}),
    ...Object.fromEntries(
      Object.entries({item, observed, handler, rescue, standsFor}).filter(([, value]) => value !== undefined),
    ),
  };
}
