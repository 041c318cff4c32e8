import pLimit from 'p-limit';
import type {Graph, NodeId, TaskNode} from '../graph/graph.js';

/** The queues of the hosts: a host performs one node at a time. */
export interface Lanes {
  /** Puts a ready node into the queue of its lane. */
  enter(node: TaskNode): void;
  /** Takes out all nodes that have not begun. */
  empty(): readonly TaskNode[];
}

interface Lane {
  readonly ready: TaskNode[];
  busy: boolean;
}

/** Lanes for a graph; `perform` must not reject. */
export function createLanes(
  graph: Graph,
  {
    forks,
    random,
    perform,
  }: {
    readonly forks: number | undefined;
    readonly random: (() => number) | undefined;
    readonly perform: (node: TaskNode) => Promise<void>;
  },
): Lanes {
  const places = new Map<NodeId, number>([...graph.nodes.keys()].map((id, index) => [id, index]));
  const lanes = new Map<string, Lane>();
  const limit = forks === undefined ? undefined : pLimit(forks);

  function next(lane: Lane): TaskNode | undefined {
    const {ready} = lane;
    if (ready.length === 0) return undefined;
    const index = random
      ? Math.floor(random() * ready.length)
      : ready.reduce((best, node, at) => (placeOf(node) < placeOf(ready[best] as TaskNode) ? at : best), 0);
    return ready.splice(index, 1)[0];
  }

  function placeOf(node: TaskNode): number {
    return places.get(node.id) ?? 0;
  }

  function pump(lane: Lane): void {
    if (lane.busy || lane.ready.length === 0) return;
    lane.busy = true;
    const turn = async (): Promise<void> => {
      // Chosen only now: while the lane waited for a free fork, a node of an earlier place may have become ready.
      const node = next(lane);
      if (node) await perform(node);
    };
    void (limit ? limit(turn) : Promise.resolve().then(turn)).then(() => {
      lane.busy = false;
      pump(lane);
    });
  }

  return {
    enter(node) {
      const lane = lanes.get(node.lane) ?? {ready: [], busy: false};
      lanes.set(node.lane, lane);
      lane.ready.push(node);
      pump(lane);
    },
    empty: () => [...lanes.values()].flatMap((lane) => lane.ready.splice(0)),
  };
}
