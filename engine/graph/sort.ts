import type {Diagnostic} from '../diagnostic.js';
import {tell, type Draft} from './draft.js';
import type {Edge, Graph, Node, NodeId, TaskNode} from './graph.js';

/** Drops what is left out, and gives the rest in an order in which everything comes after what it waits for; a cycle is a diagnostic. */
export function sort(draft: Draft): Graph {
  const nodes = kept(draft);
  const into = new Map<NodeId, readonly Edge[]>();
  const out = new Map<NodeId, Edge[]>();
  for (const id of nodes.keys()) {
    into.set(id, draft.into.get(id) ?? []);
    out.set(id, []);
  }
  for (const edges of into.values()) for (const edge of edges) out.get(edge.from)?.push(edge);
  const order = topological(nodes, into, out);
  if (order.length < nodes.size) tell(draft, cycle(nodes, into, new Set(order)));
  const sorted = new Map(
    order.map((id) => [id, nodes.get(id)] as const).filter((entry): entry is [NodeId, Node] => entry[1] !== undefined),
  );
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

function kept(draft: Draft): Map<NodeId, Node> {
  const nodes = new Map<NodeId, Node>();
  for (const [id, node] of draft.nodes) {
    const reason = draft.left.get(id);
    if (reason === undefined) nodes.set(id, node);
    else if (draft.observed.has(id)) nodes.set(id, {...node, observed: `left out by ${reason}`} as Node);
  }
  return nodes;
}

/** Kahn's algorithm; among what is ready gates go first, then what stands first in the playbook. */
function topological(
  nodes: ReadonlyMap<NodeId, Node>,
  into: ReadonlyMap<NodeId, readonly Edge[]>,
  out: ReadonlyMap<NodeId, readonly Edge[]>,
): readonly NodeId[] {
  const ids = [...nodes.keys()];
  const places = new Map(ids.map((id, index) => [id, index]));
  const waits = ids.map((id) => into.get(id)?.length ?? 0);
  const ready = new Heap();
  const gates: number[] = [];
  const release = (place: number): void => {
    const id = ids[place];
    if (id !== undefined && nodes.get(id)?.kind === 'gate') gates.push(place);
    else ready.push(place);
  };
  waits.forEach((count, place) => {
    if (count === 0) release(place);
  });
  const order: NodeId[] = [];
  for (let place = gates.shift() ?? ready.pop(); place !== undefined; place = gates.shift() ?? ready.pop()) {
    const id = ids[place];
    if (id === undefined) break;
    order.push(id);
    for (const {to} of out.get(id) ?? []) {
      const next = places.get(to) ?? -1;
      waits[next] = (waits[next] ?? 0) - 1;
      if (waits[next] === 0) release(next);
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
  done: ReadonlySet<NodeId>,
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
