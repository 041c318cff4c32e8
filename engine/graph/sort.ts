import type {Diagnostic} from '../diagnostic.js';
import {tell, type Draft} from './draft.js';
import type {Edge, Graph, Node, NodeId, TaskNode} from './graph.js';

/** Drops what is left out, and gives the rest in an order in which everything comes after what it waits for; a cycle is a diagnostic. */
export function sort(draft: Draft): Graph {
  const kept = withoutLeft(draft);
  const nodes = [...kept.values()];
  const waiting = waits(kept, draft.into);
  const sorted = inOrder(kept, topological(nodes, waiting));
  const into = kept === draft.nodes ? draft.into : new Map(nodes.map(({id}) => [id, draft.into.get(id) ?? []]));
  if (sorted.size < nodes.length) tell(draft, cycle(kept, into, sorted));
  const lanes = new Map<string, TaskNode[]>();
  const hosts = new Set<string>();
  for (const node of sorted.values()) {
    if (node.kind === 'gate') continue;
    hosts.add(node.host);
    const lane = lanes.get(node.lane);
    if (lane) lane.push(node);
    else lanes.set(node.lane, [node]);
  }
  const {project} = draft;
  const known = [...project.inventory.hosts.keys()];
  return {
    project,
    nodes: sorted,
    into,
    out: leavingEdges(waiting),
    hosts: [
      ...known.filter((host) => hosts.has(host)),
      ...[...hosts].filter((host) => !project.inventory.hosts.has(host)),
    ],
    lanes,
    standing: draft.standing,
    logins: new Map(
      [...draft.logins].map(([machine, login]) => [
        machine,
        Object.fromEntries([...login].map(([name, {value}]) => [name, value])),
      ]),
    ),
  };
}

type Nodes = ReadonlyMap<NodeId, Node>;

/** The nodes that are not left out, and those of them that are observed. */
function withoutLeft(draft: Draft): Nodes {
  if (draft.left.size === 0) return draft.nodes;
  const nodes = new Map<NodeId, Node>();
  for (const [id, node] of draft.nodes) {
    const reason = draft.left.get(id);
    if (reason === undefined) nodes.set(id, node);
    else if (draft.observed.has(id)) nodes.set(id, {...node, observed: `left out by ${reason}`} as Node);
  }
  return nodes;
}

/** The same map where its order is the one already: often it is, and so many nodes are not looked up for nothing. */
function inOrder(nodes: Nodes, order: readonly number[]): Nodes {
  if (order.length === nodes.size && order.every((place, index) => place === index)) return nodes;
  const all = [...nodes];
  return new Map(order.flatMap((place) => all.slice(place, place + 1)));
}

/** Who waits for whom, by the places of nodes in a list: the edges from `place` are `leaving[first[place] … first[place + 1] - 1]`, and lead to `targets` there. */
interface Waits {
  readonly places: ReadonlyMap<NodeId, number>;
  /** How many edges lead into each node. */
  readonly counts: Int32Array;
  readonly first: Int32Array;
  readonly leaving: readonly Edge[];
  readonly targets: Int32Array;
}

function waits(nodes: Nodes, into: Draft['into']): Waits {
  const places = new Map<NodeId, number>();
  for (const id of nodes.keys()) places.set(id, places.size);
  const arriving: Edge[] = [];
  const counts = new Int32Array(nodes.size);
  for (const [id, edges] of into) {
    const place = places.get(id);
    if (place === undefined) continue;
    counts[place] = edges.length;
    for (const edge of edges) arriving.push(edge);
  }
  // What is not in the list has no followers: it counts behind the last.
  const sources = Int32Array.from(arriving, ({from}) => places.get(from) ?? nodes.size);
  const first = new Int32Array(nodes.size + 2);
  for (const source of sources) first[source + 1] = (first[source + 1] ?? 0) + 1;
  for (let place = 0; place <= nodes.size; place++) first[place + 1] = (first[place + 1] ?? 0) + (first[place] ?? 0);
  const free = first.slice();
  const leaving = arriving.slice();
  const targets = new Int32Array(arriving.length);
  for (const [index, edge] of arriving.entries()) {
    const source = sources[index] ?? 0;
    const slot = free[source] ?? 0;
    free[source] = slot + 1;
    leaving[slot] = edge;
    targets[slot] = places.get(edge.to) ?? 0;
  }
  return {places, counts, first, leaving, targets};
}

/** The edges from each node, cut out when they are asked for. */
function leavingEdges({places, first, leaving}: Waits): Graph['out'] {
  return {
    get(id) {
      const place = places.get(id);
      return place === undefined ? [] : leaving.slice(first[place], first[place + 1]);
    },
  };
}

/** Kahn's algorithm; among what is ready gates go first, then what stands first in the playbook. */
function topological(nodes: readonly Node[], {counts, first, targets}: Waits): readonly number[] {
  const left = counts.slice();
  const ready = new Heap();
  const gates: number[] = [];
  const release = (place: number): void => {
    if (nodes[place]?.kind === 'gate') gates.push(place);
    else ready.push(place);
  };
  for (const [place, count] of left.entries()) if (count === 0) release(place);
  const order: number[] = [];
  for (let place = gates.shift() ?? ready.pop(); place !== undefined; place = gates.shift() ?? ready.pop()) {
    order.push(place);
    for (let at = first[place] ?? 0; at < (first[place + 1] ?? 0); at++) {
      const next = targets[at] ?? 0;
      left[next] = (left[next] ?? 0) - 1;
      if (left[next] === 0) release(next);
    }
  }
  return order;
}

/** A binary heap of numbers, the least on top. */
class Heap {
  readonly #items: number[] = [];

  push(item: number): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((items[parent] ?? 0) <= item) break;
      items[at] = items[parent] ?? 0;
      at = parent;
    }
    items[at] = item;
  }

  pop(): number | undefined {
    const items = this.#items;
    const [top] = items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if ((items[child + 1] ?? Infinity) < (items[child] ?? Infinity)) child++;
      if ((items[child] ?? 0) >= last) break;
      items[at] = items[child] ?? 0;
      at = child;
    }
    items[at] = last;
    return top;
  }
}

/** Names the nodes of one cycle, each with why it waits for the one before it. */
function cycle(nodes: Nodes, into: ReadonlyMap<NodeId, readonly Edge[]>, done: Nodes): Omit<Diagnostic, 'severity'> {
  const seen = new Map<NodeId, number>();
  const edges: Edge[] = [];
  let at = [...nodes.keys()].find((id) => !done.has(id));
  while (at !== undefined && !seen.has(at)) {
    seen.set(at, edges.length);
    const edge: Edge | undefined = into.get(at)?.find(({from}) => nodes.has(from) && !done.has(from));
    if (!edge) break;
    edges.push(edge);
    at = edge.from;
  }
  const loop = at === undefined ? edges : edges.slice(seen.get(at) ?? 0);
  const trail = loop.flatMap(({from, to, kind, name}) => {
    const [source, target] = [nodes.get(from), nodes.get(to)];
    if (target?.kind !== 'task') return [];
    const why = {
      order: 'comes after',
      after: 'comes after',
      value: `needs "${name ?? ''}" of`,
      notify: 'is notified by',
      failure: 'answers the failure of',
    }[kind];
    return [{at: target.task.at, message: `${title(target)} ${why} ${source ? title(source) : from}`}];
  });
  const hint = 'a value must come from a task that does not wait for the one that needs it';
  return {at: trail[0]?.at, message: 'these tasks wait for each other', hint, trail};
}

/** `w1: Join the cluster`; a gate by its label. */
export function title(node: Node): string {
  return node.kind === 'gate' ? node.label : `${node.host}: ${node.task.name}`;
}
