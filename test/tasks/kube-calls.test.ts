import {spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import type {ExecResult} from '../../engine/host.js';
import {bootstrapTokenFact} from '../../tasks/facts/bootstrap_token.js';
import {kubeNodeFact, type NodeKey} from '../../tasks/facts/kube_node.js';
import {kubeObjectFact, type ObjectKey} from '../../tasks/facts/kube_object.js';
import {kubeStatusFact, type Condition, type StatusKey} from '../../tasks/facts/kube_status.js';
import {kubeadmMemberFact} from '../../tasks/facts/kubeadm_member.js';
import {answers} from '../../tasks/kube/answer.js';

/** Runs a script with a kubectl of our own, which writes its words down. */
function tell(script: string, kubectl: string): {readonly result: ExecResult; readonly calls: readonly string[]} {
  const folder = mkdtempSync(join(tmpdir(), 'kube-facts-'));
  try {
    const log = join(folder, 'calls');
    writeFileSync(log, '');
    writeFileSync(join(folder, 'kubectl'), `#!/bin/sh\nprintf '%s\\n' "$*" >>${log}\n${kubectl}\n`);
    chmodSync(join(folder, 'kubectl'), 0o755);
    const {status, stdout} = spawnSync('/bin/sh', ['-c', script], {
      env: {PATH: `${folder}:/usr/bin:/bin`},
      encoding: 'utf8',
    });
    return {result: {code: status ?? 1, stdout, stderr: ''}, calls: readFileSync(log, 'utf8').trim().split('\n')};
  } finally {
    rmSync(folder, {recursive: true});
  }
}

describe('objects of the API', () => {
  const keys: readonly ObjectKey[] = ['a', 'b'].map((name) => ({
    kubeconfig: '/k',
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: 'n',
    name,
  }));

  const ask = (kubectl: string): ReturnType<typeof tell> => tell(kubeObjectFact.script(keys), kubectl);

  it('are read in one call', () => {
    const object = '{"kind":"ConfigMap","metadata":{"name":"b","namespace":"n"}}';
    const {result, calls} = ask(`case "$*" in *version | *minify*) ;; *) cat >/dev/null; echo '${object}' ;; esac`);
    expect(calls).to.have.length(3);
    expect(kubeObjectFact.parse(keys, result).map(({live}) => live?.metadata.name)).to.deep.equal([undefined, 'b']);
  });

  it('are asked for only after the server has answered at all', () => {
    const {result, calls} = ask('echo "Unable to connect to the server: EOF"; exit 1');
    expect(calls).to.have.length(2);
    expect(() => kubeObjectFact.parse(keys, result)).to.throw('the cluster does not answer');
  });

  it('are asked for one by one where the server does not know a kind', () => {
    const {result, calls} = ask(`case "$*" in *version | *minify*) exit 0 ;; esac
case $(cat) in
  *'"a"'*) echo 'error: resource mapping not found: no matches for kind "ConfigMap"'; exit 1 ;;
  *) echo '{"kind":"ConfigMap","metadata":{"name":"b","namespace":"n"}}' ;;
esac`);
    expect(calls.filter((call) => call.includes(' get -f '))).to.have.length(3);
    expect(kubeObjectFact.parse(keys, result)).to.deep.equal([
      {cluster: true, live: null},
      {cluster: true, live: {kind: 'ConfigMap', metadata: {name: 'b', namespace: 'n'}}},
    ]);
  });
});

describe('nodes of a cluster', () => {
  const keys: readonly NodeKey[] = [
    {kubeconfig: '/k', name: 'cp1'},
    {kubeconfig: '/k', name: 'w9', pods: true},
    {kubeconfig: '/k', name: 'w1', pods: true},
  ];
  const node = (name: string): string => `{"kind":"Node","metadata":{"name":"${name}","labels":{"of":"${name}"}}}`;

  it('are read in one call, and the pods of each in one of its own', () => {
    const {result, calls} = tell(
      kubeNodeFact.script(keys),
      `case "$*" in
  *'get node'*) echo '{"kind":"List","items":[${node('cp1')},${node('w1')}]}' ;;
  *nodeName=w1*) echo '{"items":[{"metadata":{"namespace":"n","name":"p"},"spec":{}}]}' ;;
  *nodeName*) echo '{"items":[]}' ;;
esac`,
    );
    expect(calls.filter((call) => call.includes('get node'))).to.have.length(1);
    expect(calls).to.have.length(5);
    const states = kubeNodeFact.parse(keys, result);
    expect(states.map(({exists, labels}) => [exists, labels['of']])).to.deep.equal([
      [true, 'cp1'],
      [false, undefined],
      [true, 'w1'],
    ]);
    expect(states.map(({pods}) => pods?.length)).to.deep.equal([undefined, 0, 1]);
  });

  it('are told where only one is asked for', () => {
    const [key] = keys.slice(0, 1);
    const {result} = tell(
      kubeNodeFact.script(keys.slice(0, 1)),
      `case "$*" in *'get node'*) echo '${node('cp1')}' ;; esac`,
    );
    expect(key && kubeNodeFact.parse([key], result)[0]?.labels).to.deep.equal({of: 'cp1'});
  });
});

describe('what is waited for in a cluster', () => {
  const of = (...conditions: readonly Condition[]): readonly StatusKey[] =>
    conditions.map((condition) => ({kubeconfig: '/k', condition}));
  const keys = of(
    {type: 'nodes', names: ['cp1', 'w1']},
    {type: 'nodes', names: ['cp1']},
    {type: 'rollout', resource: 'ds/proxy', namespace: 'kube-system'},
    {type: 'rollout', resource: 'deployment/dns', namespace: 'kube-system'},
    {type: 'rollout', resource: 'deployment/gone', namespace: 'kube-system'},
    {type: 'pods', namespaces: ['kube-system']},
    {type: 'pods', namespaces: ['other', 'kube-system']},
    {type: 'endpoints', service: 'api', namespace: 'default', addresses: ['10.0.0.2', '10.0.0.1']},
    {type: 'endpoints', service: 'api', namespace: 'default', addresses: ['10.0.0.1']},
  );
  const lines = `Node|/cp1|True||||,,,,
Node|/w1|False||||,,,,
DaemonSet|kube-system/proxy|||||2,2,2,1,1
Deployment|kube-system/dns|||||2,2,1,3,3
Pod|kube-system/a|True|Running|||,,,,
Pod|kube-system/job|False|Succeeded|||,,,,
Pod|other/b|False|Pending|||,,,,
EndpointSlice|default/api-1|||api|10.0.0.1 |,,,1,
EndpointSlice|default/api-2|||api|10.0.0.2 |,,,1,
EndpointSlice|default/web-1|||web|10.0.0.9 |,,,1,`;
  const wanted = [
    [false, 'w1 is not Ready'],
    [true, ''],
    [true, ''],
    [false, '1 of 2 ready'],
    [false, 'not there'],
    [true, ''],
    [false, 'not ready: other/b Pending'],
    [true, ''],
    [false, 'it leads to 10.0.0.1 10.0.0.2'],
  ];

  it('is told by one call', () => {
    const {result, calls} = tell(kubeStatusFact.script(keys), `case "$*" in *-o*) cat <<'END'\n${lines}\nEND\nesac`);
    expect(calls).to.have.length(2);
    expect(calls[1]).to.contain('get nodes,daemonsets.apps,deployments.apps,pods,endpointslices -A -o');
    expect(kubeStatusFact.parse(keys, result).map(({holds, missing}) => [holds, missing])).to.deep.equal(wanted);
  });

  it('is told by a call for each where all cannot be asked together', () => {
    const {result} = tell(
      kubeStatusFact.script(keys),
      `case "$*" in *,*-A*) exit 1 ;; *-o*) cat <<'END'\n${lines}\nEND\nesac`,
    );
    expect(kubeStatusFact.parse(keys, result).map(({holds, missing}) => [holds, missing])).to.deep.equal(wanted);
  });

  it('is told of each resource that is not well-known by itself', () => {
    const other = of({type: 'rollout', resource: 'rollouts.example/web', namespace: 'n'});
    const {result, calls} = tell(kubeStatusFact.script(other), `case "$*" in *-o*) echo 1,1,0,1,1 ;; esac`);
    expect(calls[1]).to.contain('-n n get rollouts.example/web -o');
    expect(kubeStatusFact.parse(other, result)).to.deep.equal([{holds: false, missing: '0 of 1 ready'}]);
  });

  it('is not asked for where no server answers', () => {
    const {result, calls} = tell(kubeStatusFact.script(keys), 'echo "Unable to connect to the server: EOF"; exit 1');
    expect(calls).to.have.length(1);
    expect(kubeStatusFact.parse(keys, result)[0]).to.deep.equal({
      holds: false,
      missing: 'Unable to connect to the server: EOF',
    });
  });
});

describe('facts about a cluster that are asked together', () => {
  it('ask only once whether it answers, and whose it is', () => {
    const object: ObjectKey = {kubeconfig: '/k', apiVersion: 'v1', kind: 'ConfigMap', name: 'a'};
    const scripts = [
      kubeObjectFact.script([object]),
      kubeNodeFact.script([{kubeconfig: '/k', name: 'cp1'}]),
      bootstrapTokenFact.script([{kubeconfig: '/k'}, {kubeconfig: '/other'}]),
    ];
    const {calls, result} = tell(scripts.join('\n'), 'case "$*" in *"-f -"*) cat >/dev/null ;; esac');
    const count = (words: string): number => calls.filter((call) => call.includes(words)).length;
    expect([count('/version'), count('--minify')]).to.deep.equal([2, 2]);
    expect(answers(result.stdout)).to.have.length(2 + 2 + 4 + 4);
  });
});

describe('the membership of a node', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kube-member-'));
    for (const name of ['manifests', 'e/member']) mkdirSync(join(folder, name), {recursive: true});
    for (const name of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'])
      writeFileSync(join(folder, `manifests/${name}.yaml`), '');
    writeFileSync(join(folder, 'kubelet.conf'), '');
  });
  afterEach(() => {
    rmSync(folder, {recursive: true});
  });

  it('is told by one call, with the mark of a control plane', () => {
    const key = {folder, kubeletConf: '/k', nodeName: 'cp1', etcdFolder: join(folder, 'e')};
    const label = '"node-role.kubernetes.io/control-plane"';
    const told = (object: string): unknown => {
      const {calls, result} = tell(kubeadmMemberFact.script([key]), `echo '${object}'`);
      expect(calls).to.have.length(1);
      expect(calls[0]).to.contain('get --raw /api/v1/nodes/cp1');
      return kubeadmMemberFact.parse([key], result)[0];
    };
    expect(told(`{"metadata":{"labels":{${label}:""}}}`)).to.deep.equal({membership: 'member', etcdData: true});
    expect(told(`{"metadata":{"labels":{}},"spec":{"taints":[{"key":${label}}]}}`)).to.deep.equal({
      membership: 'incomplete',
      missing: ['mark'],
      etcdData: true,
    });
  });

  it('is told of a node that its cluster does not know any more', () => {
    const key = {folder, kubeletConf: '/k', nodeName: 'w1'};
    const {result} = tell(
      kubeadmMemberFact.script([key]),
      `echo 'Error from server (NotFound): nodes "w1" not found' >&2; exit 1`,
    );
    expect(kubeadmMemberFact.parse([key], result)[0]?.membership).to.equal('deleted');
  });
});
