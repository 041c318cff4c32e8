import {expect} from 'chai';
import type {Host} from '../../engine/host.js';
import {Machine} from '../../engine/connect/machine.js';
import {ask, Refused} from '../../engine/task.js';
import {registry} from '../../tasks/index.js';
import {packageFact} from '../../tasks/facts/package.js';
import {setupFact} from '../../tasks/facts/setup.js';
import {taskOf, type Args} from '../tasks/on-shells.js';
import {performOn, planOn, readFact, readFacts, type Performed} from '../tasks/perform.js';
import {withLab} from './lab-machines.js';

/** Plans, applies, reads again; the second plan must be empty. */
async function perform(host: Host, name: string, args: Args): Promise<Performed> {
  const performed = await performOn(host, {...taskOf(name, args), kinds: registry.kinds});
  expect(performed.broken, `promises of ${name}`).to.deep.equal([]);
  if (performed.change?.kind === 'state') expect(performed.again, `second plan of ${name}`).to.equal(undefined);
  return performed;
}

/** What a task tells of the state that is there. */
async function told(host: Host, name: string, args: Args): Promise<Readonly<Record<string, unknown>>> {
  const task = taskOf(name, args);
  return task.module.output?.(task.args, await readFacts(host, task.module, task.args)) ?? {};
}

/** A script that makes a package `tool` of a version in /srv/repository, where apt can read it. */
const tool = (version: string): string => `set -e
mkdir -p /srv/repository /root/tool/DEBIAN /root/tool/usr/bin
printf 'Package: tool\\nVersion: ${version}\\nArchitecture: all\\nMaintainer: lab <lab@example.org>\\nProvides: utensil\\nDescription: a tool\\n' >/root/tool/DEBIAN/control
printf '#!/bin/sh\\necho ${version}\\n' >/root/tool/usr/bin/tool; chmod 0755 /root/tool/usr/bin/tool
dpkg-deb --build --root-owner-group /root/tool /srv/repository/tool_${version}_all.deb >/dev/null
cd /srv/repository; : >Packages
for deb in *.deb; do { dpkg-deb -f "$deb"; echo "Filename: ./$deb"; echo "Size: $(stat -c %s "$deb")"; echo "SHA256: $(sha256sum <"$deb" | cut -c1-64)"; echo; } >>Packages; done
chmod -R a+rX /srv/repository`;

/** Makes a package `tool` of a version in /srv/rpm, which dnf reads, and a folder of all programs but those of dpkg and apt. */
const rpmTool = (version: string): string => `set -e
mkdir -p /srv/rpm /root/without-dpkg /etc/yum.repos.d
for f in /usr/local/bin/* /usr/sbin/* /usr/bin/*; do n=\${f##*/}; case $n in dpkg*|apt*) ;; *) ln -sf "$f" "/root/without-dpkg/$n" ;; esac; done
printf 'Name: tool\nVersion: ${version}\nRelease: 1\nSummary: a tool\nLicense: MIT\nBuildArch: noarch\nProvides: utensil\n%%description\nx\n%%install\nmkdir -p %%{buildroot}/opt; echo ${version} >%%{buildroot}/opt/tool\n%%files\n/opt/tool\n' >/root/tool.spec
rpmbuild -bb --define '_topdir /root/rpmbuild' /root/tool.spec >/dev/null 2>&1
cp /root/rpmbuild/RPMS/noarch/tool-*.rpm /srv/rpm/; createrepo_c -q /srv/rpm
printf '[local]\nname=local\nbaseurl=file:///srv/rpm\ngpgcheck=0\nenabled=0\n' >/etc/yum.repos.d/local.repo`;

/** A host whose scripts find programs in one folder alone. */
function seeing(host: Host, folder: string): Host {
  const path = `PATH=${folder}; export PATH\n`;
  return {
    name: host.name,
    exec: (script, options) => host.exec(path + script, options),
    run: (script, options) => host.run(path + script, options),
    until: (script, wait) => host.until(path + script, wait),
    put: (file, content, options) => host.put(file, content, options),
    putAll: (files) => host.putAll(files),
    fetch: (file) => host.fetch(file),
  };
}

describe('modules for systems, on a real host', function () {
  this.timeout(300_000);
  const here = withLab({name: 'systems', subnet: '10.94.0.0/24', hosts: ['one']});
  let machine: Machine;
  let root: Host;
  const source = 'deb [trusted=yes] file:/srv/repository ./';

  beforeEach(() => {
    machine = here.machine('one');
    root = machine.host({context: 'plain'});
  });

  it('adds a source of packages, once, and installs from it', async () => {
    await root.run(tool('1.0'));
    const {change} = await perform(root, 'apt_repository', {repo: source, filename: 'local'});
    expect(change?.summary).to.include("have 'deb [trusted=yes] file:/srv/repository ./'");
    expect((await root.run('cat /etc/apt/sources.list.d/local.list')).stdout).to.equal(`${source}\n`);
    expect(
      (await perform(root, 'apt_repository', {repo: source.replace(' [', '  ['), filename: 'other'})).change,
    ).to.equal(undefined);
    await perform(root, 'apt', {name: 'tool=1.*'});
    expect((await root.run('tool')).stdout).to.equal('1.0\n');
    expect(await readFact(root, ask(packageFact, {name: 'utensil'}))).to.include({installed: true, version: '1.0'});
  });

  it('takes a source out again that cannot be read', async () => {
    const args = {repo: 'deb [trusted=yes] file:/srv/nothing ./', filename: 'broken'};
    const error: unknown = await perform(root, 'apt_repository', args).catch((reason: unknown) => reason);
    expect(error).to.have.property('name', 'CommandFailed');
    expect((await root.exec('ls /etc/apt/sources.list.d/broken.list')).code).to.not.equal(0);
  });

  it('knows the newest version before the machine does, and changes no list to find out', async () => {
    await root.run(`${tool('2.0')}\n${tool('1.5')}`);
    const lists = 'cd /var/lib/apt/lists && find . -type f -exec sha256sum {} + | sort; stat -c %Y .';
    const before = (await root.run(lists)).stdout;
    const args = {name: 'tool', state: 'latest', update_cache: true};
    const planned = await planOn(root, taskOf('apt', args));
    expect(planned?.summary).to.equal('install tool 1.0 → 2.0');
    expect((await root.run(lists)).stdout).to.equal(before);
    await perform(root, 'apt', args);
    expect((await root.run('tool')).stdout).to.equal('2.0\n');
    const older: unknown = await perform(root, 'apt', {name: 'tool=1.5'}).catch((reason: unknown) => reason);
    expect(older)
      .to.have.nested.property('result.stderr')
      .that.matches(/downgrade/i);
    await perform(root, 'apt', {name: 'tool=1.5', allow_downgrade: true});
    await perform(root, 'package', {name: 'tool', state: 'latest', cache_valid_time: 3600});
  });

  it('fetches lists only when they are too old', async () => {
    await root.run('touch -d "2 days ago" /var/lib/apt/lists');
    const {change} = await perform(root, 'apt', {cache_valid_time: 3600});
    expect(change?.summary).to.equal('fetch the lists of packages');
    expect((await perform(root, 'apt', {update_cache: true})).change?.kind).to.equal('action');
  });

  it('installs a file, upgrades everything, and removes what nobody needs', async () => {
    await perform(root, 'apt', {name: 'tool', state: 'absent', purge: true});
    await perform(root, 'apt', {deb: '/srv/repository/tool_1.0_all.deb'});
    expect((await perform(root, 'apt', {deb: '/srv/repository/tool_1.0_all.deb'})).change).to.equal(undefined);
    const {change} = await perform(root, 'apt', {upgrade: 'dist', update_cache: true});
    expect(change?.makes.map((made) => ('id' in made ? made.id : ''))).to.include('tool');
    expect((await root.run('tool')).stdout).to.equal('2.0\n');
    await perform(root, 'apt', {name: 'tree', install_recommends: false});
    await root.run('apt-mark auto tree >/dev/null');
    const removal = await perform(root, 'apt', {autoremove: true, purge: true});
    expect(removal.change?.summary).to.include('tree');
    const refused: unknown = await planOn(root, taskOf('dnf', {name: 'tool'})).catch((reason: unknown) => reason);
    expect(String(refused)).to.include("this machine's packages are not managed by dnf");
  });

  it('takes a source away', async () => {
    await perform(root, 'apt_repository', {repo: source, state: 'absent'});
    expect((await root.exec('ls /etc/apt/sources.list.d/local.list')).code).to.not.equal(0);
  });

  it('tells what the machine is, its packages and its services, as Ansible does', async () => {
    const facts = await readFact(root, ask(setupFact, {}));
    expect(facts).to.include({distribution: 'Debian', os_family: 'Debian', hostname: 'one', service_mgr: 'systemd', pkg_mgr: 'apt', user_id: 'root', user_dir: '/root'}); // prettier-ignore
    expect(facts).to.have.nested.property('default_ipv4.address', here.lab.host('one').address);
    expect(facts['distribution_major_version']).to.match(/^\d+$/);
    expect(facts).to.have.nested.property('selinux.status', 'disabled');
    const packages = (await told(root, 'package_facts', {}))['ansible_facts'];
    expect(packages).to.have.nested.property('packages.dpkg[0].source', 'apt');
    expect(packages).to.have.nested.property('packages.dpkg[0].version').that.matches(/^\d/);
    const {services} = (await told(root, 'service_facts', {}))['ansible_facts'] as {services: Record<string, unknown>};
    expect(services['ssh.service']).to.include({state: 'running', source: 'systemd'});
    expect(services['getty@.service']).to.include({status: 'enabled'});
  });

  it('makes an authority and a certificate of it, and renews it in time', async () => {
    await perform(root, 'package', {name: ['openssl', 'gnupg'], install_recommends: false});
    const signer = {certificate: '/etc/ssl/lab-ca.crt', key: '/etc/ssl/private/lab-ca.key'};
    const ca = {
      path: signer.certificate,
      key: signer.key,
      common_name: 'Lab',
      ca: true,
      usages: ['keyCertSign', 'cRLSign'],
    };
    const web = {
      path: '/etc/ssl/web.crt',
      key: '/etc/ssl/private/web.key',
      common_name: 'web',
      subject_alt_name: ['DNS:web'],
      signer,
    };
    const made = await planOn(root, taskOf('openssl_certificate', ca));
    const foretold = await planOn(root, taskOf('openssl_certificate', web), made?.makes);
    await perform(root, 'openssl_certificate', {...ca, days: 3650});
    expect((await perform(root, 'openssl_certificate', {...web, days: 20, at_least: 10})).change?.summary).to.equal(
      foretold?.summary,
    );
    expect(
      (
        await root.run(
          'openssl verify -CAfile /etc/ssl/lab-ca.crt /etc/ssl/web.crt; stat -c %a /etc/ssl/private/web.key',
        )
      ).stdout,
    ).to.equal('/etc/ssl/web.crt: OK\n600\n');
    expect((await perform(root, 'openssl_certificate', web)).change?.summary).to.match(/renew.*days left/);
    await root.run('chmod 0644 /etc/ssl/private/web.key');
    expect((await perform(root, 'openssl_certificate', web)).change?.summary).to.equal(
      '/etc/ssl/private/web.key: mode 0600',
    );
    expect(await told(root, 'openssl_certificate', web)).to.include({issuer: 'CN=Lab', subject: 'CN=web'});
  });

  it('makes a key for signatures, and lets another ring have its public part', async () => {
    await perform(root, 'gpg_key', {user_id: 'Signer <s@example.org>'});
    const {fingerprint, public_key: text} = await told(root, 'gpg_key', {user_id: 'Signer <s@example.org>'});
    await perform(root, 'gpg_key', {key: text, fingerprint, home: '/etc/ring'});
    await root.run(
      'echo word >/root/w; gpg --batch --yes --detach-sign /root/w; gpg --homedir /etc/ring --batch --verify /root/w.sig /root/w',
    );
    const wrong: unknown = await planOn(
      root,
      taskOf('gpg_key', {key: text, fingerprint: 'A'.repeat(40), home: '/etc/ring'}),
    ).catch((reason: unknown) => reason);
    expect(wrong).to.be.instanceOf(Refused);
    // The agent that the signing started is told to end, and ends a little later; tasks start none.
    await root.run(
      'gpgconf --kill gpg-agent; for pid in $(pgrep gpg-agent); do timeout 20 tail --pid="$pid" -f /dev/null; done',
    );
    expect((await root.exec('pgrep gpg-agent')).code).to.equal(1);
  });

  it('has packages by dnf, and keys of rpm', async () => {
    await perform(root, 'apt', {name: ['dnf', 'rpm', 'createrepo-c', 'gnupg'], install_recommends: false});
    await root.run(rpmTool('1.0'));
    const rpm = seeing(root, '/root/without-dpkg');
    const local = {enablerepo: 'local'};
    await perform(rpm, 'dnf', {name: 'tool', ...local});
    expect((await perform(rpm, 'yum', {name: ['utensil', '/opt/tool'], ...local})).change).to.equal(undefined);
    await root.run(rpmTool('2.0'));
    const newest = {name: 'tool', state: 'latest', update_cache: true, ...local};
    expect((await perform(rpm, 'dnf', newest)).change?.summary).to.equal('install tool 1.0-1 → 2.0-1');
    await perform(rpm, 'dnf', {name: 'tool=1.0-1', ...local});
    expect((await perform(rpm, 'dnf', {...newest, name: '*'})).change?.summary).to.equal('bring 1 package up to date');
    await perform(rpm, 'package', {name: 'tool', state: 'absent'});
    await root.run(
      "export GNUPGHOME=/root/rpm-ring; mkdir -p -m 0700 $GNUPGHOME; gpg --batch --passphrase '' --quick-generate-key 'Vendor <v@example.org>' rsa2048 sign never; gpg --armor --export >/root/vendor.asc; gpgconf --kill gpg-agent",
    );
    await perform(rpm, 'rpm_key', {key: '/root/vendor.asc'});
    await perform(rpm, 'rpm_key', {key: '/root/vendor.asc', state: 'absent'});
  });

  it('loads and removes an image of podman', async () => {
    await perform(root, 'package', {name: 'podman', install_recommends: false});
    const name = 'localhost/lab/tiny:1';
    await root.run(
      `mkdir -p /root/tiny && cp /bin/true /root/tiny/true && tar -C /root/tiny -c . | podman import -q - ${name} && podman save -q -o /root/tiny.tar ${name} && podman rmi ${name}`,
    );
    await perform(root, 'podman_image', {name, archive: '/root/tiny.tar'});
    expect(await told(root, 'podman_image', {name}))
      .to.have.property('id')
      .that.matches(/^[0-9a-f]{64}$/);
    await perform(root, 'podman_image', {name, state: 'absent'});
    await root.run('printf "FROM scratch\\nCOPY true /true\\n" >/root/tiny/Containerfile');
    await perform(root, 'podman_image', {name: 'localhost/lab/built', path: '/root/tiny'});
    expect(
      (await perform(root, 'podman_image', {name: 'localhost/lab/built', path: '/root/tiny', force: true})).change
        ?.kind,
    ).to.equal('action');
  });
});
