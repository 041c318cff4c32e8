import {expect} from 'chai';
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {haveBundle} from '../../lab/bundle/build.js';
import {releases} from '../../lab/bundle/releases.js';
import {holdConverged, holdUntouched} from '../bare-to-ready.js';
import {figures, seconds} from '../figures.js';
import {changedIn, problemsOf} from '../journal.js';
import {eventually, Kubectl} from '../kubectl.js';
import {startPlay, tail, type Played} from '../play.js';
import {kubeProcesses} from '../processes.js';
import {etcdctl} from '../ha/faults.js';
import {runningIn} from '../upgrade/cluster-version.js';
import {holdVerified} from '../verified.js';
import {withFleet} from '../with-fleet.js';
import {holdTraffic, talker} from './traffic.js';

const namespace = 'u7s-rootful';
const young = releases['1.34'].versions.kubernetes;
const hosts = ['lb1', 'cp1', 'cp2', 'w1', 'w2'];

describe('a cluster that runs as root', () => {
  const started = withFleet({inventory: 'lab-rootful', hosts, name: 'rootful', prefix: '10.129.0', ids: 6});
  let kubectl: Kubectl;
  /** The inventory with all nodes. */
  let all: string;

  after(() => {
    for (const line of figures.splice(0)) process.stderr.write(`    ${line}\n`);
  });

  async function editInventory(change: (text: string) => string): Promise<void> {
    const text = await readFile(started.fleet.inventory, 'utf8');
    expect(change(text), 'the inventory').to.not.equal(text);
    await writeFile(started.fleet.inventory, change(text));
  }

  const migrate = (node: string, ...words: readonly string[]): Promise<Played> =>
    started.fleet.play('playbooks/migrate-node.yml', '-e', `node=${node}`, ...words);

  const rootless = async (): Promise<unknown> => {
    const list = await kubectl.list('nodes');
    return Object.fromEntries(list.map(({metadata}) => [metadata.name, metadata.labels?.['u7s/rootless']]));
  };

  /** Holds that a node was taken out, came back in the namespaces of its user, and left nothing of root on its host. */
  async function holdMigrated(node: string, ...words: readonly string[]): Promise<void> {
    const played = await migrate(node, ...words);
    expect(played.code, [...problemsOf(played), tail(played)].join('\n')).to.equal(0);
    figures.push(`${node} becomes rootless: ${seconds(played.milliseconds)}`);
    const found = await kubeProcesses(started.fleet, node);
    expect(found.map(({name}) => name)).to.include.members(['kubelet', 'containerd', 'kube-proxy', 'flanneld']);
    expect(found.filter(({uid, inside}) => uid === 0 || !inside)).to.deep.equal([]);
    const left = '{ iptables-save; ip -brief link; } | grep -E "KUBE-|FLANNEL|flannel.1|cni0" || true';
    expect(await started.fleet.on(node, left)).to.equal('');
    const again = await migrate(node);
    expect(again.code, tail(again)).to.equal(0);
    expect(changedIn(again)).to.deep.equal([]);
  }

  it('is told beforehand, and bare hosts are left as they are', () => holdUntouched(started.fleet));

  it('is made without any rootless node, of the release before the usual one', async () => {
    const {fleet} = started;
    const bundle = await haveBundle((line) => process.stderr.write(`    ${line}\n`), '1.33');
    all = await readFile(fleet.inventory, 'utf8');
    await writeFile(fleet.inventory, all.replaceAll(/^ +(cp2|w1): .*\n/gm, ''));
    const older = releases['1.33'].versions.kubernetes;
    await fleet.succeed('-e', `kubernetes_version=${older}`, '-e', `bundle_folder=${bundle}`);
    kubectl = new Kubectl(fleet);
    expect(await rootless()).to.deep.equal({cp1: 'false', w2: 'false'});
    expect((await runningIn(kubectl)).kubelets).to.deep.equal({cp1: `v${older}`, w2: `v${older}`});
  });

  it('is upgraded', async () => {
    await kubectl.run('create configmap kept --from-literal=word=kept');
    await started.fleet.succeed('playbooks/upgrade.yml');
    expect((await runningIn(kubectl)).kubelets).to.deep.equal({cp1: `v${young}`, w2: `v${young}`});
    await holdConverged(started.fleet, ['lb1', 'cp1', 'w2']);
  });

  it('goes back to what etcd held before, and forward again', async () => {
    const {fleet} = started;
    await kubectl.run('delete configmap kept');
    const snapshot = join(fleet.folder, 'before.db');
    const fetch = {src: `/etc/kubernetes/snapshots/before-${young}.db`, dest: snapshot, flat: true, mode: '0600'};
    await startPlay(['adhoc', 'cp1', '-m', 'fetch', '-a', JSON.stringify(fetch), '-i', fleet.inventory], fleet.folder)
      .ended;
    await fleet.succeed('playbooks/restore-etcd.yml', '-e', `snapshot=${snapshot}`, '-e', 'confirm=cp1');
    const word = async (): Promise<string> => (await kubectl.try('get configmap kept -o jsonpath={.data.word}')).stdout;
    await eventually('what was deleted is back', word, {holds: (said) => said === 'kept', seconds: 30});
    await eventually('all kubelets tell their version', () => runningIn(kubectl), {
      holds: ({kubelets}) => Object.values(kubelets).every((version) => version === `v${young}`),
      seconds: 120,
    });
    await fleet.succeed('playbooks/upgrade.yml');
    await holdConverged(fleet, ['lb1', 'cp1', 'w2']);
    await writeFile(fleet.inventory, all);
  });

  it('takes a rootless control plane and a rootless worker in, though its machine dies as a learner of etcd', async () => {
    const {fleet} = started;
    const playing = fleet.start();
    // kubeadm writes it when the learner is announced.
    const manifest = '/home/u7s-admin/.local/share/u7s/etc_kubernetes/manifests/etcd.yaml';
    await fleet.on('cp2', `until [ -e ${manifest} ]; do sleep 0.05; done`, {timeout: 900});
    await fleet.lab.kill('cp2');
    playing.kill();
    await playing.ended;
    expect(
      await fleet.on('cp1', `PATH=/usr/libexec/u7s:$PATH; ${etcdctl} member list | grep -cv ', started, .*, false$'`),
    ).to.equal('1');
    await fleet.lab.start('cp2');
    const played = await fleet.succeed();
    figures.push(`a rootless control plane ends its join: ${seconds(played.milliseconds)}`);
    expect(await rootless()).to.deep.equal({cp1: 'false', cp2: 'true', w1: 'true', w2: 'false'});
  });

  it('runs the API servers and etcd of both kinds', async () => {
    const pods = await kubectl.list('pods -n kube-system -l tier=control-plane');
    const names = pods.map(({metadata}) => metadata.name).filter((name) => /^(etcd|kube-apiserver)-/.test(name));
    expect(names.sort()).to.deep.equal(['etcd-cp1', 'etcd-cp2', 'kube-apiserver-cp1', 'kube-apiserver-cp2']);
    expect(await started.fleet.on('cp1', 'ps -o user= -C etcd')).to.equal('root');
    const found = await kubeProcesses(started.fleet, 'cp2');
    expect(found.filter(({uid, inside}) => uid === 0 || !inside)).to.deep.equal([]);
  });

  it('carries 100 MiB of TCP and packets of 8 KiB between control planes of both kinds, and between workers', async () => {
    const own = {apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace}};
    const pods = ['cp1', 'cp2', 'w1', 'w2'];
    const items = [own, ...pods.map((node) => talker(node, {namespace, node}))];
    await kubectl.run('apply -f -', JSON.stringify({apiVersion: 'v1', kind: 'List', items}));
    await kubectl.run(`-n ${namespace} wait pod ${pods.join(' ')} --for=condition=Ready --timeout=90s`);
    for (const [from, to] of [
      ['cp1', 'cp2'],
      ['cp2', 'cp1'],
      ['w1', 'w2'],
      ['w2', 'w1'],
      ['w1', 'cp1'],
    ] as const) {
      const address = (await kubectl.get(`pod ${to} -n ${namespace}`)).status.podIP ?? '';
      const took = await holdTraffic(kubectl, `${namespace}/${from}`, address);
      figures.push(`100 MiB of TCP from ${from} to ${to}: ${took.toFixed(1)} s`);
    }
    await kubectl.run(`delete namespace ${namespace}`);
  });

  it('has nothing to do in a second run', () => holdConverged(started.fleet));

  it('is as verify says', () => holdVerified(started.fleet, {balancer: true, bothKinds: true}));

  function expectRefused(played: Played, says: RegExp): void {
    expect(played.code, tail(played)).to.equal(2);
    expect(problemsOf(played).join('\n')).to.match(says);
    expect(changedIn(played)).to.deep.equal([]);
  }

  it('lets no node become rootless by the way, or without the inventory', async () => {
    expectRefused(await migrate('w2'), /w2 is not a rootless node in the inventory/);
    await editInventory((text) => text.replace(/^( +w2: .*)rootless: false, u7s_data: \S+ /m, '$1'));
    expectRefused(await started.fleet.play(), /runs as root of its host.*migrate-node\.yml -e node=w2/);
  });

  it('has a worker brought back in the namespaces of its user', () => holdMigrated('w2'));

  it('lets no control plane go that would begin a second cluster, or whose data nobody gave up', async () => {
    await editInventory((text) => text.replace(/^( +cp1: .*)rootless: false, u7s_data: \S+ /m, '$1'));
    expectRefused(await migrate('cp1', '-e', 'confirm=cp1'), /cp1 is the first of the group control_plane/);
    await editInventory((text) => text.replace(/^( +cp1: .*\n)( +cp2: .*\n)/m, '$2$1'));
    expectRefused(await migrate('cp1'), /say -e confirm=cp1 to lose it/);
  });

  it('has its first control plane brought back likewise', () => holdMigrated('cp1', '-e', 'confirm=cp1'));

  it('lets no rootless node become rootful by the way', async () => {
    const text = await readFile(started.fleet.inventory, 'utf8');
    await editInventory((now) => now.replace(/^( +w2: \{)/m, '$1rootless: false, u7s_data: /var/lib/u7s, '));
    expectRefused(await started.fleet.play(), /this node is rootless, and the inventory says rootless: false/);
    await writeFile(started.fleet.inventory, text);
  });

  it('is rootless then, and leaves nothing to do', async () => {
    expect(await rootless()).to.deep.equal({cp1: 'true', cp2: 'true', w1: 'true', w2: 'true'});
    const networks = await kubectl.list('daemonsets -n kube-flannel');
    expect(networks.map(({metadata}) => metadata.name)).to.deep.equal(['kube-flannel-ds']);
    await holdConverged(started.fleet);
    await holdVerified(started.fleet, {balancer: true});
  });
});
