import {execFileSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {NoAnswer, type AnyFactKind, type Remedy} from '../../engine/task.js';
import {bootstrapTokenFact} from '../../tasks/facts/bootstrap_token.js';
import {etcdMembersFact} from '../../tasks/facts/etcd_members.js';
import {kubeNodeFact} from '../../tasks/facts/kube_node.js';
import {kubeObjectFact} from '../../tasks/facts/kube_object.js';
import {kubeadmFact} from '../../tasks/facts/kubeadm.js';
import {kubeadmMemberFact} from '../../tasks/facts/kubeadm_member.js';
import {ociImageFact} from '../../tasks/facts/oci_image.js';
import {phases} from '../../tasks/kube/phases.js';

describe('a program that cannot be run', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'silence-'));
    for (const name of ['bin', 'k/pki/etcd', 'k/manifests', 'l', 'e']) mkdirSync(join(folder, name), {recursive: true});
    for (const tool of ['ls', 'cat', 'date', 'grep', 'readlink'])
      symlinkSync(`/${existsSync(`/usr/bin/${tool}`) ? 'usr/' : ''}bin/${tool}`, join(folder, 'bin', tool));
  });
  afterEach(() => {
    rmSync(folder, {recursive: true});
  });

  const kubeconfig = (): string => join(folder, 'k/admin.conf');
  const object = (): unknown => ({kubeconfig: kubeconfig(), apiVersion: 'v1', kind: 'ConfigMap', name: 'a'});
  const etcd = {endpoints: 'https://127.0.0.1:2379', cacert: '/c', cert: '/d', key: '/k'};
  const kubeadm = (): unknown => ({
    folder: join(folder, 'k'),
    kubeletFolder: join(folder, 'l'),
    etcdFolder: join(folder, 'e'),
    nodeName: 'cp1',
    kubeconfig: '/etc/kubernetes/admin.conf',
  });
  const member = (): unknown => ({
    folder: join(folder, 'k'),
    kubeletConf: '/etc/kubernetes/kubelet.conf',
    nodeName: 'w1',
  });

  function read(kind: AnyFactKind, key: unknown): unknown {
    const stdout = execFileSync('/bin/sh', ['-c', kind.script([key])], {
      env: {PATH: `${folder}/bin`},
      encoding: 'utf8',
    });
    return kind.parse([key], {code: 0, stdout, stderr: ''})[0];
  }

  function silenceOf(kind: AnyFactKind, key: unknown): NoAnswer {
    try {
      read(kind, key);
    } catch (error) {
      if (error instanceof NoAnswer) return error;
      throw error;
    }
    throw new Error('it answered');
  }

  function have(
    program: string,
    {mode = 0o755, says = ''}: {readonly mode?: number; readonly says?: string} = {},
  ): void {
    writeFileSync(join(folder, program), `#!/bin/sh\n${says}\n`);
    chmodSync(join(folder, program), mode);
  }

  it('tells that there is nothing where the machine never had it', () => {
    expect(read(ociImageFact, {namespace: 'k8s.io'})).to.deep.equal({images: {}});
    expect(read(etcdMembersFact, etcd)).to.deep.equal({exists: false, members: []});
    expect(read(kubeObjectFact, object())).to.deep.equal({cluster: false, live: null});
    expect(read(bootstrapTokenFact, {kubeconfig: kubeconfig()})).to.include({cluster: false});
    expect(read(kubeadmFact, kubeadm())).to.deep.equal({done: [], etcdData: false, authority: false});
    expect(read(kubeadmMemberFact, member())).to.deep.equal({membership: 'none'});
  });

  it('tells nothing where its name leads to what is not there, or may not be executed', () => {
    symlinkSync(join(folder, 'enter'), join(folder, 'bin/ctr'));
    const wanted: readonly Remedy[] = [
      {kind: 'file', id: join(folder, 'bin/ctr')},
      {kind: 'file', id: join(folder, 'enter')},
      {kind: 'file', named: 'ctr'},
      {kind: 'package'},
    ];
    const lost = silenceOf(ociImageFact, {namespace: 'k8s.io'});
    expect(lost.who).to.equal('ctr');
    expect(lost.message).to.contain(`(it lies at ${join(folder, 'bin/ctr')}, ${join(folder, 'enter')})`);
    expect(lost.remedies).to.deep.equal(wanted);
    have('enter', {mode: 0o644});
    expect(silenceOf(ociImageFact, {namespace: 'k8s.io'}).remedies).to.deep.equal(wanted);
  });

  it('tells nothing where it is there, and what it would run inside is not', () => {
    have('bin/etcdctl', {says: 'echo "failed to execute etcdctl: No such file or directory" >&2; exit 127'});
    expect(silenceOf(etcdMembersFact, etcd).message).to.match(/^etcdctl does not answer: failed to execute etcdctl/);
  });

  it('tells nothing where the machine has what it is for', () => {
    writeFileSync(kubeconfig(), '');
    for (const [kind, key] of [
      [kubeObjectFact, object()],
      [bootstrapTokenFact, {kubeconfig: kubeconfig()}],
      [kubeNodeFact, {kubeconfig: kubeconfig(), name: 'w1'}],
    ] as const)
      expect(silenceOf(kind, key).who, kind.name).to.equal('kubectl');
    writeFileSync(join(folder, 'k/kubelet.conf'), '');
    expect(silenceOf(kubeadmMemberFact, member()).who).to.equal('kubectl');
  });

  it('tells nothing of a control plane whose machine has done its own part', () => {
    for (const name of phases.filter(({online}) => !online).flatMap((phase) => phase.leaves('cp1')))
      writeFileSync(join(folder, name.startsWith('kubelet/') ? name.replace('kubelet', 'l') : `k/${name}`), '');
    expect(silenceOf(kubeadmFact, kubeadm()).remedies).to.deep.include({kind: 'file', named: 'kubectl'});
  });

  it('is told from a service that does not run', () => {
    have('bin/ctr', {says: 'echo "the rootless namespaces of u7s-admin are not running" >&2; exit 75'});
    const silence = silenceOf(ociImageFact, {namespace: 'k8s.io'});
    expect([silence.who, silence.remedies[0]]).to.deep.equal(['containerd', {kind: 'unit'}]);
    have('bin/kubectl', {says: 'echo "The connection to the server lb1:8443 was refused" >&2; exit 1'});
    expect(silenceOf(kubeObjectFact, object())).to.include({who: 'the cluster'});
    expect(silenceOf(kubeObjectFact, object()).remedies).to.deep.include({kind: 'kube_status'});
  });
});
