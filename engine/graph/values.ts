import {referencesOf, type PlacedReference} from '../language/evaluate.js';
import {didYouMean} from '../language/near.js';
import {EvaluationFailed, SourceFailed} from '../language/reference.js';
import type {Term} from '../language/term.js';
import {typeAt, commonType, type ValueType} from '../language/value-type.js';
import type {Task} from '../load/project.js';
import type {Span} from '../span.js';
import {addEdge, addGate, type Draft} from './draft.js';
import type {NodeId, TaskNode} from './graph.js';
import {itemsOf} from './placement.js';
import {earlierPlays} from './plays.js';
import {findProducers, type Producers, type Production} from './producers.js';
import {taskSources, type TaskSource} from './task-sources.js';
import {createTypeCheck, typeOfMagic, typeOfResult, typeOfTerm} from './types.js';
import {createLostAndFound, lacksMember, type Lost} from './unknown-names.js';
import {magicNames, setAtRunTime, type Variable, type VariableUse} from './variables.js';

type Path = readonly (string | number | null)[];

/** What the walk over all references carries along. */
interface Walk {
  readonly draft: Draft;
  readonly producers: Producers;
  readonly lost: (lost: Lost) => void;
  readonly sources: (task: Task) => readonly TaskSource[];
  /** Gates for values that many hosts give. */
  readonly gates: Map<string, NodeId>;
  /** Nodes that are left out and wanted now. */
  readonly wanted: TaskNode[];
  readonly termReferences: Map<Term, readonly PlacedReference[]>;
}

/** Where a reference is met. */
interface Meeting {
  readonly node: TaskNode;
  readonly source: TaskSource;
  /** Whose names count; another host's behind `hostvars`. */
  readonly use: VariableUse;
  /** Terms that were followed for this node. */
  readonly seen: Set<string | Term>;
  readonly usedAt: Span | undefined;
}

/** Follows every name that a node needs: values of other nodes become edges, and what is nowhere is a diagnostic. Nodes that are left out and wanted are kept to be observed. */
export function values(draft: Draft): void {
  const lostAndFound = createLostAndFound(draft);
  const bySource = new Map<Task, readonly TaskSource[]>();
  const walk: Walk = {
    draft,
    producers: findProducers(draft),
    lost: lostAndFound.add,
    sources: (task) => {
      const known = bySource.get(task) ?? taskSources(task);
      bySource.set(task, known);
      return known;
    },
    gates: new Map(),
    wanted: [],
    termReferences: new Map(),
  };
  const checkTypes = createTypeCheck(draft);
  for (const node of [...draft.nodes.values()]) {
    if (node.kind === 'task' && !draft.left.has(node.id)) followNode(walk, node, checkTypes);
  }
  for (let node = walk.wanted.shift(); node; node = walk.wanted.shift()) followNode(walk, node, checkTypes);
  lostAndFound.report();
}

function followNode(walk: Walk, node: TaskNode, checkTypes: ReturnType<typeof createTypeCheck>): void {
  const use: VariableUse = {host: node.host, play: node.play, task: node.task};
  const seen = new Set<string | Term>();
  for (const source of walk.sources(node.task)) {
    let sound = true;
    for (const reference of source.references)
      sound = follow(walk, reference, {node, source, use, seen, usedAt: undefined}) && sound;
    if (sound) checkTypes(source, (name) => typeOfName(walk, name, {node, source, use}));
  }
}

/** Whether all that the reference names is there. */
function follow(walk: Walk, reference: PlacedReference, at: Meeting): boolean {
  const [root, ...rest] = reference.path;
  if (typeof root !== 'string') return true;
  const {loopVar, indexVar} = at.node.task.loopControl;
  if (at.source.looped && (root === loopVar || root === indexVar)) return true;
  if (at.source.ownResult && root === at.node.task.register)
    return memberThere(walk, {reference, at, path: reference.path, type: ownType(walk, at.node.task), from: 1});
  if (root === 'hostvars') return pathsOf(walk, reference, at).every((path) => followHost(walk, {reference, at, path}));
  if (root === 'vars')
    return (
      typeof rest[0] !== 'string' ||
      followName(walk, {reference, at, path: rest, optional: reference.optional !== undefined})
    );
  if (magicNames.has(root) || walk.draft.options.names.has(root)) {
    return memberThere(walk, {reference, at, path: reference.path, type: typeOfMagic(root, walk.draft), from: 1});
  }
  return followName(walk, {reference, at, path: reference.path, optional: reference.optional === 'name'});
}

/** The paths that a reference to another host's values means: with its indexes evaluated where that is possible now. */
function pathsOf({draft}: Walk, reference: PlacedReference, at: Meeting): readonly Path[] {
  if (reference.path[1] !== null || !reference.resolve) return [reference.path];
  const {resolve} = reference;
  const {task} = at.node;
  const items = at.source.looped ? itemsOf(draft, at.node) : undefined;
  const locals = items?.map((item, index) => ({
    [task.loopControl.loopVar]: item,
    ...(task.loopControl.indexVar === undefined ? {} : {[task.loopControl.indexVar]: index}),
  }));
  try {
    return (locals ?? [{}]).map((bound) => resolve(draft.variables.known(at.use, bound)));
  } catch (error) {
    if (error instanceof EvaluationFailed || error instanceof SourceFailed) return [reference.path];
    throw error;
  }
}

interface Following {
  readonly reference: PlacedReference;
  readonly at: Meeting;
  readonly path: Path;
}

function followHost(walk: Walk, {reference, at, path}: Following): boolean {
  const [, host, name] = path;
  const {hosts} = walk.draft.project.inventory;
  if (typeof host === 'string' && !hosts.has(host)) {
    if (reference.optional === undefined)
      lose(
        walk,
        {reference, at},
        {message: `"${host}" is no host of the inventory`, hint: () => didYouMean(host, hosts.keys())},
      );
    return reference.optional !== undefined;
  }
  if (typeof name !== 'string') return true;
  if (typeof host === 'string') {
    const there: Meeting = {...at, use: {host}};
    return followName(walk, {reference, at: there, path: path.slice(2), optional: reference.optional !== undefined});
  }
  const position = walk.draft.positions.get(at.node.id) ?? 0;
  const givers = walk.producers.hosts(name);
  const isVariable = [...hosts.keys()].some((each) => walk.draft.variables.find({host: each}, name));
  if (givers.length === 0 && !isVariable && reference.optional === undefined) {
    lose(
      walk,
      {reference, at},
      {
        message: `no host has "${name}"`,
        hint: () =>
          didYouMean(
            name,
            [...hosts.keys()].flatMap((each) => namesOf(walk, {host: each})),
          ),
      },
    );
    return false;
  }
  const nodes = givers.flatMap((giver) =>
    (walk.producers.before(name, giver, position) ?? walk.producers.of(name, giver).slice(-1)).flatMap(
      (production) => production.nodes,
    ),
  );
  linkValues(walk, {node: at.node, name, nodes});
  return true;
}

/** Follows a variable or a registered name of the host that counts. */
function followName(walk: Walk, {reference, at, path, optional}: Following & {readonly optional: boolean}): boolean {
  const name = String(path[0]);
  const {host} = at.use;
  const variable = walk.draft.variables.find(at.use, name);
  const productions = productionsFor(walk, at, name);
  if (variable) followTerm(walk, at, {variable, name, usedAt: reference.at});
  if (productions)
    linkValues(walk, {node: at.node, name, nodes: productions.flatMap((production) => production.nodes)});
  if (!variable && !productions) {
    if (optional) return true;
    lose(walk, {reference, at}, nowhere(walk, {name, at}));
    return false;
  }
  return memberThere(walk, {reference, at, path, type: typeOf(walk, {variable, productions, host}), from: 1});
}

/** What gives a name its value at the node's turn; for another host also what comes later, since the edge makes it come first. */
function productionsFor(
  {draft, producers}: Walk,
  {node, use}: Meeting,
  name: string,
): readonly Production[] | undefined {
  const before = producers.before(name, use.host, draft.positions.get(node.id) ?? 0);
  if (before || use.host === node.host) return before;
  const all = producers.of(name, use.host);
  return all.length === 0 ? undefined : all.slice(-1);
}

function nowhere(
  walk: Walk,
  {name, at}: {readonly name: string; readonly at: Meeting},
): Pick<Lost, 'message' | 'hint'> {
  const owner = at.use.host === at.node.host ? '' : ` on "${at.use.host}"`;
  const [later] = walk.producers.of(name, at.use.host);
  if (later)
    return {
      message: `"${name}" gets its value only later, by "${later.task.name}" (${later.task.at.file}:${later.task.at.line})`,
      hint: undefined,
    };
  return {message: `"${name}" is not defined${owner}`, hint: () => didYouMean(name, namesOf(walk, at.use))};
}

function namesOf({draft, producers}: Walk, use: VariableUse): readonly string[] {
  return [
    ...draft.variables.names(use),
    ...producers.names(use.host),
    ...(use.task ? magicNames : []),
    ...(use.task ? draft.options.names : []),
  ];
}

function followTerm(
  walk: Walk,
  at: Meeting,
  {variable, name, usedAt}: {readonly variable: Variable; readonly name: string; readonly usedAt: Span},
): void {
  const {term} = variable;
  const references = walk.termReferences.get(term) ?? referencesOf(term);
  walk.termReferences.set(term, references);
  const key = at.use.host === at.node.host ? term : `${at.use.host} ${name}`;
  if (references.length === 0 || at.seen.has(key)) return;
  at.seen.add(key);
  for (const reference of references) follow(walk, reference, {...at, usedAt: at.usedAt ?? usedAt});
}

/** Draws edges from the nodes that give a value; a host's own tasks are in order anyway. */
function linkValues(
  walk: Walk,
  {node, name, nodes}: {readonly node: TaskNode; readonly name: string; readonly nodes: readonly TaskNode[]},
): void {
  const {draft} = walk;
  const needed = nodes.filter((from) => from !== node && (draft.left.has(from.id) || !inOrder(draft, from, node)));
  for (const from of needed) {
    if (!draft.left.has(from.id) || draft.observed.has(from.id)) continue;
    draft.observed.add(from.id);
    walk.wanted.push(from);
  }
  if (needed.length <= 8) {
    for (const from of needed) addEdge(draft, {from: from.id, to: node.id, kind: 'value', name});
    return;
  }
  const key = `${name} ${needed.map(({id}) => id).join(' ')}`;
  let gate = walk.gates.get(key);
  if (gate === undefined) {
    gate = addGate(draft, 'values', {label: `"${name}" of ${needed.length} nodes`});
    for (const from of needed) addEdge(draft, {from: from.id, to: gate, kind: 'value', name});
    walk.gates.set(key, gate);
  }
  addEdge(draft, {from: gate, to: node.id, kind: 'order'});
}

function inOrder(draft: Draft, from: TaskNode, to: TaskNode): boolean {
  const sameHost = from.host === to.host || (from.standsFor?.includes(to.host) ?? false);
  if (!sameHost) return false;
  if (from.play === to.play) return (draft.positions.get(from.id) ?? 0) < (draft.positions.get(to.id) ?? 0);
  const planned = draft.plays.find(({play}) => play === to.play);
  return planned !== undefined && [...earlierPlays(draft, planned).keys()].some(({play}) => play === from.play);
}

function lose(
  walk: Walk,
  {reference, at}: Pick<Following, 'reference' | 'at'>,
  words: Pick<Lost, 'message' | 'hint'>,
): void {
  walk.lost({reference, host: at.node.host, among: at.node.play.hosts, usedAt: at.usedAt, ...words});
}

function memberThere(
  walk: Walk,
  {reference, at, path, type, from}: Following & {readonly type: ValueType; readonly from: number},
): boolean {
  if (reference.optional !== undefined) return true;
  const found = typeAt(type, path.slice(from));
  if ('type' in found) return true;
  lose(walk, {reference, at}, lacksMember(path, found.missing + from, found.names));
  return false;
}

function typeOf(
  {draft}: Walk,
  {
    variable,
    productions,
  }: {
    readonly variable: Variable | undefined;
    readonly productions: readonly Production[] | undefined;
    readonly host: string;
  },
): ValueType {
  if (productions && variable) return variable.layer.rank > setAtRunTime ? typeOfTerm(variable.term) : 'any';
  if (productions)
    return commonType(
      productions.map(({task}) => (task.register === undefined ? 'any' : typeOfResult(task, draft.options))),
    );
  return variable ? typeOfTerm(variable.term) : 'any';
}

function ownType({draft}: Walk, task: Task): ValueType {
  // Inside a loop the result is that of one item.
  return task.loop === undefined ? typeOfResult(task, draft.options) : 'any';
}

function typeOfName(
  walk: Walk,
  name: string,
  {node, source, use}: Pick<Meeting, 'node' | 'source' | 'use'>,
): ValueType {
  const {loopVar, indexVar} = node.task.loopControl;
  if (source.looped && name === loopVar) return 'any';
  if (source.looped && name === indexVar) return 'int';
  if (source.ownResult && name === node.task.register) return ownType(walk, node.task);
  if (magicNames.has(name)) return typeOfMagic(name, walk.draft);
  const at: Meeting = {node, source, use, seen: new Set(), usedAt: undefined};
  return typeOf(walk, {
    variable: walk.draft.variables.find(use, name),
    productions: productionsFor(walk, at, name),
    host: use.host,
  });
}
