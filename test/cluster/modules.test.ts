import {expect} from 'chai';
import {Machine} from '../../engine/connect/machine.js';
import {settingsOf} from '../../engine/connect/settings.js';
import type {Host} from '../../engine/host.js';
import {ask, Refused} from '../../engine/task.js';
import {kubeObjectFact} from '../../tasks/facts/kube_object.js';
import {registry} from '../../tasks/index.js';
import {taskOf, type Args} from '../tasks/on-shells.js';
import {performOn, planOn, readFact, readFacts, type Performed} from '../tasks/perform.js';
import type {Fleet} from './fleet.js';
import {Kubectl} from './kubectl.js';
import {withFleet} from './with-fleet.js';
import {haveWorkload, namespace} from './workload.js';

/** What a task tells of the state that is there. */
async function told(host: Host, name: string, args: Args): Promise<Readonly<Record<string, unknown>>> {
  const task = taskOf(name, args);
  return task.module.output?.(task.args, await readFacts(host, task.module, task.args)) ?? {};
}

describe('modules for clusters, on a real one', () => {
  const started = withFleet();
  let fleet: Fleet;
  let kubectl: Kubectl;
  let machine: Machine;
  let cp1: Host;

  /** Plans, applies, reads again; the second plan must be empty. */
  async function perform(name: string, args: Args): Promise<Performed> {
    const performed = await performOn(cp1, {...taskOf(name, args), kinds: registry.kinds});
    expect(performed.broken, `promises of ${name}`).to.deep.equal([]);
    expect(performed.again, `second plan of ${name}`).to.equal(undefined);
    return performed;
  }

  async function refusalOf(name: string, args: Args): Promise<string> {
    const error: unknown = await planOn(cp1, taskOf(name, args)).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Refused);
    return (error as Refused).message;
  }

  before(async () => {
    fleet = started.fleet;
    await fleet.succeed();
    kubectl = new Kubectl(fleet);
    const variables = {
      ansible_host: fleet.lab.host('cp1').address,
      ansible_user: 'root',
      ansible_ssh_private_key_file: fleet.lab.files.key,
      ansible_ssh_known_hosts_file: fleet.lab.files.knownHosts,
    };
    machine = new Machine({...settingsOf({name: 'cp1', variables}).settings, agent: undefined}, {patience: 20});
    cp1 = machine.host({user: 'root', context: 'plain'});
  });
  after(() => (machine as Machine | undefined)?.close());

  it('know the cluster by its authority, from each of its machines', async () => {
    const key = {kubeconfig: '/etc/kubernetes/admin.conf', apiVersion: 'v1', kind: 'Namespace', name: 'default'};
    const {identity, live} = await readFact(cp1, ask(kubeObjectFact, key));
    expect(live).to.have.nested.property('metadata.name', 'default');
    expect(identity).to.match(/^[0-9a-f]{64}$/);
  });

  it('label and taint a node', async () => {
    const label = {'example.org/disk': 'fast-1.x', 'example.org/empty': ''};
    const taints = [{key: 'example.org/only', value: 'build', effect: 'PreferNoSchedule'}];
    await perform('kube_node', {name: 'w2', labels: label, taints});
    const node = await kubectl.get('node w2');
    expect(node.metadata.labels).to.include(label);
    expect(await told(cp1, 'kube_node', {name: 'w2'})).to.deep.include({
      taints: ['example.org/only=build:PreferNoSchedule'],
      schedulable: true,
    });
    await perform('kube_node', {name: 'w2', labels: {'example.org/disk': null, 'example.org/empty': null}, taints: []});
    expect((await kubectl.get('node w2')).metadata.labels).to.not.have.any.keys(Object.keys(label));
  });

  it('drain a node: lose no pod by accident, keep budgets of disruption, end in time', async () => {
    await haveWorkload(kubectl);
    const drained = {name: 'w2', state: 'drained', timeout: 20};
    expect(await refusalOf('kube_node', drained)).to.include(`${namespace}/quiet`);
    await kubectl.run(`-n ${namespace} delete pod quiet`);
    const budget = (least: number): unknown => ({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: {name: 'web', namespace},
      spec: {minAvailable: least, selector: {matchLabels: {app: 'web'}}},
    });
    await kubectl.run('apply -f -', JSON.stringify(budget(2)));
    const stuck: unknown = await perform('kube_node', drained).catch((reason: unknown) => reason);
    expect(stuck).to.have.property('name', 'CommandFailed');
    expect(stuck).to.have.nested.property('result.stderr').that.includes('disruption budget');
    await kubectl.run('apply -f -', JSON.stringify(budget(1)));
    const {change} = await perform('kube_node', {...drained, timeout: 120});
    expect(change?.summary).to.match(/^drain \(\d pods?\) node w2$/);
    const pods = await kubectl.list(`pods -n ${namespace} --field-selector=spec.nodeName=w2`);
    expect(pods.map(({metadata}) => metadata.name)).to.deep.equal([]);
    await perform('kube_node', {name: 'w2', state: 'uncordoned'});
    await kubectl.run(`-n ${namespace} rollout status deployment/web --timeout=60s`);
    await perform('kube_node', {name: 'w2', state: 'cordoned'});
    await perform('kube_node', {name: 'w2', state: 'uncordoned'});
  });

  it("change kubeadm's configuration in the cluster and in its file, and nothing else of it", async () => {
    const cluster = {apiServer: {extraArgs: [{name: 'audit-log-maxage', value: '31'}]}};
    const file = '/root/kubeadm.yaml';
    const before = (await told(cp1, 'kubeadm_config', {}))['cluster'] as {apiServer: {extraArgs: unknown[]}};
    await perform('kubeadm_config', {cluster, file, mode: '0600'});
    const after = (await told(cp1, 'kubeadm_config', {}))['cluster'] as typeof before;
    expect(after.apiServer.extraArgs).to.have.length(before.apiServer.extraArgs.length);
    expect(after.apiServer.extraArgs).to.deep.include({name: 'audit-log-maxage', value: '31'});
    expect({...after, apiServer: 0}).to.deep.equal({...before, apiServer: 0});
    const text = (await cp1.run(`cat ${file}`)).stdout;
    expect(text.split('---\n')).to.have.length(3);
    const config = await kubectl.run(
      '-n kube-system get configmap kubeadm-config -o jsonpath={.data.ClusterConfiguration}',
    );
    expect(config).to.include('audit-log-maxage');
    await perform('kubeadm_config', {cluster: {apiServer: {extraArgs: [{name: 'audit-log-maxage', value: '30'}]}}});
    expect(await told(cp1, 'kubeadm_config', {}))
      .to.have.property('cluster')
      .that.deep.equals(before);
  });

  it("tell etcd's members, remove one that never started, and keep the last", async () => {
    const members = (await told(cp1, 'etcd_member', {}))['members'];
    expect(members).to.be.an('array').with.length(1);
    expect(members).to.have.nested.property('0.name', 'cp1');
    expect(members).to.have.nested.property('0.healthy', true);
    expect(await refusalOf('etcd_member', {name: 'cp1', state: 'absent'})).to.include('the last member');
    expect((await perform('etcd_member', {name: 'cp1', state: 'voting'})).change).to.equal(undefined);
    await cp1.run(
      'etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt --cert=/etc/kubernetes/pki/etcd/healthcheck-client.crt --key=/etc/kubernetes/pki/etcd/healthcheck-client.key member add late --learner --peer-urls=https://192.0.2.9:2380',
    );
    expect(await told(cp1, 'etcd_member', {name: '192.0.2.9'})).to.have.nested.property('member.learner', true);
    const {change} = await perform('etcd_member', {name: '192.0.2.9', state: 'absent'});
    expect(change?.summary).to.equal('remove etcd member https://192.0.2.9:2380');
  });

  it('delete a node, and have nothing to delete then', async () => {
    await perform('kube_node', {name: 'w2', state: 'absent'});
    expect((await kubectl.try('get node w2')).code).to.equal(1);
    expect((await perform('kube_node', {name: 'w2', state: 'absent'})).change).to.equal(undefined);
  });
});
