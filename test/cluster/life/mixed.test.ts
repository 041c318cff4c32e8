import {expect} from 'chai';
import {figures} from '../figures.js';
import {Kubectl} from '../kubectl.js';
import {changedIn, problemsOf} from '../journal.js';
import {tail} from '../play.js';
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

  it('has nothing to do in a second run', async () => {
    const played = await started.fleet.succeed();
    expect(changedIn(played), tail(played)).to.deep.equal([]);
  });
});
