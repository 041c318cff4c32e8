import type {Emit, Event} from '../event.js';
import type {Graph, TaskNode} from '../graph/graph.js';
import type {Outcome} from '../outcome.js';
import {createCancel} from './cancel.js';
import {createRun} from './create-run.js';
import {forgo, hasEnded} from './ended.js';
import {Cancelled, classify} from './failure.js';
import {keepFailedHosts} from './failed-hosts.js';
import {openHashCache} from './hash-cache.js';
import {lockInventory} from './inventory-lock.js';
import {openJournal} from './journal.js';
import {infoOf, taskNodes} from './node-turn.js';
import {createNotes} from './notes.js';
import {notePending, openPendingHandlers, watchPending} from './pending-handlers.js';
import {perform, type Performed} from './perform.js';
import {seededRandom} from './random.js';
import {createRecap, exitCode} from './recap.js';
import type {RunOptions, RunResult} from './run-options.js';
import {createSecrets, maskEvent, type Secrets} from './secrets.js';
import {walk} from './walk.js';

export type {RunOptions, RunResult} from './run-options.js';

/** Walks a graph over its machines, or over what they would become (`check`). Throws `BadInput` when another run holds the inventory. */
export async function runGraph(graph: Graph, options: RunOptions): Promise<RunResult> {
  const {check = false, stateFolder, now = Date.now} = options;
  const begun = now();
  const name = `${new Date(begun).toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${process.pid}`;
  const unlock = check || stateFolder === undefined ? (): void => undefined : lockInventory(stateFolder);
  const journal = stateFolder === undefined ? undefined : openJournal(stateFolder, name);
  const secrets = options.hide ?? createSecrets();
  secrets.add(options.secrets ?? []);
  let over = false;
  const emit: Emit = (event) => {
    // What was given up may still talk after the end.
    if (over) return;
    const masked = {time: now(), ...maskEvent(secrets, event)} as Event;
    journal?.write(masked);
    options.listen(masked);
  };
  if (journal) options.takeJournal?.(journal.path);
  options.takeEmit?.(emit);
  try {
    return {...(await runNodes(graph, {options, name, secrets, emit, begun})), journal: journal?.path};
  } finally {
    over = true;
    journal?.close();
    unlock();
  }
}

interface Beginning {
  readonly options: RunOptions;
  readonly name: string;
  readonly secrets: Secrets;
  readonly emit: Emit;
  readonly begun: number;
}

/** Seconds within which a cancelled run ends what goes on by itself. */
const longestLeave = 20;

/** Waits until all of it has ended, at most so many seconds. */
async function settledWithin(work: readonly Promise<unknown>[], seconds: number): Promise<void> {
  if (work.length === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise((resolve) => (timer = setTimeout(resolve, seconds * 1000)));
  await Promise.race([Promise.all(work), over]);
  clearTimeout(timer);
}

async function runNodes(graph: Graph, beginning: Beginning): Promise<Omit<RunResult, 'journal'>> {
  const {options, name, emit} = beginning;
  const {check = false, diff = false, strict = false, now = Date.now} = options;
  const {playbooks, inventory} = graph.project;
  const nodes = taskNodes(graph).length;
  emit({
    type: 'run-started',
    run: name,
    playbooks,
    inventory: inventory.sources,
    check,
    diff,
    hosts: graph.hosts,
    nodes,
  });
  const cancel = createCancel({stop: options.stop, cancel: options.cancel, grace: options.grace ?? 60, emit});
  const recap = createRecap(graph.hosts);
  const notes = createNotes();
  const pending = openPendingHandlers(options.stateFolder, {readOnly: check});
  /** What became of the node that a lane performed last. */
  const performed = new Map<string, Performed & {readonly node: TaskNode; readonly milliseconds: number}>();
  const begun = new WeakSet<TaskNode>();
  const ended = new Set<TaskNode>();
  const hashes = openHashCache(options.stateFolder);
  const leaving: Promise<unknown>[] = [];
  let bug = false;
  const watches = [...(check ? [] : [watchPending(pending, graph)]), ...(options.watches ?? [])];
  const run = createRun(graph, {
    ...beginning,
    watches,
    hashes,
    noteUndeclared: notes.addUndeclared,
    cancel,
    isOver: (node) => ended.has(node),
    begin(node) {
      if (node.observed !== undefined || begun.has(node)) return;
      begun.add(node);
      emit({type: 'node-started', node: infoOf(run, node)});
    },
  });

  async function performNode(node: TaskNode): Promise<Outcome> {
    const started = now();
    const work = turn(node);
    const result = await cancel.race(work).catch((error: unknown): Performed => {
      // What it started on its machine is ended there first.
      if (node.task.detached !== undefined) leaving.push(work.catch(() => undefined));
      if (error instanceof Cancelled) return {outcome: {status: 'interrupted'}, values: {}, bug: false};
      return {outcome: {status: 'failed', failure: classify(error).failure}, values: {}, bug: true};
    });
    bug ||= result.bug;
    performed.set(node.lane, {...result, node, milliseconds: now() - started});
    return watches.reduce((outcome, watch) => watch.ended?.(node, outcome) ?? outcome, result.outcome);
  }

  async function turn(node: TaskNode): Promise<Performed> {
    const ready = node.observed === undefined ? await options.instead?.(run, node) : undefined;
    if (ready !== undefined) return ready;
    const done = await perform(run, node);
    if (done.outcome.status !== 'skipped') run.begin(node);
    return done;
  }

  function nodeEnded(node: TaskNode, outcome: Outcome): void {
    ended.add(node);
    if (outcome.status === 'idle') forgo(run, node);
    recap.count(node, outcome);
    if (!check) notePending(pending, {graph, node, outcome});
    const last = performed.get(node.lane);
    const {milliseconds, values} = last?.node === node ? last : {milliseconds: 0};
    if (last?.node !== node) for (const watch of watches) watch.ended?.(node, outcome);
    if (node.observed !== undefined) return;
    emit({type: 'node-ended', node: infoOf(run, node), outcome, milliseconds, ...(values ? {values} : {})});
  }

  const {forgiven} = await walk(graph, {
    perform: performNode,
    ended: nodeEnded,
    labelOf: run.labelOf,
    hasValue: run.values.has,
    isPending: pending.has,
    hasEnded: (node) => hasEnded(run, node),
    check,
    forks: options.forks,
    stop: cancel.stopping,
    random: options.seed === undefined ? undefined : seededRandom(options.seed),
  });
  await settledWithin(leaving, longestLeave);
  cancel.end();
  hashes.save();
  for (const watch of watches) watch.over?.(run.secrets);
  const hosts = recap.hosts(forgiven);
  const code = exitCode(hosts, {bug, interrupted: cancel.stopping.aborted, strict: check && strict});
  const failed = check ? [] : keepFailedHosts(options.stateFolder, hosts);
  const told = [...notes.texts({check, pending: pending.texts()}), ...failed];
  emit({type: 'run-ended', run: name, code, milliseconds: now() - beginning.begun, hosts, notes: told});
  return {run: name, code, hosts, notes: told};
}
