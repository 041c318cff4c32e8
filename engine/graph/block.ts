import {addEdge, addGate, type Batch, type BlockStep, type Draft, type Step} from './draft.js';
import type {NodeId} from './graph.js';
import {linkFatal, linkSteps, type Last, type Linking} from './order.js';

/** Links a block with `rescue` or `always`: on each host a gate ends it, and forgives failures that were rescued. */
export function linkBlock(
  draft: Draft,
  batch: Batch,
  {step, last, rescued = false}: Linking & {readonly step: BlockStep},
): void {
  const entry: Last = new Map(last);
  const tried: Last = new Map(entry);
  linkSteps(draft, batch, {steps: step.tries, last: tried, rescued: rescued || step.rescues.length > 0});
  const answered: Last = new Map(entry);
  linkSteps(draft, batch, {steps: step.rescues, last: answered, rescued});
  const closed: Last = new Map(entry);
  linkSteps(draft, batch, {steps: step.always, last: closed, rescued});
  for (const host of batch.hosts) {
    const before = entry.get(host) ?? [];
    const ended = [tried, answered].flatMap((chain) => chain.get(host) ?? []).filter((id) => !before.includes(id));
    const tries = failurePoints(draft, step.tries, host);
    for (const to of rescuesOf(draft, step.rescues, host))
      for (const from of tries) addEdge(draft, {from, to, kind: 'failure'});
    // An always task comes after all that it answers, whatever became of that.
    const [always] = allNodes(draft, step.always, host);
    if (always !== undefined) for (const from of ended) addEdge(draft, {from, to: always, kind: 'after'});
    const after = [...new Set([...before, ...(closed.get(host) ?? [])])];
    if (ended.length === 0 && always === undefined) continue;
    const gate = addGate(draft, 'block', {
      label: `end of ${step.label} on ${host}`,
      block: {host, tries, rescues: failurePoints(draft, step.rescues, host)},
    });
    for (const from of ended) addEdge(draft, {from, to: gate, kind: 'after'});
    for (const from of after) addEdge(draft, {from, to: gate, kind: 'order'});
    last.set(host, [gate]);
  }
  const threshold = rescued || step.rescues.length === 0 ? undefined : lowestThreshold(step.tries);
  if (threshold !== undefined) linkFatal(draft, batch, {label: `failures of ${step.label}`, threshold, last});
}

function lowestThreshold(steps: readonly Step[]): number | undefined {
  const found = steps.map((step) =>
    step.kind === 'task' ? step.threshold : lowestThreshold([...step.tries, ...step.rescues, ...step.always]),
  );
  const thresholds = found.filter((threshold) => threshold !== undefined);
  return thresholds.length === 0 ? undefined : Math.min(...thresholds);
}

/** The nodes whose failure fails the steps: where a nested block has a rescue, its rescue's and always' nodes, not its tries'. */
function failurePoints(draft: Draft, steps: readonly Step[], host: string): readonly NodeId[] {
  return steps.flatMap((step) => {
    if (step.kind === 'task') return nodesOf(draft, step, host);
    const answered = step.rescues.length > 0 ? step.rescues : step.tries;
    return [...failurePoints(draft, answered, host), ...failurePoints(draft, step.always, host)];
  });
}

function allNodes(draft: Draft, steps: readonly Step[], host: string): readonly NodeId[] {
  return steps.flatMap((step) =>
    step.kind === 'task'
      ? nodesOf(draft, step, host)
      : allNodes(draft, [...step.tries, ...step.rescues, ...step.always], host),
  );
}

/** The nodes that the failure of a block calls for: those of its rescue, but not the rescues within, which answer to their own blocks. */
function rescuesOf(draft: Draft, steps: readonly Step[], host: string): readonly NodeId[] {
  return steps.flatMap((step) =>
    step.kind === 'task' ? nodesOf(draft, step, host) : rescuesOf(draft, [...step.tries, ...step.always], host),
  );
}

/** The nodes of a task that a host depends on: its own, or the one that runs for all. */
function nodesOf(draft: Draft, step: Step & {kind: 'task'}, host: string): readonly NodeId[] {
  const nodes = step.task.keywords.runOnce ? [...step.nodes.values()].flat() : (step.nodes.get(host) ?? []);
  return nodes.map(({id}) => id).filter((id) => !draft.left.has(id));
}
