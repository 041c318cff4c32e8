import {expect} from 'chai';
import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {writeYaml} from '../../../engine/yaml.js';
import {command} from '../../lab/process.js';
import {holdConverged} from '../bare-to-ready.js';
import {figures, seconds} from '../figures.js';
import type {Fleet} from '../fleet.js';
import {changedIn, endedAs, nameOf} from '../journal.js';
import {Kubectl} from '../kubectl.js';
import {tail, type Played} from '../play.js';
import {verdictsOf} from '../verified.js';
import {withFleet} from '../with-fleet.js';
import {refusalOf, runs} from '../signed-site.js';
import {foreign, foreignPolicy, haveForeignRegistry} from './foreign-registry.js';
import {bundle, carriedPackages, cutOff, holdCutOff, leftNetwork, tryBundle} from './gap.js';
import {makeImageList} from './multi-arch.js';

const web = 'registry.local/u7s/web:1';

describe('a cluster whose hosts have no way out', () => {
  const started = withFleet({
    inventory: 'lab-signed',
    hosts: ['reg', 'lb1', 'cp1', 'w1'],
    name: 'air',
    prefix: '10.119.0',
    ids: 6,
  });
  let fleet: Fleet;
  let digest: string;
  let left: number;
  let checked: Played;
  let kubectl: Kubectl;
  const at = (name: string): string => join(fleet.folder, name);
  const declared: Record<string, unknown> = {};
  const declare = async (variables: Readonly<Record<string, unknown>>): Promise<void> => {
    Object.assign(declared, variables);
    await writeFile(at('inventory/group_vars/all/air.yml'), writeYaml(declared));
  };

  before(() => {
    fleet = started.fleet;
    kubectl = new Kubectl(fleet);
  });

  after(() => {
    for (const line of figures) process.stderr.write(`    ${line}\n`);
  });

  it('is carried in one file, with the packages that hosts lack', async () => {
    const debs = await carriedPackages(fleet, 'reg');
    expect(debs.length).to.be.greaterThan(20);
    const begun = Date.now();
    const words = debs.flatMap((deb) => ['--package', deb]);
    const told = await bundle(fleet, 'create', at('site.tar'), '--from', fleet.bundle, ...words);
    digest = /^manifest (sha256:[0-9a-f]{64})$/m.exec(told)?.[1] ?? '';
    figures.push(`bundle create, with ${debs.length} packages: ${seconds(Date.now() - begun)}`);
  });

  it('is proven and unpacked where it came to, and its packages are a repository there', async () => {
    await cutOff(fleet);
    await holdCutOff(fleet);
    left = await leftNetwork(fleet);
    expect(await bundle(fleet, 'verify', at('site.tar'), '--digest', digest)).to.contain(`manifest ${digest}`);
    await mkdir(at('site'));
    await command(['tar', '-C', at('site'), '-xf', at('site.tar')], {timeout: 300});
    const begun = Date.now();
    const told = await bundle(fleet, 'repository', at('site.tar'), at('packages'), '--digest', digest);
    figures.push(`bundle repository: ${seconds(Date.now() - begun)}`);
    expect(told)
      .to.match(/^ {2}kubelet 1\.34\.\d+-0u7s1$/m)
      .and.match(/^ {2}haproxy /m);
    await declare({
      kubernetes_source: 'packages',
      package_repository: at('packages'),
      bundle_folder: at('site'),
      image_verifier: at('site/verifier/image-verifier'),
    });
  });

  it('has its images pushed and signed by themselves', async () => {
    const begun = Date.now();
    const words = ['push', at('site.tar'), '--digest', digest, '-i', fleet.inventory];
    await bundle(fleet, ...words);
    figures.push(`bundle push to a bare host: ${seconds(Date.now() - begun)}`);
    const catalog = JSON.parse(await fleet.on('reg', 'curl -fsS http://registry.local/v2/_catalog')) as {
      repositories: string[];
    };
    expect(catalog.repositories).to.include.members(['u7s/kube-apiserver', 'u7s/etcd', 'u7s/flannel']);
    const signatures = 'find /var/sigstore/sigstore -name signature-1 | wc -l';
    expect(Number(await fleet.on('reg', signatures))).to.equal(catalog.repositories.length);
    expect(await bundle(fleet, ...words, '--check')).to.match(/check: nothing would change/);
  });

  it('is told by a check before it is made', async () => {
    checked = await fleet.succeed('--check');
    expect(endedAs(checked, 'would-change'), tail(checked)).to.have.length.greaterThan(20);
  });

  it('is made in one run, as the check said', async () => {
    const played = await fleet.succeed();
    figures.push(`first run, from packages: ${seconds(played.milliseconds)}`);
    const changed = changedIn(played);
    const possible = new Set([...changedIn(checked), ...endedAs(checked, 'deferred').map(({node}) => nameOf(node))]);
    expect(changed.filter((name) => !possible.has(name))).to.deep.equal([]);
    expect(changedIn(checked).filter((name) => !changed.includes(name))).to.deep.equal([]);
  });

  it('has nothing to do in a second run, and a check says so', async () => {
    await holdConverged(fleet);
  });

  it('runs the programs of the packages, by the same names as those of the bundle', async () => {
    for (const host of ['cp1', 'w1']) {
      const script = `for program in kubeadm kubelet kubectl etcdctl containerd ctr; do dpkg-query -S /usr/bin/$program; done
readlink /opt/u7s/kubernetes /opt/u7s/containerd; /opt/u7s/kubernetes/bin/kubelet --version; apt-cache policy kubelet haproxy | grep -c file:/var/lib/u7s/packages`;
      expect((await fleet.on(host, script)).split('\n'), host).to.deep.equal([
        'kubeadm: /usr/bin/kubeadm',
        'kubelet: /usr/bin/kubelet',
        'kubectl: /usr/bin/kubectl',
        'etcd-client: /usr/bin/etcdctl',
        'containerd: /usr/bin/containerd',
        'containerd: /usr/bin/ctr',
        '/usr',
        '/usr',
        'Kubernetes v1.34.4',
        '2',
      ]);
    }
    const nodes = await kubectl.run('get nodes -o jsonpath={.items[*].status.nodeInfo.kubeletVersion}');
    expect(nodes).to.equal('v1.34.4 v1.34.4');
  });

  it('is verified, the source of packages too', async () => {
    const rows = await verdictsOf(fleet);
    expect(rows.filter(({status}) => status === 'failed')).to.deep.equal([]);
    const ok = rows.filter(({status}) => status === 'ok').map(({name}) => name);
    expect(ok).to.include.members(['M01', 'M15', 'M18', 'M19', 'M20', 'M22', 'M28', 'M29', 'M37', 'M48']);
  });

  it('restarts what runs a package that was replaced, and nothing else', async () => {
    await fleet.on('w1', 'printf x >>/usr/bin/ctr');
    const played = await fleet.succeed();
    expect(changedIn(played), tail(played)).to.deep.equal(['w1 runtime/template', 'w1 runtime:/systemd_service']);
    await holdConverged(fleet);
  });

  it('has a list of images for several architectures in its registry, each of them signed', async () => {
    const name = 'registry.local/u7s/multi:1';
    const {archive, digest, instances} = await makeImageList(fleet.folder, {bundle: at('site'), image: web, name});
    await declare({more_images: [{name, archive, image: name, digest}]});
    const played = await fleet.succeed();
    expect(changedIn(played), tail(played)).to.deep.equal(['reg images/copy', 'reg images/signed_images']);
    const there = await fleet.on('reg', 'ls /var/sigstore/sigstore/u7s');
    for (const each of [digest, ...instances]) expect(there).to.contain(`multi@${each.replace(':', '=')}`);
    await runs(kubectl, 'multi', {image: name});
    await holdConverged(fleet);
  });

  it('takes images of other registries by their own signatures, or where that was decided, without', async () => {
    await declare(foreignPolicy(await haveForeignRegistry(fleet, web)));
    await fleet.succeed();
    await holdConverged(fleet);
    await runs(kubectl, 'free', {image: `${foreign}/free/web:1`});
    await runs(kubectl, 'signed', {image: `${foreign}/signed/web:1`});
    expect(await refusalOf(kubectl, 'unsigned', `${foreign}/signed/unsigned:1`)).to.match(/signature was required/);
    expect(await refusalOf(kubectl, 'other', `${foreign}/other/web:1`)).to.match(/rejected by policy/);
  });

  it('gives another patch version for the one that is asked for only where that is allowed, and says so', async () => {
    const push = (...words: readonly string[]): ReturnType<typeof tryBundle> =>
      tryBundle(fleet, 'push', at('site.tar'), '-i', fleet.inventory, ...words);
    const refused = await push('-e', 'kubernetes_version=1.34.99');
    expect(refused.code).to.equal(2);
    expect(`${refused.stdout}${refused.stderr}`).to.match(
      /holds Kubernetes 1\.34\.\d+, and the nodes ask for 1\.34\.99/,
    );
    const older = await push('-e', '{"kubernetes_version": "1.33.4", "set_available_images": true}');
    expect(older.code).to.equal(2);
    const allowed = await push('-e', '{"kubernetes_version": "1.34.99", "set_available_images": true}');
    expect(allowed.code, `${allowed.stdout}${allowed.stderr}`).to.equal(0);
    expect(allowed.stdout).to.match(/images of Kubernetes 1\.34\.\d+ serve under the tag v1\.34\.99/);
    const tags = 'curl -fsS http://registry.local/v2/u7s/kube-proxy/tags/list';
    expect(await fleet.on('reg', tags)).to.contain('v1.34.99');
    await runs(kubectl, 'other-patch', {image: 'registry.local/u7s/web:1'});
  });

  it('has asked nobody outside', async () => {
    await holdCutOff(fleet);
    expect(await leftNetwork(fleet)).to.equal(left);
  });
});
