import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {BadInput, type Diagnostic} from '../../engine/diagnostic.js';
import {buildGraph} from '../../engine/graph/build.js';
import type {Edge, Graph, NodeId, Selection, TaskNode} from '../../engine/graph/graph.js';
import {selectHosts} from '../../engine/load/host-pattern.js';
import {loadProject} from '../../engine/load/load-project.js';
import {createSchemas} from '../../engine/load/schema.js';

const schemas = createSchemas();
const modules = new Set(['assert', 'command', 'copy', 'debug', 'file', 'set_fact', 'shell', 'template', 'user']);

export interface Written {
  /** The inventory as YAML; default: hosts a, b and c, of which b and c are in the group `workers`. */
  readonly hosts?: string;
  readonly select?: Partial<Selection>;
  readonly extraVars?: readonly string[];
  /** Files beside the playbook. */
  readonly files?: Readonly<Record<string, string>>;
}

const threeHosts = 'all: {hosts: {a: }, children: {workers: {hosts: {b: , c: }}}}\n';

/** Loads a playbook and builds its graph. */
export async function graphOf(
  playbook: string,
  {hosts = threeHosts, select = {}, extraVars = [], files = {}}: Written = {},
): Promise<Graph> {
  const cwd = mkdtempSync(join(tmpdir(), 'u7s-graph-'));
  try {
    for (const [name, text] of Object.entries({'hosts.yml': hosts, 'site.yml': playbook, ...files})) {
      mkdirSync(dirname(join(cwd, name)), {recursive: true});
      writeFileSync(join(cwd, name), text);
    }
    const project = await loadProject({
      playbooks: ['site.yml'],
      inventories: ['hosts.yml'],
      modules,
      schemas,
      extraVars,
      cwd,
    });
    const selection = {limit: undefined, tags: [], skipTags: [], startAtTask: undefined, ...select};
    return buildGraph(project, selection, {
      names: new Set(['os']),
      hostsOf: (pattern) => selectHosts(project.inventory, pattern),
      returnsOf: (module) => schemas.module(module)?.['returns'],
      validatorOf: (module) => schemas.moduleValidator(module),
    });
  } finally {
    rmSync(cwd, {recursive: true});
  }
}

/** What is wrong, as `file:line:column message; hint`. */
export async function problemsOf(playbook: string, written: Written = {}): Promise<readonly string[]> {
  return (await diagnosticsOf(playbook, written)).map(({at, message, hint}) => {
    const place = at ? `${at.file}:${at.line}:${at.column} ` : '';
    return `${place}${message}${hint === undefined ? '' : `; ${hint}`}`;
  });
}

/** What is wrong. */
export async function diagnosticsOf(playbook: string, written: Written = {}): Promise<readonly Diagnostic[]> {
  try {
    await graphOf(playbook, written);
  } catch (error) {
    if (error instanceof BadInput) return error.diagnostics;
    throw error;
  }
  return [];
}

/** How a node is called in tests: `a:Task`, with `#1` for an item; a gate by its label. */
export function nameOf(graph: Graph, id: NodeId): string {
  const node = graph.nodes.get(id);
  if (!node) return `missing ${id}`;
  if (node.kind === 'gate') return `[${node.label}]`;
  return `${node.host}:${node.task.name}${node.item === undefined ? '' : `#${node.item}`}`;
}

/** All edges of some kinds between tasks and gates, as `a:One order a:Two`. */
export function edgesOf(graph: Graph, ...kinds: readonly Edge['kind'][]): readonly string[] {
  return [...graph.into.values()]
    .flat()
    .filter(({kind}) => kinds.length === 0 || kinds.includes(kind))
    .map(
      ({from, to, kind, name}) =>
        `${nameOf(graph, from)} ${kind}${name === undefined ? '' : ` ${name}`} ${nameOf(graph, to)}`,
    );
}

/** Tasks in the order of the graph. */
export function tasksIn(graph: Graph): readonly string[] {
  return [...graph.nodes.values()].filter((node) => node.kind === 'task').map(({id}) => nameOf(graph, id));
}

/** The node of a task on a host. */
export function nodeNamed(graph: Graph, name: string): TaskNode {
  for (const node of graph.nodes.values()) if (node.kind === 'task' && nameOf(graph, node.id) === name) return node;
  throw new Error(`no node ${name} among ${tasksIn(graph).join(', ')}`);
}

/** Whether one must end before the other starts. */
export function isBefore(graph: Graph, first: string, second: string): boolean {
  const target = nodeNamed(graph, first).id;
  const seen = new Set<NodeId>();
  const stack: NodeId[] = [nodeNamed(graph, second).id];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    for (const {from} of graph.into.get(id) ?? []) {
      if (from === target) return true;
      if (!seen.has(from)) stack.push(from);
      seen.add(from);
    }
  }
  return false;
}
