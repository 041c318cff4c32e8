import {join} from 'node:path';
import {expect} from 'chai';
import type {Graph} from '../../engine/graph/graph.js';
import {packageRoot} from '../../engine/root.js';
import {graphOf, waits} from './graph-of.js';

describe('an upgrade', function () {
  // Whole sites, on however busy a machine.
  this.timeout(60_000);
  let graph: Graph;
  before(async () => {
    graph = await graphOf('upgrade.yml', {inventory: 'lab-ha'});
  });

  it('begins with what refuses it, and a snapshot', () => {
    expect(waits(graph, ['cp1', 'Upgrade the node'], ['cp1', 'Keep what etcd holds'])).to.equal(true);
    expect(waits(graph, ['cp1', 'Keep what etcd holds'], ['cp1', 'Demand a version that can be reached'])).to.equal(true); // prettier-ignore
  });

  it('has the new images in the registry, signed, when nothing refuses it, and before a node asks for them', () => {
    const signed = ['reg', 'Have the images in the registry, signed'] as const;
    expect(waits(graph, signed, ['cp1', 'Demand a version that can be reached'])).to.equal(true);
    for (const host of ['cp1', 'w2'])
      expect(waits(graph, [host, 'Have the new programs beside the present ones'], signed), host).to.equal(true);
  });

  it('is refused before it begins where there is no registry, too', async () => {
    const bundled = await graphOf('upgrade.yml', {inventory: 'lab'});
    expect(waits(bundled, ['w1', 'Have the new images'], ['cp1', 'Demand a version that can be reached'])).to.equal(true); // prettier-ignore
  });

  it('goes from node to node, control planes first', () => {
    const order = ['cp1', 'cp2', 'cp3', 'w1', 'w2'];
    for (const [index, host] of order.slice(1).entries()) {
      const before = order[index] ?? '';
      expect(waits(graph, [host, 'Let the pods go elsewhere'], [before, 'Let pods come back']), host).to.equal(true);
    }
  });

  it('goes on to the next control plane when etcd and the API server are well', () => {
    for (const wait of ['Wait until all members of etcd are well', 'Wait until the API server of this node is ready'])
      expect(waits(graph, ['cp2', 'Let the pods go elsewhere'], ['cp1', wait]), wait).to.equal(true);
  });
});

describe('the return to a snapshot of etcd', function () {
  this.timeout(60_000);
  let graph: Graph;
  before(async () => {
    const extraVars = [`snapshot=${join(packageRoot, 'package.json')}`, 'confirm=cp1,cp2,cp3'];
    graph = await graphOf('restore-etcd.yml', {inventory: 'lab-ha', extraVars});
  });

  it('touches no data before every member has ended, and starts none before all have their data', () => {
    const data = 'Put the data of the snapshot in the place of what etcd held';
    expect(waits(graph, ['cp1', data], ['cp3', 'Wait until they have ended'])).to.equal(true);
    expect(waits(graph, ['cp1', 'Let the kubelet run etcd'], ['cp3', data])).to.equal(true);
  });
});
