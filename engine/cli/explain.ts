import {type BadInput, badInput} from '../diagnostic.js';
import type {Edge, Graph, TaskNode} from '../graph/graph.js';
import {namesUsed, type NameUsed} from '../graph/names-used.js';
import {findProducersOf} from '../graph/producers-of.js';
import {createVariables, type Variables, type VariableUse} from '../graph/variables.js';
import {evaluate, evaluateExpression} from '../language/evaluate.js';
import {didYouMean} from '../language/near.js';
import {EvaluationFailed, SourceFailed} from '../language/reference.js';
import type {Term} from '../language/term.js';
import {asWritten} from '../load/as-written.js';
import type {Condition, Task} from '../load/project.js';
import type {Span} from '../span.js';

const inTheRun = '(known in the run)';

/** Why a task runs where and when it does, with which words and values: everything that is known before the first connection. */
export function explainText(graph: Graph, wanted: string): string {
  const nodes = [...graph.nodes.values()].filter((node): node is TaskNode => node.kind === 'task');
  const found = nodes.filter((node) => node.observed === undefined && isMeant(node, wanted));
  if (found.length === 0) throw unknownTask(nodes, wanted);
  const variables = createVariables(graph.project);
  const tasks = [...new Set(found.map(({task}) => task))];
  return tasks
    .map((task) => taskText(graph, {task, nodes: found.filter((node) => node.task === task), variables}))
    .join('\n');
}

function isMeant({id, task}: TaskNode, wanted: string): boolean {
  return wanted === titleOf(task) || wanted === task.name || wanted === (id as string);
}

function titleOf(task: Task): string {
  return task.role === undefined ? task.name : `${task.role.name} : ${task.name}`;
}

function unknownTask(nodes: readonly TaskNode[], wanted: string): BadInput {
  const names = new Set(nodes.flatMap(({id, task}) => [task.name, titleOf(task), id as string]));
  const hint = didYouMean(wanted, names) ?? '--list-tasks lists them';
  return badInput(`there is no task "${wanted}"`, hint);
}

interface Explained {
  readonly task: Task;
  readonly nodes: readonly TaskNode[];
  readonly variables: Variables;
}

function taskText(graph: Graph, {task, nodes, variables}: Explained): string {
  const [first] = nodes;
  const lines = [
    `TASK [${titleOf(task)}]  ${placeText(task.at)}`,
    `  module: ${task.module}`,
    `  play: ${first?.play.name ?? ''}  (hosts: ${first?.play.pattern ?? ''})  ${first ? placeText(first.play.patternAt) : ''}`,
    ...keywordLines(task),
  ];
  const hosts = nodes.flatMap((node) => hostLines(graph, {node, variables}));
  return [...lines, ...hosts].map((line) => `${line.trimEnd()}\n`).join('');
}

/** What a task has of its own and from around it, each with the place where it is written. */
function keywordLines({keywords, register, notify, loop, until, changedWhen, failedWhen}: Task): readonly string[] {
  const term = (name: string, value: Term | undefined): readonly string[] =>
    value === undefined ? [] : [`  ${name}: ${JSON.stringify(asWritten(value))}  ${placeText(value.at)}`];
  const flag = (name: string, value: boolean): readonly string[] => (value ? [`  ${name}: true`] : []);
  const conditions = (name: string, list: readonly Condition[] | undefined): readonly string[] =>
    (list ?? []).map(({source, at}) => `  ${name}: ${String(source)}  ${placeText(at)}`);
  return [
    ...term('loop', loop),
    ...term('become', keywords.become),
    ...term('become_user', keywords.becomeUser),
    ...(keywords.context === 'plain' ? [] : [`  context: ${keywords.context}`]),
    ...keywords.environment.flatMap((each) => term('environment', each)),
    ...term('delegate_to', keywords.delegateTo),
    ...term('ignore_errors', keywords.ignoreErrors),
    ...flag('no_log', keywords.noLog),
    ...flag('run_once', keywords.runOnce),
    ...flag('any_errors_fatal', keywords.anyErrorsFatal),
    ...(keywords.checkMode === undefined ? [] : [`  check_mode: ${keywords.checkMode}`]),
    ...conditions('until', until?.condition),
    ...conditions('changed_when', changedWhen),
    ...conditions('failed_when', failedWhen),
    ...(register === undefined ? [] : [`  register: ${register}`]),
    ...notify.map(({name, at}) => `  notify: ${name}  ${placeText(at)}`),
    ...(keywords.tags.length === 0 ? [] : [`  tags: ${[...new Set(keywords.tags)].join(', ')}`]),
  ];
}

function hostLines(
  graph: Graph,
  {node, variables}: {readonly node: TaskNode; readonly variables: Variables},
): readonly string[] {
  const {id, host, lane, play, task} = node;
  const use: VariableUse = {host, play, task};
  const edges = (graph.into.get(id) ?? []).map((edge) => `    ${edgeText(graph, edge)}`);
  const conditions = task.keywords.when.map((each) => `    ${conditionText(each, {use, variables})}`);
  const names = namesUsed(task, {use, variables}).map((name) => `    ${nameText(graph, name, {node, use, variables})}`);
  const where = lane === host ? '' : `, on ${lane}`;
  const stands = node.standsFor === undefined ? '' : `, for ${node.standsFor.join(', ')}`;
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [`  ${title}`, ...lines];
  return [
    `on ${host}${where}${stands}  (${id})${node.handler === true ? ': when it is notified' : ''}${node.rescue === true ? ': when its block fails' : ''}`,
    ...section('waits for:', edges),
    ...section('when:', conditions),
    ...section('values:', names),
  ];
}

function edgeText(graph: Graph, {from, kind, name}: Edge): string {
  const node = graph.nodes.get(from);
  const source = node?.kind === 'task' ? `${titleOf(node.task)} on ${node.host} (${from})` : (node?.label ?? from);
  switch (kind) {
    case 'order':
      return `${source}, which must end well`;
    case 'after':
      return `${source}, however it ends`;
    case 'value':
      return `${source}, for "${name ?? ''}"`;
    case 'notify':
      return `${source}, if it changes something`;
    case 'failure':
      return `${source}, if it fails`;
  }
}

function conditionText(
  {source, at}: Condition,
  {use, variables}: {readonly use: VariableUse; readonly variables: Variables},
): string {
  const value = known(() =>
    typeof source === 'boolean' ? source : evaluateExpression({source, at}, variables.known(use)),
  );
  return `${String(source)} => ${value}  ${placeText(at)}`;
}

interface NameAt {
  readonly node: TaskNode;
  readonly use: VariableUse;
  readonly variables: Variables;
}

function nameText(graph: Graph, {name, host, at, variable, through}: NameUsed, {node, use, variables}: NameAt): string {
  const whose = host === undefined ? name : `hostvars.${host}.${name}`;
  const by = through.length === 0 ? '' : `, named by ${through.join(' → ')}`;
  const {loop, loopControl} = node.task;
  if (loop !== undefined && host === undefined && name === loopControl.loopVar)
    return `${whose}: each of ${known(() => evaluate(loop, variables.known(use)))}  ${placeText(loop.at)}`;
  const producers = findProducersOf(graph, {name, host: host ?? node.host, before: node});
  const [last] = producers.slice(-1);
  if (last !== undefined) {
    const how = last.task.register === name ? 'registered' : 'set';
    return `${whose}: ${how} by "${titleOf(last.task)}" (${last.id})  ${placeText(last.task.at)}${by}`;
  }
  if (variable === undefined) {
    const value = known(() => variables.known(use)[name]);
    return `${whose}: ${value}  used at ${placeText(at)}${by}`;
  }
  const {term, layer} = variable;
  const there = host === undefined ? use : {host};
  const value = 'vault' in term ? '(encrypted)' : known(() => evaluate(term, variables.known(there)));
  return `${whose}: ${value}  ${placeText(term.at)}, ${layer.origin}${by}`;
}

/** A value as JSON where it is known without a connection. */
function known(tell: () => unknown): string {
  try {
    const value = tell();
    const text = value === undefined ? inTheRun : JSON.stringify(value);
    return text.includes('$ANSIBLE_VAULT;') ? '(encrypted)' : text;
  } catch (error) {
    if (error instanceof EvaluationFailed || error instanceof SourceFailed) return inTheRun;
    throw error;
  }
}

function placeText({file, line}: Span): string {
  return `${file}:${line}`;
}
