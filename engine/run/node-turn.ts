import type {NodeInfo} from '../event.js';
import type {Graph, TaskNode} from '../graph/graph.js';
import {compileTemplate} from '../language/template.js';
import type {Task} from '../load/project.js';
import {metaModule} from './meta.js';
import {failureNames} from './rescued.js';
import {createScope} from './scope.js';
import type {Run, Turn} from './turn.js';

/** The nodes of a graph that are tasks of the run, in its order. */
export function taskNodes(graph: Graph): readonly TaskNode[] {
  return [...graph.nodes.values()].filter(
    (node): node is TaskNode => node.kind === 'task' && node.observed === undefined,
  );
}

/** How others blame the nodes of a graph: `cp1/kubeadm_init`; by the task's name where its host has several of the kind. */
export function labels(graph: Graph): (node: TaskNode) => string {
  const tasks = new Map<string, Set<Task>>();
  const short = ({host, task}: TaskNode): string => `${host}/${task.module}`;
  for (const node of graph.nodes.values()) {
    if (node.kind !== 'task') continue;
    const same = tasks.get(short(node));
    if (same) same.add(node.task);
    else tasks.set(short(node), new Set([node.task]));
  }
  return (node) => ((tasks.get(short(node))?.size ?? 0) > 1 ? `${node.host}/${node.task.name}` : short(node));
}

const infos = new WeakMap<TaskNode, NodeInfo>();

/** What those who show a node need to know of it. */
export function infoOf(run: Run, node: TaskNode): NodeInfo {
  const known = infos.get(node);
  if (known !== undefined) return known;
  const info = makeInfo(run, node);
  // A name with mustaches may become another one when their values are known.
  if (!node.task.name.includes('{{')) infos.set(node, info);
  return info;
}

function makeInfo(run: Run, node: TaskNode): NodeInfo {
  const {id, host, lane, play, task, handler} = node;
  return {
    id,
    host,
    ...(lane === host ? {} : {delegate: lane}),
    play: play.name,
    ...(task.role ? {role: task.role.name} : {}),
    task: nameOf(run, node),
    module: task.module,
    at: task.at,
    ...(handler === true ? {handler} : {}),
  };
}

/** A task's name with its mustaches filled in, where their values are known before the task has its turn. */
function nameOf(run: Run, {host, play, task}: TaskNode): string {
  if (!task.name.includes('{{')) return task.name;
  try {
    return compileTemplate(task.name).renderText(createScope(run.sources, {host, play, task}));
  } catch {
    return task.name;
  }
}

/** Makes the turn of a node. */
export function turnOf(run: Run, node: TaskNode, {mayRead}: {readonly mayRead: boolean}): Turn {
  const {task} = node;
  const module = task.meta === undefined ? run.registry.modules.get(task.module) : metaModule;
  if (module === undefined) throw new Error(`Internal error: no module ${task.module} in the registry`);
  const {checkMode} = task.keywords;
  const names = failureNames(run, node);
  return {
    run,
    node,
    task,
    module,
    info: infoOf(run, node),
    label: run.labelOf(node),
    scope: createScope(run.sources, {host: node.host, play: node.play, task, ...(names ? {locals: names} : {})}),
    ...(names ? {locals: names} : {}),
    dry: checkMode ?? run.check,
    mayRead,
  };
}
