import {join} from 'node:path';
import {expect} from 'chai';
import {graphOptions} from '../../engine/cli/graph-options.js';
import {buildGraph} from '../../engine/graph/build.js';
import type {Graph, NodeId, TaskNode} from '../../engine/graph/graph.js';
import {loadProject} from '../../engine/load/load-project.js';
import {packageRoot} from '../../engine/root.js';
import {registry} from '../../tasks/index.js';

async function siteGraph(extraVars: readonly string[] = [], inventory = 'lab'): Promise<Graph> {
  const project = await loadProject({
    playbooks: [join(packageRoot, 'playbooks', 'site.yml')],
    inventories: [join(packageRoot, 'inventories', inventory, 'hosts.yml')],
    extraVars: [...extraVars],
    modules: new Set(registry.modules.keys()),
    cwd: packageRoot,
  });
  const everything = {limit: undefined, tags: [], skipTags: [], startAtTask: undefined};
  return buildGraph(project, everything, graphOptions(project, registry));
}

function nodeOf(graph: Graph, host: string, module: string): TaskNode {
  for (const node of graph.nodes.values()) {
    if (node.kind === 'task' && node.host === host && node.task.module === module) return node;
  }
  throw new Error(`no ${module} on ${host}`);
}

/** Everything that a node waits for, directly or not. */
function awaited(graph: Graph, id: NodeId, found = new Set<NodeId>()): ReadonlySet<NodeId> {
  for (const {from} of graph.into.get(id) ?? []) {
    if (found.has(from)) continue;
    found.add(from);
    awaited(graph, from, found);
  }
  return found;
}

describe('the site', () => {
  let graph: Graph;
  before(async function () {
    // The whole site, on however busy a machine.
    this.timeout(60_000);
    graph = await siteGraph();
  });

  const waits = (host: string, module: string, other: readonly [string, string]): boolean =>
    awaited(graph, nodeOf(graph, host, module).id).has(nodeOf(graph, ...other).id);

  it('has haproxy before kubeadm goes through it', () => {
    expect(waits('cp1', 'kubeadm_init', ['lb1', 'package'])).to.equal(true);
  });

  it('prepares workers beside the control plane', () => {
    expect(waits('w1', 'oci_image', ['cp1', 'kubeadm_init'])).to.equal(false);
    expect(waits('cp1', 'kubeadm_init', ['w1', 'user'])).to.equal(false);
  });

  it('is refused with days in which every certificate would be renewed by every run', async () => {
    const said = await siteGraph(['{"renew_days": 365}']).then(String, String);
    expect(said).to.contain('"renew_days" must be < 365');
  }).timeout(60_000);

  it('joins a worker when the token is there, and not before', () => {
    expect(waits('w1', 'kubeadm_join', ['cp1', 'kubeadm_token'])).to.equal(true);
    expect(waits('w1', 'kubeadm_join', ['w2', 'kubeadm_join'])).to.equal(false);
  });

  it('looks at the balancer as soon as there is a control plane', () => {
    expect(waits('lb1', 'haproxy_server', ['cp1', 'kubeadm_init'])).to.equal(true);
    expect(waits('lb1', 'haproxy_server', ['w1', 'kubeadm_join'])).to.equal(false);
  });

  it('can take its programs from packages too', async function () {
    this.timeout(60_000);
    const other = await siteGraph(['kubernetes_source=packages']);
    expect(other.nodes.size).to.equal(graph.nodes.size);
  });
});

describe('the site with several control planes', () => {
  let graph: Graph;
  before(async function () {
    this.timeout(60_000);
    graph = await siteGraph([], 'lab-ha');
  });

  const waits = (host: string, module: string, other: readonly [string, string]): boolean =>
    awaited(graph, nodeOf(graph, host, module).id).has(nodeOf(graph, ...other).id);

  it('joins them one after the other', () => {
    expect(waits('cp2', 'kubeadm_join', ['cp1', 'kubeadm_certificate_key'])).to.equal(true);
    expect(waits('cp3', 'kubeadm_join', ['cp2', 'kubeadm_join'])).to.equal(true);
  });

  it('joins workers meanwhile', () => {
    expect(waits('w1', 'kubeadm_join', ['cp2', 'kubeadm_join'])).to.equal(false);
    expect(waits('cp3', 'kubeadm_join', ['w1', 'kubeadm_join'])).to.equal(false);
  });

  it('restarts what they stand on one after the other, and waits for etcd before and after', () => {
    const restarts = [...graph.nodes.values()].filter(
      (node): node is TaskNode => node.kind === 'task' && node.task.name === 'Restart the rootless namespaces',
    );
    const of = (host: string): TaskNode => {
      const found = restarts.find((node) => node.host === host);
      if (found === undefined) throw new Error(`nothing restarts the namespaces of ${host}`);
      return found;
    };
    expect(awaited(graph, of('cp2').id)).to.include(of('cp1').id);
    expect(awaited(graph, of('cp3').id)).to.include(of('cp2').id);
    const waitsOf = (host: string): readonly TaskNode[] =>
      [...graph.nodes.values()].filter(
        (node): node is TaskNode => node.kind === 'task' && node.host === host && node.task.module === 'etcd_wait',
      );
    expect(waitsOf('cp1').some(({id}) => awaited(graph, of('cp1').id).has(id))).to.equal(true);
    expect(waitsOf('cp1').some(({id}) => awaited(graph, of('cp2').id).has(id))).to.equal(true);
  });

  it('has the balancers one after the other', () => {
    expect(waits('lb2', 'package', ['lb1', 'package'])).to.equal(true);
  });
});

describe('the site where one host is everything but a worker', () => {
  let graph: Graph;
  before(async function () {
    this.timeout(60_000);
    graph = await siteGraph([], 'lab-one');
  });

  const waits = (host: string, module: string, other: readonly [string, string]): boolean =>
    awaited(graph, nodeOf(graph, host, module).id).has(nodeOf(graph, ...other).id);

  it('has the balancer and the signed images before the control plane and the worker', () => {
    expect(waits('cp1', 'kubeadm_init', ['cp1', 'signed_images'])).to.equal(true);
    expect(waits('cp1', 'kubeadm_init', ['cp1', 'template'])).to.equal(true);
    expect(waits('w1', 'kubeadm_join', ['cp1', 'signed_images'])).to.equal(true);
  });
});

describe('the site without a balancer', () => {
  it('makes the control plane without waiting for one', async function () {
    this.timeout(60_000);
    const graph = await siteGraph([], 'lab-bare');
    const names = [...graph.nodes.values()].flatMap((node) => (node.kind === 'task' ? [node.task.name] : []));
    expect(names).to.include('Have a control plane');
    expect(names).to.not.include('Balance the API servers');
  });
});
