import {execFileSync} from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {readYaml} from '../../engine/task.js';
import {kubeadmMemberFact} from '../../tasks/facts/kubeadm_member.js';
import {writeKubeletConf} from '../../tasks/kube/kubelet-conf.js';

describe("a worker's kubeconfig that was lost", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubelet-conf-'));
    for (const name of ['bin', 'k/pki', 'l/pki']) mkdirSync(join(folder, name), {recursive: true});
    writeFileSync(join(folder, 'k/pki/ca.crt'), 'the authority\n'.repeat(9));
  });
  afterEach(() => {
    rmSync(folder, {recursive: true});
  });

  function run(script: string, {accepts = true} = {}): string {
    const kubectl = join(folder, 'bin/kubectl');
    writeFileSync(kubectl, `#!/bin/sh\ncat "$2" >'${folder}/seen'\n${accepts ? 'echo node/w1' : 'exit 1'}\n`);
    chmodSync(kubectl, 0o755);
    return execFileSync('/bin/sh', ['-c', script], {env: {PATH: `${folder}/bin:/usr/bin:/bin`}, encoding: 'utf8'});
  }
  const script = (): string =>
    writeKubeletConf({
      folder: join(folder, 'k'),
      path: join(folder, 'k/kubelet.conf'),
      endpoint: 'lb1:8443',
      node: 'w1',
    });
  const membership = (): string | undefined => {
    const key = {folder: join(folder, 'k'), kubeletFolder: join(folder, 'l'), kubeletConf: '/k', nodeName: 'w1'};
    const stdout = execFileSync('/bin/sh', ['-c', kubeadmMemberFact.script([key])], {encoding: 'utf8'});
    return kubeadmMemberFact.parse([key], {code: 0, stdout, stderr: ''})[0]?.membership;
  };

  it('is missed only where the certificate of the node is there', () => {
    expect(membership()).to.equal('none');
    symlinkSync('/var/lib/kubelet/pki/kubelet-client-1.pem', join(folder, 'l/pki/kubelet-client-current.pem'));
    expect(membership()).to.equal('incomplete');
    writeFileSync(join(folder, 'k/bootstrap-kubelet.conf'), '');
    expect(membership()).to.equal('begun');
  });

  it('is made of its authority, its endpoint and its certificate', () => {
    run(script());
    const text = readFileSync(join(folder, 'k/kubelet.conf'), 'utf8');
    expect(readFileSync(join(folder, 'seen'), 'utf8')).to.equal(text);
    const authority = Buffer.from('the authority\n'.repeat(9)).toString('base64');
    const pem = '/var/lib/kubelet/pki/kubelet-client-current.pem';
    expect(readYaml(text)).to.deep.include({
      clusters: [
        {cluster: {'certificate-authority-data': authority, server: 'https://lb1:8443'}, name: 'default-cluster'},
      ],
      users: [{name: 'default-auth', user: {'client-certificate': pem, 'client-key': pem}}],
    });
  });

  it('comes to its place only when the cluster accepts it', () => {
    expect(() => run(script(), {accepts: false})).to.throw();
    expect(existsSync(join(folder, 'seen'))).to.equal(true);
    expect(readdirSync(join(folder, 'k'))).to.deep.equal(['pki']);
  });
});
