import {expect} from 'chai';
import {holdConverged, holdMade, holdUntouched} from '../bare-to-ready.js';
import {figures, seconds} from '../figures.js';
import type {Fleet, Site} from '../fleet.js';
import {endedAs} from '../journal.js';
import {Kubectl} from '../kubectl.js';
import {holdVerified} from '../verified.js';
import {withFleet} from '../with-fleet.js';
import {watch} from './availability.js';
import {describeControls} from './controls.js';
import {described, endure, wellAgain} from './endure.js';
import {faults, holder} from './faults.js';
import {describeMembers} from './members.js';
import {describeRenewal} from './renewal.js';

const site: Site = {
  inventory: 'lab-ha',
  hosts: ['lb1', 'lb2', 'reg', 'cp1', 'cp2', 'cp3', 'w1', 'w2'],
  name: 'hatest',
  prefix: '10.67.0',
  ids: 4,
};

/** Milliseconds after which new connections have to be answered again. */
const bound = 5000;
/** The same for what the service `kubernetes` leads to. */
const serviceBound = 30_000;

describe('three control planes behind two balancers', () => {
  const started = withFleet(site);
  let fleet: Fleet;
  let kubectl: Kubectl;

  before(() => {
    fleet = started.fleet;
    kubectl = new Kubectl(fleet);
  });

  after(() => {
    for (const line of figures) process.stderr.write(`    ${line}\n`);
  });

  it('are told beforehand, and bare hosts are left as they are', () => holdUntouched(fleet));

  it('are made of bare hosts in one run', () => holdMade(fleet));

  it('leave nothing to do', () => holdConverged(fleet));

  it('are all behind the service kubernetes, each with its own address', async () => {
    const path = '-o jsonpath={.items[*].endpoints[*].addresses[0]}';
    const addresses = await kubectl.run(`get endpointslices -l kubernetes.io/service-name=kubernetes ${path}`);
    const expected = ['cp1', 'cp2', 'cp3'].map((host) => fleet.lab.host(host).address);
    expect(addresses.split(' ').sort()).to.deep.equal(expected);
  });

  it('leave neither tokens nor lent certificates behind', async () => {
    expect(await kubectl.run('-n kube-system get secrets -o name')).to.not.match(/bootstrap-token|kubeadm-certs/);
  });

  it('are as verify says', async () => {
    // On a busy machine a balancer may just miss an API server.
    await wellAgain(fleet);
    await holdVerified(fleet, {balancer: true, virtualAddress: true, registry: true});
  });

  describeControls(started);

  it('keep the virtual address through a restart of networkd', async () => {
    const host = await holder(fleet);
    const watching = watch(`${site.prefix}.30`, 8443);
    await fleet.on(host, 'systemctl restart systemd-networkd');
    await wellAgain(fleet);
    const {longestGap} = await watching.end();
    expect(await holder(fleet)).to.equal(host);
    expect(longestGap).to.be.lessThan(bound);
  });

  for (const fault of faults) {
    it(`answer again within 5 s when ${fault.name}`, async () => {
      const endured = await endure(fleet, fault);
      const line = described(fault.name, endured);
      figures.push(line);
      expect(endured.balanced.longestGap, line).to.be.lessThan(bound);
      expect(endured.service, line).to.be.lessThan(serviceBound);
    });
  }

  describeRenewal(started);

  it('take a changed flag of rootlesskit one after the other, with no gap over 5 s', async () => {
    await wellAgain(fleet);
    const watching = watch(`${site.prefix}.30`, 8443);
    const played = await fleet.succeed('-e', '{"slirp_mtu": 65000}', '--limit', 'control_plane');
    const {longestGap, failed, requests} = await watching.end();
    const restarted = endedAs(played, 'changed').filter(({node}) => node.task === 'Restart the rootless namespaces');
    expect(restarted.map(({node}) => node.host)).to.deep.equal(['cp1', 'cp2', 'cp3']);
    const line = `a changed flag of rootlesskit: ${seconds(played.milliseconds)}, longest gap ${seconds(longestGap)}, ${failed} of ${requests} requests failed`;
    figures.push(line);
    expect(longestGap, line).to.be.lessThan(bound);
    await wellAgain(fleet);
  });

  describeMembers(started);
});
