import {expect} from 'chai';
import type {Host} from '../../engine/host.js';
import {Machine} from '../../engine/connect/machine.js';
import {Deferred} from '../../engine/unknown.js';
import {registry} from '../../tasks/index.js';
import {refusal, taskOf, type Args} from '../tasks/on-shells.js';
import {performOn, planOn, readFacts, type Performed} from '../tasks/perform.js';
import {withLab} from './lab-machines.js';

/** Plans, applies, reads again: what was promised holds, and the second plan is empty. */
async function perform(host: Host, name: string, args: Args): Promise<Performed> {
  const performed = await performOn(host, {...taskOf(name, args), kinds: registry.kinds});
  expect(performed.broken, `promises of ${name}`).to.deep.equal([]);
  if (performed.change?.kind === 'state') expect(performed.again, `second plan of ${name}`).to.equal(undefined);
  return performed;
}

describe('modules of files and networks, on a real host', function () {
  this.timeout(300_000);
  const here = withLab({name: 'files', subnet: '10.46.0.0/24', hosts: ['one']});
  let machine: Machine;
  let root: Host;
  const print = async (script: string): Promise<string> => (await root.run(script)).stdout;

  beforeEach(() => {
    machine = here.machine('one');
    root = machine.host({context: 'plain'});
  });

  it('says what is missing before the packages are there, and waits for them in a check', async () => {
    expect(await refusal(planOn(root, taskOf('cron', {name: 'a', job: 'true'})))).to.include('no crontab');
    const packages = {
      name: ['cron', 'git', 'iptables', 'tzdata', 'zip', 'unzip', 'xz-utils', 'bzip2'],
      install_recommends: false,
    };
    const made = await planOn(root, taskOf('package', packages));
    const later: unknown = await planOn(root, taskOf('cron', {name: 'a', job: 'true'}), made?.makes).catch(
      (error: unknown) => error,
    );
    expect(later).to.be.instanceOf(Deferred);
    await perform(root, 'package', packages);
  });

  it('keeps jobs in the tables of users, and what else is in them', async () => {
    await root.run("printf '# mine\\n0 0 * * * /bin/true\\n' | crontab -");
    const job = {name: "it's $(id)", job: 'echo "a b" >/dev/null', hour: 3, minute: '*/7', user: 'root'};
    const {change} = await perform(root, 'cron', job);
    expect(change?.summary).to.include('in the table of root');
    expect(await print('crontab -l')).to.equal(
      '# mine\n0 0 * * * /bin/true\n#Ansible: it\'s $(id)\n*/7 3 * * * echo "a b" >/dev/null\n',
    );
    await root.run('crontab -l | sed s/echo/false/ | crontab -');
    expect((await perform(root, 'cron', job)).change).to.not.equal(undefined);
    await perform(root, 'user', {name: 'dora'});
    await perform(root, 'cron', {name: 'hers', job: 'true', user: 'dora', special_time: 'reboot'});
    expect(await print('crontab -l -u dora')).to.equal('#Ansible: hers\n@reboot true\n');
    await perform(root, 'cron', {...job, state: 'absent'});
    expect(await print('crontab -l')).to.equal('# mine\n0 0 * * * /bin/true\n');
  });

  it('sets the time zone', async () => {
    await perform(root, 'timezone', {name: 'Europe/Berlin'});
    expect(await print('readlink -f /etc/localtime; cat /etc/timezone 2>/dev/null || echo Europe/Berlin')).to.equal(
      '/usr/share/zoneinfo/Europe/Berlin\nEurope/Berlin\n',
    );
    expect(await print('TZ= date -d "2024-07-01 00:00 UTC" +%H; date -d "2024-07-01 00:00 UTC" +%H')).to.equal(
      '00\n02\n',
    );
    await root.run('ln -sfn ../usr/share/zoneinfo/Etc/UTC /etc/localtime');
    expect((await perform(root, 'timezone', {name: 'Europe/Berlin'})).change?.summary).to.include('Etc/UTC → Europe');
    await perform(root, 'timezone', {name: 'Etc/UTC'});
    expect(await refusal(planOn(root, taskOf('timezone', {name: 'Moon/Crater'})))).to.include('no time zone');
  });

  it('mounts, mounts anew when the table changes, and unmounts', async () => {
    const args = {path: '/srv/in memory', src: 'u7s-test', fstype: 'tmpfs', opts: 'size=1m', state: 'mounted'};
    const planned = await planOn(root, taskOf('mount', args));
    const {change} = await perform(root, 'mount', args);
    expect(change?.makes).to.deep.equal(planned?.makes);
    expect(await print("grep -c '^u7s-test /srv/in.040memory tmpfs size=1m 0 0$' /etc/fstab")).to.equal('1\n');
    await perform(root, 'mount', {...args, opts: 'size=2m'});
    expect(await print("findmnt -no OPTIONS '/srv/in memory'")).to.include('size=2048k');
    await root.run("umount '/srv/in memory'");
    expect((await perform(root, 'mount', {...args, opts: 'size=2m'})).change?.summary).to.include('mount u7s-test');
    const again = await performOn(root, {
      ...taskOf('mount', {path: args.path, state: 'remounted'}),
      kinds: registry.kinds,
    });
    expect(again.change?.kind).to.equal('action');
    await perform(root, 'mount', {path: args.path, state: 'absent'});
    expect(await print("[ -e '/srv/in memory' ] || echo gone; grep -c u7s-test /etc/fstab || :")).to.equal('gone\n0\n');
    await perform(root, 'mount', {path: '/srv/bound', src: '/etc', fstype: 'none', opts: 'bind', state: 'mounted'});
    expect((await root.exec('[ -e /srv/bound/passwd ]')).code).to.equal(0);
    await perform(root, 'mount', {path: '/srv/bound', state: 'absent'});
  });

  it('has rules and chains of the packet filter', async () => {
    const rule = {
      chain: 'INPUT',
      protocol: 'tcp',
      destination_port: 6443,
      source: '192.0.2.0/24',
      ctstate: ['NEW'],
      jump: 'DROP',
      comment: "it's a test",
    };
    await perform(root, 'iptables', rule);
    expect(await print('iptables -S INPUT')).to.match(/--comment "it.*s a test".* -j DROP/);
    await root.run('iptables -F INPUT');
    expect((await perform(root, 'iptables', rule)).change?.summary).to.include('append the rule');
    await perform(root, 'iptables', {
      chain: 'OWN',
      chain_management: true,
      destination_ports: [80, '8000:8010'],
      protocol: 'tcp',
      jump: 'ACCEPT',
    });
    await perform(root, 'iptables', {chain: 'INPUT', action: 'insert', jump: 'OWN'});
    expect((await print('iptables -S INPUT')).split('\n')[1]).to.equal('-A INPUT -j OWN');
    await perform(root, 'iptables', {chain: 'INPUT', jump: 'OWN', state: 'absent'});
    await perform(root, 'iptables', {chain: 'OWN', flush: true});
    await perform(root, 'iptables', {chain: 'OWN', chain_management: true, state: 'absent'});
    await perform(root, 'iptables', {chain: 'FORWARD', policy: 'DROP'});
    await perform(root, 'iptables', {chain: 'FORWARD', policy: 'ACCEPT'});
    await perform(root, 'iptables', {table: 'nat', chain: 'POSTROUTING', source: '192.0.2.0/24', jump: 'MASQUERADE'});
    await perform(root, 'iptables', {ip_version: 'ipv6', chain: 'INPUT', protocol: 'icmpv6', jump: 'ACCEPT'});
    await perform(root, 'iptables', {...rule, state: 'absent'});
    expect(await print('iptables -S')).to.equal('-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n');
  });

  it('clones, follows a branch, and mends what was changed by hand', async () => {
    await root.run(`git init -q -b main /srv/repo && cd /srv/repo && git config user.name x && git config user.email x@example.org
echo one >file && git add file && git commit -q -m one && git tag v1`);
    const args = {repo: '/srv/repo', dest: '/srv/clone'};
    const {values} = await perform(root, 'git', args);
    expect(values?.['after']).to.equal((await print('git -C /srv/repo rev-parse HEAD')).trim());
    await root.run('cd /srv/repo && echo two >file && git commit -q -a -m two');
    const planned = await planOn(root, taskOf('git', args));
    expect(planned?.summary).to.match(/^\/srv\/clone: [0-9a-f]{12} → [0-9a-f]{12}$/);
    await perform(root, 'git', args);
    await root.run('echo damage >/srv/clone/file');
    expect(await refusal(planOn(root, taskOf('git', {...args, version: 'v1'})))).to.include('not committed');
    await perform(root, 'git', {...args, force: true});
    expect(await print('cat /srv/clone/file')).to.equal('two\n');
    await perform(root, 'git', {...args, version: 'v1'});
    expect(await print('cat /srv/clone/file')).to.equal('one\n');
  });

  it("knows hosts in a user's file and in the machine's", async () => {
    const key = 'h.example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFgQ';
    await perform(root, 'known_hosts', {name: 'h.example.org', key});
    expect(await print("stat -c '%a %U' /root/.ssh /root/.ssh/known_hosts; ssh-keygen -F h.example.org")).to.match(
      /^700 root\n644 root\n[^]*AAAAIFgQ/,
    );
    const dora = machine.host({user: 'dora', context: 'plain'});
    await perform(dora, 'known_hosts', {name: 'h.example.org', key, hash_host: true});
    expect(await print("stat -c '%a %U' ~dora/.ssh ~dora/.ssh/known_hosts")).to.equal('700 dora\n644 dora\n');
    await perform(root, 'known_hosts', {name: 'h.example.org', state: 'absent'});
    expect((await root.exec('ssh-keygen -F h.example.org')).code).to.equal(1);
  });

  it('gives users keys and locks, moves their homes, and lets files of many names be theirs', async () => {
    const erna = {
      name: 'erna',
      password: '$6$x$y',
      expires: 4_000_000_000,
      generate_ssh_key: true,
      ssh_key_type: 'ed25519',
    };
    await perform(root, 'user', erna);
    expect(await print("stat -c '%a %U' ~erna/.ssh/id_ed25519; getent shadow erna | cut -d: -f2,8")).to.equal(
      '600 erna\n$6$x$y:46296\n',
    );
    await perform(root, 'user', {name: 'erna', password_lock: true, expires: -1});
    expect(await print('getent shadow erna | cut -d: -f2,8')).to.equal('!$6$x$y:\n');
    expect((await perform(root, 'user', {...erna, update_password: 'on_create', expires: -1})).change).to.equal(
      undefined,
    );
    await perform(root, 'user', {name: 'erna', password_lock: false});
    await perform(root, 'user', {name: 'erna', home: '/srv/erna', move_home: true, groups: 'video,audio'});
    expect(await print('stat -c %U /srv/erna/.ssh/id_ed25519; [ -e /home/erna ] || echo gone; id -Gn erna')).to.equal(
      'erna\ngone\nerna audio video\n',
    );
    await perform(root, 'user', {
      name: 'erna2',
      uid: Number(await print('id -u erna')),
      non_unique: true,
      create_home: false,
    });
    await perform(root, 'user', {name: 'erna', state: 'absent', remove: true, force: true});
  });

  it('downloads by checksum, and waits for text and for connections to end', async () => {
    await root.run('mkdir -p /srv/www && cd /srv/www && echo hello >a.txt && sha1sum a.txt >SUMS');
    await root.put(
      '/usr/local/bin/serve',
      `#!/bin/sh\nread -r _ path _\nprintf 'HTTP/1.0 200 OK\\r\\n\\r\\n'\ncat "/srv/www$path"\n`,
      {mode: '0755'},
    );
    await perform(root, 'package', {name: ['socat', 'curl'], install_recommends: false});
    await root.run(
      "systemd-run --quiet --unit=www bash -c 'exec socat TCP-LISTEN:8088,fork,reuseaddr EXEC:/usr/local/bin/serve'",
    );
    await perform(root, 'wait_for', {port: 8088, timeout: 20});
    const args = {url: 'http://127.0.0.1:8088/a.txt', dest: '/srv', checksum: 'sha1:http://127.0.0.1:8088/SUMS'};
    await perform(root, 'get_url', {...args, mode: 'u=rw,go='});
    expect(await print('cat /srv/a.txt; stat -c %a /srv/a.txt')).to.equal('hello\n600\n');
    await perform(root, 'wait_for', {path: '/srv/www/SUMS', search_regex: 'a\\.txt$'});
    await perform(root, 'wait_for', {
      port: 8088,
      state: 'drained',
      active_connection_states: ['ESTABLISHED'],
      timeout: 20,
    });
    await root.run('systemctl stop www');
  });

  it('packs, brings along, finds and asks', async () => {
    await root.run(
      "mkdir -p /srv/logs/old && echo a >'/srv/logs/a b.log' && touch -d '3 days ago' /srv/logs/old/c.log",
    );
    for (const format of ['gz', 'xz', 'bz2', 'tar', 'zip']) {
      const args = {path: ['/srv/logs'], dest: `/srv/logs.${format}`, format};
      await perform(root, 'archive', args);
      await root.run('echo more >>"/srv/logs/a b.log"');
      expect((await perform(root, 'archive', args)).change?.summary).to.include('pack');
    }
    const find = taskOf('find', {paths: '/srv/logs', recurse: true, age: '2d', patterns: '*.log'});
    const found = find.module.output?.(find.args, await readFacts(root, find.module, find.args));
    expect(found).to.deep.include({matched: 1});
    const group = taskOf('getent', {database: 'hosts', key: 'localhost'});
    const asked = group.module.output?.(group.args, await readFacts(root, group.module, group.args));
    expect(Object.keys(Object(asked?.['entries']) as object)).to.satisfy((names: readonly string[]) =>
      names.some((name) => ['127.0.0.1', '::1'].includes(name)),
    );
    await perform(root, 'ping', {});
    const waited = await performOn(root, {...taskOf('wait_for_connection', {timeout: 20}), kinds: registry.kinds});
    expect(waited.values).to.have.property('elapsed');
  });
});
