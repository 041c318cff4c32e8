import pLimit from 'p-limit';
import type {Graph, NodeId, TaskNode} from '../graph/graph.js';
import type {Task} from '../load/project.js';

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
  /** How many nodes of a task with a throttle are performed now. */
  const active = new Map<Task, number>();

  function mayStart({throttle, task}: TaskNode): boolean {
    return throttle === undefined || (active.get(task) ?? 0) < throttle;
  }

  function next({ready}: Lane): TaskNode | undefined {
    const free = ready.filter(mayStart);
    const [first, ...others] = free;
    if (first === undefined) return undefined;
    const node = random
      ? free[Math.floor(random() * free.length)]
      : others.reduce((best, each) => (placeOf(each) < placeOf(best) ? each : best), first);
    return node && ready.splice(ready.indexOf(node), 1)[0];
  }

  function placeOf(node: TaskNode): number {
    return places.get(node.id) ?? 0;
  }

  async function performCounted(node: TaskNode): Promise<void> {
    if (node.throttle === undefined) return perform(node);
    active.set(node.task, (active.get(node.task) ?? 0) + 1);
    await perform(node);
    active.set(node.task, (active.get(node.task) ?? 1) - 1);
    for (const lane of lanes.values()) pump(lane);
  }

  function pump(lane: Lane): void {
    if (lane.busy || !lane.ready.some(mayStart)) return;
    lane.busy = true;
    const turn = async (): Promise<void> => {
      // Chosen only now: while the lane waited for a free fork, a node of an earlier place may have become ready.
      const node = next(lane);
      if (node) await performCounted(node);
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
