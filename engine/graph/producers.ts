import type {Task} from '../load/project.js';
import {taskSteps, type Draft} from './draft.js';
import type {TaskNode} from './graph.js';

/** Nodes of one task that give a name its value on one host. */
export interface Production {
  readonly task: Task;
  readonly position: number;
  readonly nodes: readonly TaskNode[];
}

/** Who gives names their values at run time. */
export interface Producers {
  /** What a host's productions of a name are, in the order of the playbook. */
  of(name: string, host: string): readonly Production[];
  /** The one that counts at a position, with its alternatives: the last before it (undefined: none is before it). */
  before(name: string, host: string, position: number): readonly Production[] | undefined;
  /** Hosts that ever get the name. */
  hosts(name: string): readonly string[];
  names(host: string): readonly string[];
}

/** The variables that a task sets by its arguments. */
function setBy(task: Task, setsVariables: ((module: string) => boolean) | undefined): readonly string[] {
  return task.sets ?? (setsVariables?.(task.module) ? task.args.entries.map(({key}) => key) : []);
}

/** The names that a task gives values: what it registers, and the variables that it sets. */
export function producedBy(task: Task, setsVariables: ((module: string) => boolean) | undefined): readonly string[] {
  const set = setBy(task, setsVariables);
  return task.register === undefined ? set : [task.register, ...set];
}

/** Finds all producers; nodes that are left out count, too. */
export function findProducers(draft: Draft): Producers {
  const index = new Map<string, Map<string, Production[]>>();
  for (const {batches} of draft.plays) {
    for (const {hosts, steps} of batches) {
      for (const {task, nodes} of steps.flatMap(taskSteps)) {
        for (const name of producedBy(task, draft.options.setsVariables)) {
          const byHost = index.get(name) ?? new Map<string, Production[]>();
          index.set(name, byHost);
          const once = task.keywords.runOnce ? [...nodes.values()].flat() : undefined;
          if (task.keywords.delegateFacts && name !== task.register) {
            addDelegated(byHost, {task, nodes: once ?? [...nodes.values()].flat()});
            continue;
          }
          for (const host of hosts)
            add(byHost, host, {
              task,
              nodes: once ?? nodes.get(host) ?? [],
              position: positionOf(once ?? nodes.get(host)),
            });
        }
      }
    }
  }
  const of = (name: string, host: string): readonly Production[] => index.get(name)?.get(host) ?? [];
  return {
    of,
    before: (name, host, position) => withAlternatives(of(name, host), position),
    hosts: (name) => [...(index.get(name)?.keys() ?? [])],
    names: (host) => [...index].filter(([, byHost]) => byHost.has(host)).map(([name]) => name),
  };
}

/** With `delegate_facts`, what is set is set on the delegates. */
function addDelegated(
  byHost: Map<string, Production[]>,
  {task, nodes}: {readonly task: Task; readonly nodes: readonly TaskNode[]},
): void {
  for (const lane of new Set(nodes.map((node) => node.lane))) {
    const own = nodes.filter((node) => node.lane === lane);
    add(byHost, lane, {task, nodes: own, position: positionOf(own)});
  }
}

function add(byHost: Map<string, Production[]>, host: string, production: Production): void {
  if (production.nodes.length === 0) return;
  const present = byHost.get(host);
  if (present) present.push(production);
  else byHost.set(host, [production]);
}

function positionOf(nodes: readonly TaskNode[] | undefined): number {
  return nodes?.[0]?.position ?? -1;
}

/** The last before a position; a task of a rescue has what was before it as an alternative, since it may stay idle. */
function withAlternatives(productions: readonly Production[], position: number): readonly Production[] | undefined {
  let last = productions.findLastIndex((production) => production.position < position);
  if (last === -1) return undefined;
  const found: Production[] = [];
  for (; last >= 0; last--) {
    const production = productions[last];
    if (!production) break;
    found.push(production);
    if (production.nodes[0]?.rescue !== true) break;
  }
  return found;
}
