import {expect} from 'chai';
import {holdConverged, holdUntouched} from '../bare-to-ready.js';
import {figures} from '../figures.js';
import {Kubectl} from '../kubectl.js';
import {changedIn, problemsOf} from '../journal.js';
import {tail} from '../play.js';
import {holdVerified} from '../verified.js';
import {withFleet} from '../with-fleet.js';
import {holdTraffic, talker} from './traffic.js';

const namespace = 'u7s-mixed';

describe('a rootless cluster with a worker that is not', () => {
  const started = withFleet({
    inventory: 'lab-mixed',
    hosts: ['lb1', 'cp1', 'w1', 'w2'],
    name: 'mixed',
    prefix: '10.125.0',
    ids: 8,
  });
  let kubectl: Kubectl;

  after(() => {
    for (const line of figures) process.stderr.write(`    ${line}\n`);
  });

  it('is told beforehand, and bare hosts are left as they are', () => holdUntouched(started.fleet));

  it('is made in one run', async () => {
    const played = await started.fleet.converge();
    expect(problemsOf(played), tail(played)).to.deep.equal([]);
    kubectl = new Kubectl(started.fleet);
  });

  it('tells by a label which nodes are rootless', async () => {
    const list = await kubectl.list('nodes');
    expect(Object.fromEntries(list.map(({metadata}) => [metadata.name, metadata.labels?.['u7s/rootless']]))).to.deep.equal({cp1: 'true', w1: 'true', w2: 'false'}); // prettier-ignore
  });

  it('runs the kubelet as a service of the system where it is not rootless', async () => {
    expect(await started.fleet.on('w2', 'systemctl is-active u7s-kubelet u7s-containerd')).to.equal('active\nactive');
    expect(await started.fleet.on('w2', 'ps -o user= -C kubelet')).to.equal('root');
  });

  it('carries 100 MiB of TCP and packets of 8 KiB both ways', async () => {
    const own = {apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace}};
    const items = [own, talker('one', {namespace, node: 'w1'}), talker('other', {namespace, node: 'w2'})];
    await kubectl.run('apply -f -', JSON.stringify({apiVersion: 'v1', kind: 'List', items}));
    await kubectl.run(`-n ${namespace} wait pod/one pod/other --for=condition=Ready --timeout=90s`);
    const address = async (pod: string): Promise<string> =>
      (await kubectl.get(`pod ${pod} -n ${namespace}`)).status.podIP ?? '';
    const there = await holdTraffic(kubectl, `${namespace}/one`, await address('other'));
    const back = await holdTraffic(kubectl, `${namespace}/other`, await address('one'));
    figures.push(`100 MiB of TCP: rootless to rootful ${there.toFixed(1)} s, back ${back.toFixed(1)} s`);
  });

  it('has nothing to do in a second run', () => holdConverged(started.fleet));

  it('is as verify says', () => holdVerified(started.fleet, {balancer: true}));

  it('is taken away whole, and leaves nothing that runs on hosts of either kind', async () => {
    const reset = ['playbooks/reset.yml', '-e', 'confirm=cp1'];
    await started.fleet.succeed(...reset);
    const left = `pgrep -l '^(kube|etcd|containerd|flannel|rootlesskit|pause|coredns)'
{ iptables-save; ip -brief link; } 2>/dev/null | grep -E 'KUBE-|FLANNEL|flannel.1|cni0'
grep -E ' /(run/containerd|run/netns|var/lib/kubelet)/' /proc/mounts
ls -d /etc/u7s /opt/u7s /etc/kubernetes/* /var/lib/containerd /etc/systemd/system/u7s-* /home/u7s-admin 2>/dev/null; true`;
    for (const host of ['cp1', 'w1', 'w2']) expect(await started.fleet.on(host, left), host).to.equal('');
    expect(changedIn(await started.fleet.succeed(...reset))).to.deep.equal([]);
  });
});
