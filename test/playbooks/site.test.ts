import {expect} from 'chai';
import type {Graph, TaskNode} from '../../engine/graph/graph.js';
import {awaited, graphOf, waits} from './graph-of.js';

describe('the site', () => {
  let graph: Graph;
  before(async function () {
    // The whole site, on however busy a machine.
    this.timeout(60_000);
    graph = await graphOf('site.yml', {inventory: 'lab'});
  });

  it('has haproxy before kubeadm goes through it', () => {
    expect(waits(graph, ['cp1', 'kubeadm_init'], ['lb1', 'package'])).to.equal(true);
  });

  it('prepares workers beside the control plane', () => {
    expect(waits(graph, ['w1', 'oci_image'], ['cp1', 'kubeadm_init'])).to.equal(false);
    expect(waits(graph, ['cp1', 'kubeadm_init'], ['w1', 'user'])).to.equal(false);
  });

  it('is refused with days in which every certificate would be renewed by every run', async () => {
    const said = await graphOf('site.yml', {inventory: 'lab', extraVars: ['{"renew_days": 365}']}).then(String, String);
    expect(said).to.contain('"renew_days" must be < 365');
  }).timeout(60_000);

  it('joins a worker when the token is there, and not before', () => {
    expect(waits(graph, ['w1', 'kubeadm_join'], ['cp1', 'kubeadm_token'])).to.equal(true);
    expect(waits(graph, ['w1', 'kubeadm_join'], ['w2', 'kubeadm_join'])).to.equal(false);
  });

  it('looks at the balancer as soon as there is a control plane', () => {
    expect(waits(graph, ['lb1', 'haproxy_server'], ['cp1', 'kubeadm_init'])).to.equal(true);
    expect(waits(graph, ['lb1', 'haproxy_server'], ['w1', 'kubeadm_join'])).to.equal(false);
  });

  it('can take its programs from packages too', async function () {
    this.timeout(60_000);
    const other = await graphOf('site.yml', {inventory: 'lab', extraVars: ['kubernetes_source=packages']});
    expect(other.nodes.size).to.equal(graph.nodes.size);
  });
});

describe('the site with several control planes', () => {
  let graph: Graph;
  before(async function () {
    this.timeout(60_000);
    graph = await graphOf('site.yml', {inventory: 'lab-ha'});
  });

  it('joins them one after the other', () => {
    expect(waits(graph, ['cp2', 'kubeadm_join'], ['cp1', 'kubeadm_certificate_key'])).to.equal(true);
    expect(waits(graph, ['cp3', 'kubeadm_join'], ['cp2', 'kubeadm_join'])).to.equal(true);
  });

  it('joins workers meanwhile', () => {
    expect(waits(graph, ['w1', 'kubeadm_join'], ['cp2', 'kubeadm_join'])).to.equal(false);
    expect(waits(graph, ['cp3', 'kubeadm_join'], ['w1', 'kubeadm_join'])).to.equal(false);
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
    expect(waits(graph, ['lb2', 'package'], ['lb1', 'package'])).to.equal(true);
  });
});

describe('the site where one host is everything but a worker', () => {
  let graph: Graph;
  before(async function () {
    this.timeout(60_000);
    graph = await graphOf('site.yml', {inventory: 'lab-one'});
  });

  it('has the balancer and the signed images before the control plane and the worker', () => {
    expect(waits(graph, ['cp1', 'kubeadm_init'], ['cp1', 'signed_images'])).to.equal(true);
    expect(waits(graph, ['cp1', 'kubeadm_init'], ['cp1', 'template'])).to.equal(true);
    expect(waits(graph, ['w1', 'kubeadm_join'], ['cp1', 'signed_images'])).to.equal(true);
  });
});

describe('the site without a balancer', () => {
  it('makes the control plane without waiting for one', async function () {
    this.timeout(60_000);
    const graph = await graphOf('site.yml', {inventory: 'lab-bare'});
    const names = [...graph.nodes.values()].flatMap((node) => (node.kind === 'task' ? [node.task.name] : []));
    expect(names).to.include('Have a control plane');
    expect(names).to.not.include('Balance the API servers');
  });
});
