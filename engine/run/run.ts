import type {Emit, Event, HostRecap} from '../event.js';
import type {Graph, TaskNode} from '../graph/graph.js';
import type {Host} from '../host.js';
import type {Outcome} from '../outcome.js';
import type {Registry} from '../task.js';
import {reveal} from '../unknown.js';
import {createCancel} from './cancel.js';
import {Cancelled, classify} from './failure.js';
import {createFacts} from './facts.js';
import {lockInventory} from './inventory-lock.js';
import {openJournal} from './journal.js';
import {infoOf, labelOf, turnOf} from './node-turn.js';
import {createNotes} from './notes.js';
import {openPendingHandlers} from './pending-handlers.js';
import {createOverlay} from './overlay.js';
import {perform, type Performed} from './perform.js';
import {loginPlace, type BecomeDefaults, type Place} from './place.js';
import {createReadAhead} from './read-ahead.js';
import {createRecap, exitCode} from './recap.js';
import {createScopeSources, NeedsVariable} from './scope.js';
import {createSecrets} from './secrets.js';
import {seededRandom} from './random.js';
import type {Run, ValidateArgs} from './turn.js';
import {createValues} from './values.js';
import {walk} from './walk.js';

/** What a run is given. */
export interface RunOptions {
  readonly registry: Registry;
  /** A machine in one place; nothing need be opened before its first use. */
  readonly hostFor: (
    machine: string,
    place: Place & {readonly environment?: Readonly<Record<string, string>>},
    options: {readonly progress?: (what: string, elapsed: number, limit: number) => void},
  ) => Host | Promise<Host>;
  /** Takes the lock of a machine before it is changed first; rejects (with `NodeFailed` or `Unreachable`) when it is held. */
  readonly lockMachine?: (machine: string, run: string) => Promise<void>;
  readonly validateArgs: ValidateArgs;
  /** The JSON Schema of a module's arguments. */
  readonly schemaOf: (module: string) => Readonly<Record<string, unknown>> | undefined;
  /** Gets every event, secrets already hidden; must not throw. */
  readonly listen: (event: Event) => void;
  /** Gets what puts further events into the run: connections made and lost. */
  readonly takeEmit?: (emit: Emit) => void;
  /** Is handed the run's own emitter before anything happens, for what the connections have to tell. */
  readonly withEmit?: (emit: Emit) => void;
  readonly check?: boolean;
  readonly diff?: boolean;
  /** In a check: exit code 3 when anything would change or is deferred. */
  readonly strict?: boolean;
  /** Hosts at work at the same time; default: all. */
  readonly forks?: number;
  /** What `--become` and `--become-user` said. */
  readonly become?: BecomeDefaults;
  /** Known secrets (passwords of connections, vault values). */
  readonly secrets?: readonly string[];
  /** Where journals, the lock and pending handlers are kept; default: nothing is kept. */
  readonly stateFolder?: string;
  /** Nothing new starts, and what runs may end within `grace`. */
  readonly stop?: AbortSignal;
  /** What runs is given up at once. */
  readonly cancel?: AbortSignal;
  /** Seconds between `stop` and giving up; default 60. */
  readonly grace?: number;
  /** Seconds within which a machine that was lost in a change must be back; default 60. */
  readonly reconnectWithin?: number;
  /** Starts ready nodes in a random order, the same for the same seed. */
  readonly seed?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** The end of a run. `run` is its name, under which its journal is kept. */
export interface RunResult {
  readonly run: string;
  readonly code: number;
  readonly hosts: Readonly<Record<string, HostRecap>>;
  readonly notes: readonly string[];
  /** The path of the journal. */
  readonly journal: string | undefined;
}

/** Walks a graph over its machines, or over what they would become (`check`). Throws `BadInput` when another run holds the inventory. */
export async function runGraph(graph: Graph, options: RunOptions): Promise<RunResult> {
  const {check = false, stateFolder, now = Date.now} = options;
  const begun = now();
  const name = `${new Date(begun).toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${process.pid}`;
  const unlock = check || stateFolder === undefined ? (): void => undefined : lockInventory(stateFolder);
  const journal = stateFolder === undefined ? undefined : openJournal(stateFolder, name);
  const secrets = createSecrets();
  secrets.add(options.secrets ?? []);
  const emit: Emit = (event) => {
    const masked = {time: now(), ...secrets.mask(event), ...('node' in event ? {node: event.node} : {})} as Event;
    journal?.write(masked);
    options.listen(masked);
  };
  options.takeEmit?.(emit);
  options.withEmit?.(emit);
  try {
    return {...(await runWith(graph, {options, name, secrets, emit, begun})), journal: journal?.path};
  } finally {
    journal?.close();
    unlock();
  }
}

interface Beginning {
  readonly options: RunOptions;
  readonly name: string;
  readonly secrets: ReturnType<typeof createSecrets>;
  readonly emit: Emit;
  readonly begun: number;
}

async function runWith(graph: Graph, {options, name, secrets, emit, begun}: Beginning): Promise<Omit<RunResult, 'journal'>> {
  const {check = false, diff = false, now = Date.now} = options;
  const {project} = graph;
  const taskNodes = [...graph.nodes.values()].filter((node): node is TaskNode => node.kind === 'task' && node.observed === undefined);
  const cancel = createCancel({stop: options.stop, cancel: options.cancel, grace: options.grace ?? 60, emit});
  const recap = createRecap(graph.hosts);
  const notes = createNotes();
  const pending = openPendingHandlers(options.stateFolder, {readOnly: check});
  const over = new Set<TaskNode>();
  let bug = false;
  emit({type: 'run-started', run: name, playbooks: project.playbooks, inventory: project.inventory.sources, check, diff, hosts: graph.hosts, nodes: taskNodes.length});
  const run = createRun(graph, {options, name, secrets, emit, noteUndeclared: notes.addUndeclared, sleep: cancel.sleep, isOver: (node) => over.has(node)});

  async function performNode(node: TaskNode): Promise<Outcome> {
    const node_ = {node: infoOf(node)};
    const started = now();
    if (node.observed === undefined) emit({type: 'node-started', ...node_});
    const performed = await cancel.race(perform(run, node)).catch((error: unknown): Performed => {
      if (error instanceof Cancelled) return {outcome: {status: 'interrupted'}, values: {}, bug: false};
      const {failure} = classify(error);
      return {outcome: {status: 'failed', failure}, values: {}, bug: true};
    });
    if (performed.bug) bug = true;
    shown.set(node, {milliseconds: now() - started, values: performed.values});
    return performed.outcome;
  }

  const shown = new Map<TaskNode, {readonly milliseconds: number; readonly values: Readonly<Record<string, unknown>>}>();
  function nodeEnded(node: TaskNode, outcome: Outcome): void {
    over.add(node);
    recap.count(node, outcome);
    keepPending(node, outcome);
    if (node.observed === undefined) emit({type: 'node-ended', node: infoOf(node), outcome, ...(shown.get(node) ?? {milliseconds: 0})});
    shown.delete(node);
  }

  function keepPending(node: TaskNode, outcome: Outcome): void {
    if (check) return;
    if (node.handler === true && (outcome.status === 'ok' || outcome.status === 'changed' || outcome.status === 'skipped')) pending.remove(node);
    const changed = outcome.status === 'changed' || (outcome.status === 'failed' && outcome.ignored === true && outcome.changes !== undefined);
    if (!changed) return;
    for (const edge of graph.out.get(node.id) ?? []) {
      const handler = graph.nodes.get(edge.to);
      if (edge.kind === 'notify' && handler?.kind === 'task') pending.add(handler);
    }
  }

  const {forgiven} = await walk(graph, {
    perform: performNode,
    ended: nodeEnded,
    labelOf,
    hasValue: run.values.has,
    isPending: pending.has,
    check,
    forks: options.forks,
    stop: cancel.stopping,
    random: options.seed === undefined ? undefined : seededRandom(options.seed),
  });
  cancel.end();
  const hosts = recap.hosts(forgiven);
  const code = exitCode(hosts, {bug, interrupted: cancel.stopping.aborted, strict: check && options.strict === true});
  const told = [...notes.texts({check}), ...(pending.texts().length === 0 ? [] : [`handlers that are still to run: ${pending.texts().join(', ')}`])];
  emit({type: 'run-ended', run: name, code, milliseconds: now() - begun, hosts, notes: told});
  return {run: name, code, hosts, notes: told};
}

interface Parts {
  readonly options: RunOptions;
  readonly name: string;
  readonly secrets: ReturnType<typeof createSecrets>;
  readonly emit: Emit;
  readonly noteUndeclared: (label: string) => void;
  readonly sleep: (seconds: number) => Promise<void>;
  readonly isOver: (node: TaskNode) => boolean;
}

function createRun(graph: Graph, {options, name, secrets, emit, noteUndeclared, sleep, isOver}: Parts): Run {
  const {registry, check = false, diff = false} = options;
  const values = createValues();
  const overlay = createOverlay(registry.kinds);
  const open: Run['open'] = async ({machine, place}, {environment = {}, progress} = {}) =>
    options.hostFor(machine, {...place, ...(Object.keys(environment).length === 0 ? {} : {environment})}, {...(progress ? {progress} : {})});
  const facts = createFacts(open);
  const locks = new Map<string, Promise<void>>();
  const sources = createScopeSources(graph.project, {
    values,
    variables: Object.keys(registry.variables),
    variable(host, variable) {
      const request = registry.variables[variable];
      const where = {machine: host, place: loginPlace};
      const known = request && facts.known(where, request, {anyAge: true});
      if (request === undefined || known === undefined) throw new NeedsVariable(host, variable);
      return reveal(check ? overlay.over(where, request, known.value) : known.value);
    },
  });
  const run: Run = {
    graph,
    registry,
    check,
    diff,
    become: options.become ?? {},
    facts,
    overlay,
    values,
    sources,
    secrets,
    readAhead: createReadAhead((node) => turnOf(run, node, {mayRead: false}), isOver),
    validateArgs: options.validateArgs,
    schemaOf: options.schemaOf,
    open,
    async lock(machine) {
      let locking = locks.get(machine);
      if (locking === undefined) locks.set(machine, (locking = options.lockMachine?.(machine, name) ?? Promise.resolve()));
      await locking;
    },
    sleep,
    reconnectWithin: options.reconnectWithin ?? 60,
    emit,
    noteUndeclared,
  };
  return run;
}
