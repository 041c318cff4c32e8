import type {Diagnostic} from '../diagnostic.js';
import {tell, type Draft} from './draft.js';
import type {Edge, Graph, Node, NodeId, TaskNode} from './graph.js';

/** Drops what is left out, and gives the rest in an order in which everything comes after what it waits for; a cycle is a diagnostic. */
export function sort(draft: Draft): Graph {
  const nodes = kept(draft);
  const waiting = waits(nodes, draft.into);
  const order = topological(nodes, waiting);
  const [sorted, into, out] = [new Map<NodeId, Node>(), new Map<NodeId, readonly Edge[]>(), new Map<NodeId, Edge[]>()];
  const lanes = new Map<string, TaskNode[]>();
  const hosts = new Set<string>();
  for (const node of nodes) out.set(node.id, []);
  for (const [place, {id}] of nodes.entries()) {
    const edges = waiting.edges[place] ?? [];
    into.set(id, edges);
    for (const edge of edges) out.get(edge.from)?.push(edge);
  }
  for (const place of order) {
    const node = nodes[place];
    if (node === undefined) continue;
    sorted.set(node.id, node);
    if (node.kind === 'gate') continue;
    hosts.add(node.host);
    const lane = lanes.get(node.lane);
    if (lane) lane.push(node);
    else lanes.set(node.lane, [node]);
  }
  if (sorted.size < nodes.length) tell(draft, cycle(new Map(nodes.map((node) => [node.id, node])), into, sorted));
  const {project} = draft;
  const known = [...project.inventory.hosts.keys()];
  return {
    project,
    nodes: sorted,
    into,
    out,
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

function kept(draft: Draft): readonly Node[] {
  if (draft.left.size === 0) return [...draft.nodes.values()];
  const nodes: Node[] = [];
  for (const [id, node] of draft.nodes) {
    const reason = draft.left.get(id);
    if (reason === undefined) nodes.push(node);
    else if (draft.observed.has(id)) nodes.push({...node, observed: `left out by ${reason}`} as Node);
  }
  return nodes;
}

/** Who waits for whom, by the places of nodes in a list: the followers of `place` are `followers[first[place] … first[place + 1] - 1]`. */
interface Waits {
  /** The edges into each node. */
  readonly edges: readonly (readonly Edge[])[];
  readonly first: Int32Array;
  readonly followers: Int32Array;
}

function waits(nodes: readonly Node[], into: Draft['into']): Waits {
  const places = new Map<NodeId, number>();
  for (const [place, {id}] of nodes.entries()) places.set(id, place);
  const edges = nodes.map(({id}) => into.get(id) ?? []);
  const count = edges.reduce((sum, each) => sum + each.length, 0);
  // What is not in the list has no followers: it counts behind the last.
  const sources = new Int32Array(count);
  const first = new Int32Array(nodes.length + 2);
  let at = 0;
  for (const each of edges) {
    for (const {from} of each) {
      const source = places.get(from) ?? nodes.length;
      sources[at++] = source;
      first[source + 1] = (first[source + 1] ?? 0) + 1;
    }
  }
  for (let place = 0; place <= nodes.length; place++) first[place + 1] = (first[place + 1] ?? 0) + (first[place] ?? 0);
  const free = first.slice();
  const followers = new Int32Array(count);
  at = 0;
  for (const [place, each] of edges.entries()) {
    for (let edge = 0; edge < each.length; edge++) {
      const source = sources[at++] ?? 0;
      const slot = free[source] ?? 0;
      free[source] = slot + 1;
      followers[slot] = place;
    }
  }
  return {edges, first, followers};
}

/** Kahn's algorithm; among what is ready gates go first, then what stands first in the playbook. */
function topological(nodes: readonly Node[], {edges, first, followers}: Waits): readonly number[] {
  const left = Int32Array.from(edges, (each) => each.length);
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
      const next = followers[at] ?? 0;
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
function cycle(
  nodes: ReadonlyMap<NodeId, Node>,
  into: ReadonlyMap<NodeId, readonly Edge[]>,
  done: ReadonlyMap<NodeId, Node>,
): Omit<Diagnostic, 'severity'> {
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
