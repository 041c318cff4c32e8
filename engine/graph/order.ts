import {linkBlock} from './block.js';
import {linkBarrier} from './barrier.js';
import {addEdge, addGate, type Batch, type Draft, type PlayDraft, type Step, type TaskStep} from './draft.js';
import type {NodeId} from './graph.js';
import {earlierPlays} from './plays.js';

/** What the next node of each host waits for. */
export type Last = Map<string, readonly NodeId[]>;

/** Chains the tasks of each host, through its plays; a host that failed does not go on. A batch starts after the one before it, unless too much of that failed. */
export function order(draft: Draft): void {
  const ends = new Map<PlayDraft, Last>();
  for (const planned of draft.plays) {
    const earlier = earlierPlays(draft, planned);
    const last: Last = new Map();
    let entrance: readonly NodeId[] = [planned.start];
    planned.batches.forEach((batch, index) => {
      for (const host of batch.hosts)
        last.set(host, [...(batch.left ? [] : cameBefore(host, earlier, ends)), ...entrance]);
      linkSteps(draft, batch, {steps: batch.steps, last});
      if (planned.batches[index + 1]?.left === false) entrance = [endOfBatch(draft, planned, {index, last})];
    });
    for (const batch of planned.batches) {
      for (const host of batch.left ? [] : batch.hosts) {
        for (const from of last.get(host) ?? []) addEdge(draft, {from, to: planned.end, kind: 'after'});
      }
    }
    addEdge(draft, {from: planned.start, to: planned.end, kind: 'after'});
    ends.set(planned, last);
  }
}

/** Where the host's chain in earlier plays ended; plays that are before another one of them add nothing. */
function cameBefore(
  host: string,
  earlier: ReadonlyMap<PlayDraft, ReadonlySet<PlayDraft>>,
  ends: ReadonlyMap<PlayDraft, Last>,
): readonly NodeId[] {
  const covered = new Set<PlayDraft>();
  const found: NodeId[] = [];
  for (const [play, before] of [...earlier].toReversed()) {
    const last = ends.get(play)?.get(host);
    if (last === undefined || covered.has(play)) continue;
    found.push(...last);
    for (const each of before) covered.add(each);
  }
  return [...new Set(found)];
}

function endOfBatch(
  draft: Draft,
  {play, batches}: PlayDraft,
  {index, last}: {readonly index: number; readonly last: Last},
): NodeId {
  const gate = addGate(draft, 'batch', {
    label: `batch ${index + 1} of "${play.name}"`,
    threshold: play.maxFailPercentage ?? 0,
  });
  for (const host of batches[index]?.hosts ?? [])
    for (const from of last.get(host) ?? []) addEdge(draft, {from, to: gate, kind: 'after'});
  return gate;
}

export interface Linking {
  readonly last: Last;
  /** Inside a block that rescues, where no failure is fatal yet. */
  readonly rescued?: boolean;
}

/** Links steps one after the other; `last` is what came before, and afterwards what comes last. */
export function linkSteps(
  draft: Draft,
  batch: Batch,
  {steps, last, rescued = false}: Linking & {readonly steps: readonly Step[]},
): void {
  for (const step of steps) {
    if (step.kind === 'block') linkBlock(draft, batch, {step, last, rescued});
    else linkTask(draft, batch, {step, last, rescued});
  }
}

function linkTask(draft: Draft, batch: Batch, {step, last, rescued}: Linking & {readonly step: TaskStep}): void {
  const linked: NodeId[] = [];
  for (const [host, nodes] of step.nodes) {
    for (const {id} of nodes) {
      const before = last.get(host) ?? [];
      if (draft.left.has(id)) {
        draft.before.set(id, before);
        continue;
      }
      const isForced = step.handler !== undefined && forcesHandlers(draft, batch);
      const kind = step.task.meta === 'clear_host_errors' || isForced ? 'after' : 'order';
      for (const from of before) addEdge(draft, {from, to: id, kind});
      // What comes after a forced handler still wants what the handler did without.
      last.set(host, isForced ? [...before, id] : [id]);
      linked.push(id);
    }
  }
  if (linked.length === 0) return;
  const {meta} = step.task;
  if (meta === 'end_play' || meta === 'end_batch') linkBarrier(draft, batch, {label: step.task.name, last});
  else if (step.task.keywords.runOnce) linkOnce(draft, batch, {nodes: linked, last});
  else if (step.threshold !== undefined && !rescued)
    linkFatal(draft, batch, {label: `failures of "${step.task.name}"`, threshold: step.threshold, last});
}

/** Whether handlers run in spite of failures before them. */
function forcesHandlers({plays, options}: Draft, batch: Batch): boolean {
  return (
    options.forceHandlers === true || plays.some(({play, batches}) => play.forceHandlers && batches.includes(batch))
  );
}

/** All hosts wait for a task that runs once; it waits for all, but not for their success. */
function linkOnce(
  draft: Draft,
  batch: Batch,
  {nodes, last}: {readonly nodes: readonly NodeId[]; readonly last: Last},
): void {
  const [first] = nodes;
  const end = nodes.at(-1);
  const [runner, ...others] = batch.hosts;
  if (first === undefined || end === undefined || runner === undefined) return;
  const has = new Set(draft.into.get(first)?.map(({from}) => from));
  for (const host of others) {
    // What ran once before is before this one, too.
    const before = (last.get(host) ?? []).filter(
      (id) => draft.nodes.get(id)?.kind !== 'task' || !id.startsWith(`${runner}/`),
    );
    for (const from of before) if (!has.has(from)) addEdge(draft, {from, to: first, kind: 'after'});
    last.set(host, [...before, end]);
  }
}

/** `any_errors_fatal` and `max_fail_percentage`: nobody goes on before all have come here, and then only when few enough failed. */
export function linkFatal(
  draft: Draft,
  batch: Batch,
  {label, threshold, last}: {readonly label: string; readonly threshold: number; readonly last: Last},
): void {
  const gate = addGate(draft, 'fatal', {label, threshold});
  for (const host of batch.hosts) {
    const before = last.get(host) ?? [];
    for (const from of before) addEdge(draft, {from, to: gate, kind: 'after'});
    last.set(host, [...before, gate]);
  }
  const planned = draft.plays.find(({batches}) => batches.includes(batch));
  if (planned) draft.fatal.set(planned.play, gate);
}
