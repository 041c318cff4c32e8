import type {Diagnostic} from '../diagnostic.js';
import type {Handler, Play, Project, Task} from '../load/project.js';
import type {Validate} from '../load/schema.js';
import type {Span} from '../span.js';
import type {Edge, Gate, Node, NodeId, Selection, TaskNode} from './graph.js';
import type {Standing} from './standing.js';
import {createVariables, type Variables} from './variables.js';

/** What a graph is built with, beside the project. */
export interface GraphOptions {
  /** Names of the facts that stand in scope (`os`). */
  readonly names: ReadonlySet<string>;
  /** The JSON Schema of one of them; undefined: it may have any members. */
  readonly schemaOfName?: (name: string) => unknown;
  /** The hosts that a pattern of `--limit` selects; throws `BadInput`. */
  readonly hostsOf: (pattern: string) => readonly string[];
  /** The schema of what a module registers. */
  readonly returnsOf?: (module: string) => unknown;
  /** Of u7s-play; default 0.0.0. */
  readonly version?: string;
  /** `--force-handlers`: as if every play said `force_handlers`. */
  readonly forceHandlers?: boolean;
  /** Whether a module's arguments become variables of the host (`set_fact`). */
  readonly setsVariables?: (module: string) => boolean;
  /** Checks a module's arguments as they are written. */
  readonly validatorOf?: (module: string) => Validate | undefined;
}

/** Tasks of a batch in the order of the playbook. */
export type Step = TaskStep | BlockStep;

export interface TaskStep {
  readonly kind: 'task';
  readonly task: Task;
  readonly handler: Handler | undefined;
  /** The nodes of each host; several where the items of a loop became nodes. */
  readonly nodes: ReadonlyMap<string, readonly TaskNode[]>;
  /** The largest share of failed hosts, in percent, with which anybody goes on (`any_errors_fatal`: 0). */
  readonly threshold: number | undefined;
}

export interface BlockStep {
  readonly kind: 'block';
  readonly label: string;
  readonly tries: readonly Step[];
  readonly rescues: readonly Step[];
  readonly always: readonly Step[];
}

/** Hosts of a play that go together (`serial`); without batches: all. */
export interface Batch {
  readonly hosts: readonly string[];
  /** Hosts that `--limit` leaves out: their nodes may be wanted for a value. */
  readonly left: boolean;
  readonly steps: readonly Step[];
}

export interface PlayDraft {
  readonly play: Play;
  readonly start: NodeId;
  readonly end: NodeId;
  readonly batches: readonly Batch[];
}

/** A graph in the making: each transform adds to it. */
export interface Draft {
  readonly project: Project;
  readonly selection: Selection;
  readonly options: GraphOptions;
  readonly variables: Variables;
  readonly standing: Standing;
  /** The selected hosts of each play in their batches: a part of `standing`. */
  readonly batches: Map<Play, readonly (readonly string[])[]>;
  /** By place and message; `tell` adds. */
  readonly diagnostics: Map<string, Diagnostic>;
  readonly plays: PlayDraft[];
  readonly nodes: Map<NodeId, Node>;
  readonly into: Map<NodeId, Edge[]>;
  /** Nodes that the selection leaves out, with the option that does; those that are not wanted for a value are dropped. */
  readonly left: Map<NodeId, string>;
  /** Those of them that are wanted for a value. */
  readonly observed: Set<NodeId>;
  /** What would come right before a node that is left out. */
  readonly before: Map<NodeId, readonly NodeId[]>;
  /** The last gate of a play that stops everybody when too many hosts failed. */
  readonly fatal: Map<Play, NodeId>;
  /** What plays want of the way to each machine. */
  readonly logins: Map<string, Map<string, {readonly value: unknown; readonly at: Span}>>;
}

/** An empty draft. */
export function createDraft(project: Project, selection: Selection, options: GraphOptions): Draft {
  const {limit, tags, skipTags} = selection;
  const batches: Draft['batches'] = new Map();
  const standing: Standing = {selection: {limit, tags, skipTags}, version: options.version ?? '0.0.0', batches};
  const variables = createVariables(project, standing);
  return {
    project,
    selection,
    options,
    variables,
    standing,
    batches,
    diagnostics: new Map(),
    plays: [],
    nodes: new Map(),
    into: new Map(),
    left: new Map(),
    observed: new Set(),
    before: new Map(),
    fatal: new Map(),
    logins: new Map(),
  };
}

/** Tells what is wrong; the same words at the same place are told once, however many hosts and batches meet it. */
export function tell(
  draft: Draft,
  {hint, ...problem}: Omit<Diagnostic, 'severity' | 'hint'> & {readonly hint?: string | undefined},
): void {
  const {at, message} = problem;
  const key = `${at?.file ?? ''}:${at?.line ?? 0}:${at?.column ?? 0} ${message}`;
  if (!draft.diagnostics.has(key))
    draft.diagnostics.set(key, {severity: 'error', ...problem, ...(hint === undefined ? {} : {hint})});
}

/** Adds a node at the end of what is there. */
export function addNode<N extends Node>(draft: Draft, node: N): N {
  draft.nodes.set(node.id, node);
  return node;
}

/** Adds a gate; the id is made of a word and the number of nodes before it. */
export function addGate(draft: Draft, word: string, gate: Omit<Gate, 'kind' | 'id'>): NodeId {
  return addNode(draft, {kind: 'gate', id: `${word}#${draft.nodes.size}` as NodeId, ...gate}).id;
}

/** Adds an edge, unless it is there. */
export function addEdge(draft: Draft, edge: Edge): void {
  const edges = draft.into.get(edge.to);
  if (!edges) draft.into.set(edge.to, [edge]);
  // The edges of a gate with many hosts are told apart by who adds them: a search through all of them would be quadratic.
  else if (
    edges.length > 16 ||
    !edges.some(({from, kind, name}) => from === edge.from && kind === edge.kind && name === edge.name)
  )
    edges.push(edge);
}

/** The tasks of a step, in order. */
export function taskSteps(step: Step): readonly TaskStep[] {
  return step.kind === 'task' ? [step] : [...step.tries, ...step.rescues, ...step.always].flatMap(taskSteps);
}
