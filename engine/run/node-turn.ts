import type {NodeInfo} from '../event.js';
import type {TaskNode} from '../graph/graph.js';
import {createScope} from './scope.js';
import type {Run, Turn} from './turn.js';

/** A node as the user reads it in another node's blame: `cp1/kubeadm_init`. */
export function labelOf(node: TaskNode): string {
  return `${node.host}/${node.task.module}`;
}

/** What those who show a node need to know of it. */
export function infoOf(node: TaskNode): NodeInfo {
  const {id, host, lane, play, task, handler} = node;
  return {
    id,
    host,
    ...(lane === host ? {} : {delegate: lane}),
    play: play.name,
    ...(task.role ? {role: task.role.name} : {}),
    task: task.name,
    module: task.module,
    at: task.at,
    ...(handler === true ? {handler} : {}),
  };
}

/** Makes the turn of a node. */
export function turnOf(run: Run, node: TaskNode, {mayRead}: {readonly mayRead: boolean}): Turn {
  const {task} = node;
  const module = run.registry.modules.get(task.module);
  if (module === undefined) throw new Error(`Internal error: no module ${task.module} in the registry`);
  const {checkMode} = task.keywords;
  return {
    run,
    node,
    task,
    module,
    info: infoOf(node),
    label: labelOf(node),
    scope: createScope(run.sources, {host: node.host, play: node.play, task}),
    dry: checkMode ?? run.check,
    mayRead,
  };
}
