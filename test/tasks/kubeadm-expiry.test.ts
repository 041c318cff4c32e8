import {execFileSync} from 'node:child_process';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'chai';
import {ask} from '../../engine/task.js';
import {kubeadmExpiryFact} from '../../tasks/facts/kubeadm_expiry.js';
import {describeOnShells} from './on-shells.js';
import {readFact} from './perform.js';

describeOnShells('the ends of the certificates of a control plane', ({host, folder}) => {
  const issue = (path: string, days: number): void => {
    mkdirSync(join(folder(), 'pki/etcd'), {recursive: true});
    const options = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=x'];
    const files = ['-keyout', join(folder(), 'key'), '-out', join(folder(), path), '-days', String(days)];
    execFileSync('openssl', ['req', ...options, ...files], {stdio: 'pipe'});
  };

  it('are told by the names that kubeadm gives them, those in kubeconfigs too', async () => {
    issue('pki/apiserver.crt', 300);
    issue('pki/etcd/server.crt', 20);
    issue('pki/ca.crt', 1);
    issue('pki/front-proxy-ca.crt', 1);
    issue('pki/etcd/ca.crt', 1);
    issue('short', 9);
    // Between the two looks at the clock a day may end.
    const least = (read: {readonly left: number | null}): boolean => read.left === 8 || read.left === 9;
    const data = readFileSync(join(folder(), 'short')).toString('base64');
    writeFileSync(join(folder(), 'scheduler.conf'), `users:\n- user:\n    client-certificate-data: ${data}\n`);
    const asked = ask(kubeadmExpiryFact, {folder: folder(), days: 30});
    expect(await readFact(host, asked)).to.deep.equal({due: [], left: null, stale: []});
    writeFileSync(join(folder(), 'pki/ca.key'), 'key');
    const soon = await readFact(host, asked);
    expect(soon)
      .to.deep.include({due: ['etcd-server', 'scheduler.conf'], stale: []})
      .and.to.satisfy(least);
    writeFileSync(join(folder(), 'renewed'), 'etcd\nkube-scheduler\n');
    const later = await readFact(host, ask(kubeadmExpiryFact, {folder: folder(), days: 5}));
    expect(later)
      .to.deep.include({due: [], stale: ['etcd', 'kube-scheduler']})
      .and.to.satisfy(least);
  });
});
