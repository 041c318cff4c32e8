import {expect} from 'chai';
import type {Graph, NodeId} from '../../engine/graph/graph.js';
import {edgesOf, graphOf, nameOf} from './rig.js';

/** Numbers from 0 up to 1, the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

/** A random playbook whose values flow forward only. */
function randomPlaybook(random: () => number): string {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const registered: string[] = [];
  let count = 0;
  const task = (): string => {
    const name = `T${++count}`;
    const use =
      registered.length > 0 && random() < 0.3
        ? `{{#with (lookup hostvars \\"${pick(['a', 'b', 'c'])}\\")}}{{default ${pick(registered)} \\"\\"}}{{/with}}`
        : '';
    const once = random() < 0.1 ? ', run_once: true' : '';
    const notify = random() < 0.2 ? `, notify: ${pick(['H1', 'H2'])}` : '';
    const register = random() < 0.3 ? `, register: r${count}` : '';
    if (register !== '') registered.push(`r${count}`);
    return `{name: ${name}, command: "x ${use}"${once}${notify}${register}}`;
  };
  const tasks = (most: number): string => Array.from({length: 1 + Math.floor(random() * most)}, task).join(', ');
  const item = (): string =>
    random() < 0.25 ? `{block: [${tasks(3)}], rescue: [${tasks(2)}], always: [${tasks(2)}]}` : task();
  const play = (index: number): string => {
    const items = Array.from({length: 1 + Math.floor(random() * 5)}, item).join(', ');
    const fatal = random() < 0.2 ? ', max_fail_percentage: 30' : '';
    const needs = index > 1 && random() < 0.3 ? `, needs: [P${Math.ceil(random() * (index - 1))}]` : '';
    const handlers = '[{name: H1, command: "true"}, {name: H2, command: "true"}]';
    return `- {name: P${index}, hosts: ${pick(['all', 'workers', 'a'])}${fatal}${needs}, tasks: [${items}], handlers: ${handlers}}`;
  };
  return `${[1, 2, 3, 4].map(play).join('\n')}\n`;
}

describe('a graph of any playbook', () => {
  for (let seed = 1; seed <= 25; seed++) {
    it(`holds what a graph promises (seed ${seed})`, async () => {
      const graph = await graphOf(randomPlaybook(seeded(seed)));
      expectTopological(graph);
      expectChains(graph);
      expectRescues(graph);
      expect(edgesOf(graph).some((edge) => edge.includes('missing'))).to.equal(false);
    });
  }
});

function expectTopological(graph: Graph): void {
  const place = new Map([...graph.nodes.keys()].map((id, index) => [id, index]));
  for (const [id, edges] of graph.into) {
    for (const {from, to} of edges) {
      expect(to).to.equal(id);
      expect(place.get(from), `${nameOf(graph, from)} before ${nameOf(graph, to)}`).to.be.lessThan(place.get(to) ?? -1);
      expect(graph.out.get(from).filter((edge) => edge.to === to).length).to.be.greaterThan(0);
    }
  }
}

/** On a host a play's tasks are in the order of their ids: each is reachable from the one before it. */
function expectChains(graph: Graph): void {
  const before = ancestors(graph);
  const last = new Map<string, {readonly id: NodeId; readonly rescue: boolean}>();
  for (const node of graph.nodes.values()) {
    if (node.kind === 'gate') continue;
    const key = `${node.host} ${node.play.name}`;
    const previous = last.get(key);
    if (previous)
      expect(
        before.get(node.id)?.has(previous.id),
        `${nameOf(graph, previous.id)} before ${nameOf(graph, node.id)}`,
      ).to.equal(true);
    last.set(key, {id: node.id, rescue: node.rescue === true});
  }
}

function expectRescues(graph: Graph): void {
  for (const node of graph.nodes.values()) {
    if (node.kind === 'gate' || node.rescue !== true) continue;
    expect(
      graph.into.get(node.id)?.some(({kind}) => kind === 'failure'),
      nameOf(graph, node.id),
    ).to.equal(true);
  }
}

function ancestors(graph: Graph): ReadonlyMap<NodeId, ReadonlySet<NodeId>> {
  const all = new Map<NodeId, Set<NodeId>>();
  for (const id of graph.nodes.keys()) {
    const own = new Set<NodeId>();
    for (const {from} of graph.into.get(id) ?? []) {
      own.add(from);
      for (const each of all.get(from) ?? []) own.add(each);
    }
    all.set(id, own);
  }
  return all;
}
