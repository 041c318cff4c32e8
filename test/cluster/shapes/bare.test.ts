import {expect} from 'chai';
import {holdConverged, holdMade, holdUntouched} from '../bare-to-ready.js';
import {figures} from '../figures.js';
import type {Fleet, Site} from '../fleet.js';
import {changedIn, problemsOf} from '../journal.js';
import {Kubectl} from '../kubectl.js';
import {tail} from '../play.js';
import {holdVerified} from '../verified.js';
import {withFleet} from '../with-fleet.js';

const site: Site = {inventory: 'lab-bare', hosts: ['cp1', 'w1', 'w2'], name: 'bare', prefix: '10.122.0', ids: 5};

describe('a cluster without a balancer', () => {
  const started = withFleet(site);
  let fleet: Fleet;

  before(() => {
    fleet = started.fleet;
  });

  after(() => {
    for (const line of figures) process.stderr.write(`    ${line}\n`);
  });

  it('is told beforehand, and bare hosts are left as they are', () => holdUntouched(fleet));

  it('is made of bare hosts in one run', () => holdMade(fleet));

  it('leaves nothing to do', () => holdConverged(fleet));

  it('is asked at its control plane itself', async () => {
    const kubectl = new Kubectl(fleet);
    const {address} = fleet.lab.host('cp1');
    const server = await kubectl.run('config view -o jsonpath={.clusters[*].cluster.server}');
    expect(server).to.equal(`https://${address}:6443`);
    expect(await kubectl.run('get --raw /readyz')).to.equal('ok');
    expect(await fleet.on('w1', '/usr/libexec/u7s/u7s-enter cat /etc/kubernetes/kubelet.conf')).to.contain(
      'server: https://cp1:6443\n',
    );
  });

  it('is as verify says', () => holdVerified(fleet, {}));

  it('is not turned into one with a balancer, and the way is told', async () => {
    const checks = [
      ['control_plane_endpoint=w1:8443', /the running cluster is at another endpoint[^]*make a new cluster/],
      ['virtual_ip=10.122.0.30', /nothing of that kind is at control_plane_endpoint cp1:6443/],
    ] as const;
    for (const [variable, reason] of checks) {
      const played = await fleet.play('-e', variable);
      expect(played.code, tail(played)).to.equal(2);
      expect(problemsOf(played).join('\n')).to.match(reason);
      expect(changedIn(played)).to.deep.equal([]);
    }
  });
});
