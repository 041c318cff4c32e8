import type {Graph, NodeId, TaskNode} from '../graph/graph.js';
import type {Outcome} from '../outcome.js';
import {endingOf, type Ending} from './ending.js';
import {endGate} from './gate.js';
import {createLanes} from './lanes.js';
import {decide, type Circumstances} from './readiness.js';

/** How nodes are walked; the walker itself knows no machine. */
export interface WalkOptions extends Omit<Circumstances, 'endings'> {
  /** Performs a node; must not reject. */
  readonly perform: (node: TaskNode) => Promise<Outcome>;
  /** A node ended, performed or not. */
  readonly ended: (node: TaskNode, outcome: Outcome) => void;
  /** How others blame a node. */
  readonly labelOf: (node: TaskNode) => string;
  /** Hosts at work at the same time; undefined: all. */
  readonly forks?: number | undefined;
  /** Nothing new starts after it. */
  readonly stop?: AbortSignal | undefined;
  /** Takes a number from 0 up to 1: what is ready starts in random order. Without it: in the order of the graph. */
  readonly random?: (() => number) | undefined;
}

/** What the walk knows at its end. */
export interface Walked {
  /** Failures that a rescue made good, and what they blocked. */
  readonly forgiven: ReadonlySet<NodeId>;
}

/** Walks a graph: a node has its turn when all nodes at its incoming edges have ended and its lane is free. */
export function walk(graph: Graph, options: WalkOptions): Promise<Walked> {
  let resolve!: (walked: Walked) => void;
  let reject!: (bug: unknown) => void;
  const walked = new Promise<Walked>((resolveIt, rejectIt) => {
    resolve = resolveIt;
    reject = rejectIt;
  });
  const endings = new Map<NodeId, Ending>();
  const waiting = new Map<NodeId, number>();
  const forgiven = new Set<NodeId>();
  /** Lanes whose machine was lost, with who found out. */
  const lost = new Map<string, Ending & {kind: 'bad'}>();
  const ripe: NodeId[] = [];
  let next = 0;
  const lanes = createLanes(graph, {forks: options.forks, random: options.random, perform: performInLane});
  const circumstances: Circumstances = {...options, endings: (id) => endings.get(id)};
  let left = graph.nodes.size;

  for (const id of graph.nodes.keys()) {
    const count = graph.into.get(id)?.length ?? 0;
    waiting.set(id, count);
    if (count === 0) ripe.push(id);
  }
  options.stop?.addEventListener('abort', () => guarded(stop), {once: true});
  guarded(advance);
  return walked;

  function guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      reject(error);
    }
  }

  /** Settles all that is ripe without a turn; a worklist, since failures may block very many. */
  function advance(): void {
    for (let id = ripe[next]; id !== undefined; id = ripe[++next]) {
      const node = graph.nodes.get(id);
      if (node === undefined) throw new Error(`Internal error: no node ${id} in the graph`);
      if (node.kind === 'gate') {
        const {ending, forgiven: made} = endGate(graph, node, circumstances.endings);
        for (const each of made) forgiven.add(each);
        settle(id, ending);
      } else {
        meet(node);
      }
    }
    if (left === 0) resolve({forgiven});
  }

  function meet(node: TaskNode): void {
    const decision = decide(graph, node, circumstances);
    if (decision.do === 'end') {
      end(node, decision.outcome);
      return;
    }
    if (options.stop?.aborted === true) {
      end(node, {status: 'interrupted'});
      return;
    }
    lanes.enter(node);
  }

  async function performInLane(node: TaskNode): Promise<void> {
    const gone = lost.get(node.lane) ?? lost.get(node.host);
    let outcome: Outcome;
    if (gone) outcome = {status: 'blocked', by: gone.blame.by, text: 'unreachable'};
    else if (options.stop?.aborted === true) outcome = {status: 'interrupted'};
    else outcome = await options.perform(node);
    guarded(() => {
      end(node, outcome);
      advance();
    });
  }

  function end(node: TaskNode, outcome: Outcome): void {
    const ending = endingOf(node, outcome, options.labelOf);
    if (outcome.status === 'unreachable' && ending.kind === 'bad') lost.set(node.lane, ending);
    options.ended(node, outcome);
    settle(node.id, ending);
  }

  function settle(id: NodeId, ending: Ending): void {
    endings.set(id, ending);
    left--;
    for (const {to} of graph.out.get(id)) {
      const count = (waiting.get(to) ?? 0) - 1;
      waiting.set(to, count);
      if (count === 0) ripe.push(to);
    }
  }

  function stop(): void {
    for (const node of lanes.empty()) end(node, {status: 'interrupted'});
    advance();
  }
}
