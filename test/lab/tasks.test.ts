import {expect} from 'chai';
import type {Host} from '../../engine/host.js';
import type {Place} from '../../engine/connect/connection.js';
import {Machine} from '../../engine/connect/machine.js';
import {ask, Refused} from '../../engine/task.js';
import {Deferred} from '../../engine/unknown.js';
import {lingerFact} from '../../tasks/facts/linger.js';
import {networkFact} from '../../tasks/facts/network.js';
import {osFact} from '../../tasks/facts/os.js';
import {unitFact} from '../../tasks/facts/unit.js';
import {registry} from '../../tasks/index.js';
import {taskOf, type Args} from '../tasks/on-shells.js';
import {performOn, planOn, readFact, type Performed} from '../tasks/perform.js';
import {withLab} from './lab-machines.js';

/** Plans, applies, reads again; the second plan must be empty. */
async function perform(host: Host, name: string, args: Args): Promise<Performed> {
  const performed = await performOn(host, {...taskOf(name, args), kinds: registry.kinds});
  expect(performed.broken, `promises of ${name}`).to.deep.equal([]);
  if (performed.change?.kind === 'state') expect(performed.again, `second plan of ${name}`).to.equal(undefined);
  return performed;
}

describe('modules that change a system, on real hosts', function () {
  this.timeout(300_000);
  const here = withLab({name: 'tasks', subnet: '10.93.0.0/24', hosts: ['one']});
  let machine: Machine;
  let root: Host;
  const at = (place: Place): Host => machine.host(place);

  beforeEach(() => {
    machine = here.machine('one');
    root = at({context: 'plain'});
  });

  it('tells what the machine is', async () => {
    const os = await readFact(root, ask(osFact, {}));
    expect(os).to.include({
      family: 'debian',
      id: 'debian',
      hostname: 'one',
      virtualization: 'systemd-nspawn',
      service_manager: 'systemd',
    });
    expect(os.version_major).to.be.at.least(12);
    expect(os.memory_mib).to.be.greaterThan(100);
    expect(os.machine_id).to.match(/^[0-9a-f]{32}$/);
  });

  it('installs and removes packages', async () => {
    await perform(root, 'package', {name: ['socat', 'tree'], install_recommends: false});
    expect((await root.exec('socat -V >/dev/null && tree --version >/dev/null')).code).to.equal(0);
    await perform(root, 'package', {name: 'tree', state: 'absent', purge: true});
    const performed = await perform(root, 'package', {name: 'socat', state: 'latest'});
    expect(performed.change).to.equal(undefined);
  });

  it('says what apt says of a package that is not there', async () => {
    const error: unknown = await perform(root, 'package', {name: 'no-such-package-here'}).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.have.property('name', 'CommandFailed');
    expect(error).to.have.nested.property('result.stderr').that.includes('Unable to locate package');
  });

  it('plans a service of a package under the promise of the package: deferred, not failed', async () => {
    const made = await planOn(root, taskOf('package', {name: 'haproxy'}));
    const planned: unknown = await planOn(
      root,
      taskOf('systemd_service', {name: 'haproxy', state: 'started'}),
      made?.makes,
    ).catch((error: unknown) => error);
    expect(planned).to.be.instanceOf(Deferred);
    const config: unknown = await planOn(
      root,
      taskOf('copy', {content: 'x', dest: '/etc/haproxy/haproxy.cfg'}),
      made?.makes,
    ).catch((error: unknown) => error);
    expect(config).to.be.instanceOf(Deferred);
  });

  it('makes groups and users, changes and removes them', async () => {
    await perform(root, 'group', {name: 'crew', gid: 4000});
    await perform(root, 'group', {name: 'crew', gid: 4001});
    await perform(root, 'user', {
      name: 'alice',
      uid: 4100,
      group: 'crew',
      groups: ['adm'],
      shell: '/bin/bash',
      comment: "Alice's account",
      password: '$6$x$y',
      subids: false,
    });
    expect(
      (
        await root.run(
          'grep -c alice /etc/subuid; getent shadow alice | cut -d: -f2; stat -c %U:%G /home/alice/.profile; id -Gn alice',
        )
      ).stdout,
    ).to.equal('0\n$6$x$y\nalice:crew\ncrew adm\n');
    await perform(root, 'user', {name: 'alice', groups: ['video'], append: true, shell: '/bin/sh', password: '!'});
    expect((await perform(root, 'user', {name: 'alice', groups: ['adm', 'video']})).change).to.equal(undefined);
    await perform(root, 'user', {name: 'bob', system: true, create_home: false});
    await perform(root, 'user', {name: 'bob', state: 'absent'});
    await perform(root, 'user', {name: 'alice', state: 'absent', remove: true});
    await perform(root, 'group', {name: 'crew', state: 'absent'});
    expect((await root.exec('[ -e /home/alice ]')).code).to.equal(1);
  });

  it('gives a user a range of subordinate ids, and refuses one that overlaps', async () => {
    await perform(root, 'user', {name: 'carol', linger: true, subids: false});
    await perform(root, 'subid', {user: 'carol', start: 300000, count: 65536});
    expect((await root.run('cat /etc/subuid')).stdout).to.include('carol:300000:65536\n');
    const refused: unknown = await perform(root, 'subid', {user: 'dave', start: 320000}).catch(
      (error: unknown) => error,
    );
    expect(refused).to.be.instanceOf(Refused);
    expect((await readFact(root, ask(lingerFact, {user: 'carol'}))).enabled).to.equal(true);
  });

  it("runs a unit of a user's manager", async () => {
    const carol = at({user: 'carol', context: 'user'});
    const folder = '/home/carol/.config/systemd/user';
    await perform(carol, 'file', {path: folder, state: 'directory'});
    const copied = taskOf('copy', {
      content: '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=default.target\n',
      dest: `${folder}/nap.service`,
    });
    const service = {name: 'nap', scope: 'user', state: 'started', enabled: true};
    const promised = await planOn(carol, copied);
    const planned = await planOn(carol, taskOf('systemd_service', service), promised?.makes);
    expect(planned?.summary).to.equal('enable, start nap.service');
    await performOn(carol, {...copied, kinds: registry.kinds});
    const {change} = await perform(carol, 'systemd_service', service);
    expect(change?.summary).to.equal(planned?.summary);
    expect(change?.makes).to.deep.equal(planned?.makes);
    await perform(carol, 'copy', {
      content: '[Service]\nExecStart=/bin/sleep 10000\n[Install]\nWantedBy=default.target\n',
      dest: `${folder}/nap.service`,
    });
    expect((await readFact(carol, ask(unitFact, {name: 'nap', scope: 'user'}))).needsReload).to.equal(true);
    await perform(carol, 'systemd_service', {scope: 'user', daemon_reload: true});
    const restart = await perform(carol, 'systemd_service', {name: 'nap', scope: 'user', state: 'restarted'});
    expect(restart.change?.kind).to.equal('action');
    await perform(carol, 'systemd_service', {name: 'nap', scope: 'user', state: 'stopped', enabled: false});
  });

  it('starts, masks and unmasks a unit of the system', async () => {
    const path = '/etc/systemd/system/nap.service';
    await perform(root, 'copy', {
      content: '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n',
      dest: path,
    });
    await perform(root, 'service', {name: 'nap', state: 'started', enabled: true});
    await perform(root, 'service', {name: 'nap', state: 'stopped', enabled: false});
    await perform(root, 'copy', {content: '[Service]\nExecStart=/no/such/program\n', dest: path});
    const failed: unknown = await perform(root, 'systemd_service', {name: 'nap', state: 'started'}).catch(
      (error: unknown) => error,
    );
    expect(String(Reflect.get(Object(failed), 'message'))).to.not.equal('');
    await perform(root, 'file', {path, state: 'absent'});
    await perform(root, 'systemd_service', {daemon_reload: true});
    await perform(root, 'systemd_service', {name: 'systemd-networkd-wait-online', masked: true});
    await perform(root, 'systemd_service', {name: 'systemd-networkd-wait-online', masked: false});
  });

  it('says why a unit does not start', async () => {
    await perform(root, 'copy', {
      content: '[Service]\nType=oneshot\nExecStart=/bin/sh -c "echo bitter end; exit 3"\n',
      dest: '/etc/systemd/system/bitter.service',
    });
    const failed: unknown = await perform(root, 'systemd_service', {name: 'bitter', state: 'started'}).catch(
      (error: unknown) => error,
    );
    expect(failed).to.have.property('name', 'CommandFailed');
    expect(failed).to.have.nested.property('result.stderr').that.includes('bitter end');
  });

  it('sets kernel parameters, and refuses what the kernel keeps from it', async () => {
    const {change} = await perform(root, 'sysctl', {name: 'net.ipv4.ip_forward', value: 1});
    expect(change?.kind).to.equal('state');
    await perform(root, 'sysctl', {name: 'net.ipv4.ip_local_port_range', value: '20000  60000'});
    const error: unknown = await perform(root, 'sysctl', {
      name: 'vm.swappiness',
      value: 7,
      file: '/etc/sysctl.d/x.conf',
    }).catch((reason: unknown) => reason);
    expect(String(error)).to.include("say 'live: false'");
    await perform(root, 'sysctl', {name: 'vm.swappiness', value: 7, live: false});
  });

  it('takes what is part of the kernel as loaded, and keeps the list', async () => {
    for (const name of ['overlay', 'br_netfilter', 'vxlan', 'tun', 'fuse', 'nf_conntrack'])
      await perform(root, 'modprobe', {name});
    expect((await root.run('cat /etc/modules-load.d/vxlan.conf')).stdout).to.equal('vxlan\n');
  });

  it('names the machine', async () => {
    await perform(root, 'hostname', {name: 'renamed'});
    expect((await root.run('cat /etc/hostname; uname -n')).stdout).to.equal('renamed\nrenamed\n');
    await perform(root, 'hostname', {name: 'one'});
  });

  it('gives and takes keys', async () => {
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8 carol@desk';
    await perform(root, 'authorized_key', {user: 'carol', key});
    expect((await root.run('stat -c "%a %U %G" /home/carol/.ssh /home/carol/.ssh/authorized_keys')).stdout).to.equal(
      '700 carol carol\n600 carol carol\n',
    );
    await perform(root, 'authorized_key', {user: 'carol', key, state: 'absent'});
  });

  it('asks a server, and waits for a port and a socket', async () => {
    await root.put('/usr/local/bin/answer', `#!/bin/sh\nread -r line\nprintf 'HTTP/1.0 200 OK\\r\\n\\r\\n{"a": 1}'\n`, {
      mode: '0755',
    });
    await root.run(
      "systemd-run --quiet --unit=later sh -c 'sleep 1; exec socat TCP-LISTEN:8099,fork,reuseaddr EXEC:/usr/local/bin/answer'",
    );
    const wait = await perform(root, 'wait_for', {port: 8099, timeout: 20});
    expect(wait.change?.kind).to.equal('wait');
    expect(wait.again).to.equal(undefined);
    const uri = taskOf('uri', {url: 'http://127.0.0.1:8099/'});
    const request = uri.module.reads(uri.args) as {answers: readonly Parameters<typeof readFact>[1][]};
    const [question] = request.answers;
    if (question === undefined) throw new Error('nothing asked');
    expect(await readFact(root, question)).to.deep.equal({status: 200, content: '{"a": 1}'});
    expect((await perform(root, 'uri', {url: 'http://127.0.0.1:8099/', until_status: [200]})).change).to.equal(
      undefined,
    );
    const refused: unknown = await perform(root, 'uri', {url: 'http://127.0.0.1:8098/'}).catch(
      (error: unknown) => error,
    );
    expect(refused).to.be.instanceOf(Refused);
    expect((await perform(root, 'wait_for', {host: here.lab.host('one').address, port: 8099})).change).to.equal(
      undefined,
    );
    await root.run('systemctl stop later');
    await perform(root, 'wait_for', {port: 8099, state: 'stopped', timeout: 10});
  });

  it('downloads a file, and refuses one with another content', async () => {
    const checksum = 'sha256:87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7';
    await root.put('/srv/a', 'a\n');
    await perform(root, 'get_url', {url: 'file:///srv/a', dest: '/srv/b', checksum, mode: '0600'});
    expect((await root.run('stat -c %a /srv/b; cat /srv/b')).stdout).to.equal('600\na\n');
    await root.put('/srv/a', 'other\n');
    const error: unknown = await perform(root, 'get_url', {url: 'file:///srv/a', dest: '/srv/c', checksum}).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.have.nested.property('result.stderr').that.includes('its sha256 is');
    expect((await root.exec('ls /srv')).stdout).to.equal('a\nb\n');
  });

  it('tells the addresses', async () => {
    const network = await readFact(root, ask(networkFact, {}));
    expect(network.default_address).to.equal(here.lab.host('one').address);
    expect(network.default_gateway).to.match(/\.1$/);
    expect(network.addresses).to.deep.include(here.lab.host('one').address);
  });

  it('reboots the machine and is there again', async () => {
    const before = (await root.run('cut -d" " -f22 /proc/1/stat')).stdout;
    const {values} = await perform(root, 'reboot', {timeout: 60});
    expect(values).to.have.property('elapsed').that.is.lessThan(60);
    expect((await root.run('cut -d" " -f22 /proc/1/stat')).stdout).to.not.equal(before);
  });
});
