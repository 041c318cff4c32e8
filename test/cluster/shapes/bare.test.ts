import {expect} from 'chai';
import {holdConverged, holdMade, holdUntouched} from '../bare-to-ready.js';
import {endingSoon, shorten, shownNames} from '../certificates.js';
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

  it('renews certificates before they end, and starts anew what reads them', async () => {
    await shorten(fleet, 'cp1', ['apiserver-kubelet-client', 'scheduler.conf']);
    const processes = (): Promise<string> =>
      fleet.on('cp1', 'pgrep -x kube-scheduler; pgrep -x kube-apiserver; pgrep -x etcd');
    const [scheduler, server, etcd] = (await processes()).split('\n');
    const checked = await fleet.succeed('--check');
    expect(changedIn(checked), tail(checked)).to.deep.equal(['cp1 control_plane/kubeadm_renewal']);
    expect(checked.output).to.contain(
      'renew apiserver-kubelet-client, scheduler.conf, of which the first ends in 9 days',
    );
    const played = await fleet.succeed();
    expect(changedIn(played), tail(played)).to.deep.equal(['cp1 control_plane/kubeadm_renewal']);
    const after = (await processes()).split('\n');
    expect(after[0]).to.not.equal(scheduler);
    expect(after[1]).to.not.equal(server);
    expect(after[2]).to.equal(etcd);
    expect(await endingSoon(fleet, 'cp1')).to.deep.equal([]);
    await holdConverged(fleet);
  });

  it('certifies its API server for a name more, and no longer for one that is taken away', async () => {
    const more = ['-e', '{"api_names": ["api.example.org", "192.0.2.10"]}'] as const;
    const changed = ['certificate', 'config'].map((what) => `cp1 control_plane/kubeadm_${what}`);
    const named = /DNS:api\.example\.org\b[^]*IP Address:192\.0\.2\.10\b/;
    const checked = await fleet.succeed(...more, '--check');
    expect(changedIn(checked), tail(checked)).to.deep.equal([...changed, 'cp1 control_plane/template']);
    expect(await shownNames(fleet, 'cp1')).to.not.match(/api\.example|192\.0\.2/);
    const played = await fleet.succeed(...more);
    expect(changedIn(played), tail(played)).to.deep.equal([...changed, 'cp1 control_plane/template']);
    expect(await shownNames(fleet, 'cp1')).to.match(named);
    const again = await fleet.succeed(...more);
    expect(changedIn(again), tail(again)).to.deep.equal([]);
    const less = await fleet.succeed();
    expect(changedIn(less), tail(less)).to.deep.equal([...changed, 'cp1 control_plane/template']);
    expect(await shownNames(fleet, 'cp1')).to.not.match(/api\.example|192\.0\.2/);
    await holdConverged(fleet);
  });

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
