import {expect} from 'chai';
import {execFile, spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {copyFile, mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout} from 'node:timers/promises';
import {promisify} from 'node:util';
import {CommandFailed, PlaceMissing, type Host} from '../../engine/host.js';
import type {Place} from '../../engine/connect/connection.js';
import {rejection} from '../connect/server.js';
import {withLab, words} from './lab-machines.js';

const login: Place = {context: 'plain'};
const root: Place = {user: 'root', context: 'plain'};

describe('a connection to real hosts', function () {
  this.timeout(120_000);
  const rig = withLab({name: 'conn', subnet: '10.84.0.0/24'});
  const machine: typeof rig.machine = (...args) => rig.machine(...args);

  it('answers in about the time of a round trip', async () => {
    const host = machine('one').host(login);
    await host.exec(':');
    const times: number[] = [];
    for (let index = 0; index < 200; index++) {
      const begun = performance.now();
      await host.exec(':');
      times.push(performance.now() - begun);
    }
    const median = times.sort((a, b) => a - b)[100] ?? 0;
    process.stderr.write(`      median of an exec: ${median.toFixed(2)} ms\n`);
    expect(median).to.be.below(40);
  });

  it('opens forty connections to one machine at once, though sshd drops some', async () => {
    const all = Array.from({length: 40}, () => machine('one', {connectTimeout: 30}).host(login).exec('exit 5'));
    expect((await Promise.all(all)).every(({code}) => code === 5)).to.equal(true);
  });

  it('logs in by an agent, also with an encrypted key that the agent knows', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'u7s-agent-'));
    const [key, socket] = [join(folder, 'key'), join(folder, 'socket')];
    const agent = spawn('ssh-agent', ['-D', '-a', socket], {stdio: 'ignore'});
    try {
      await copyFile(rig.lab.files.key, key);
      while (!existsSync(socket)) await setTimeout(10);
      const run = promisify(execFile);
      await run('ssh-add', [key], {env: {...process.env, SSH_AUTH_SOCK: socket}});
      await run('ssh-keygen', ['-q', '-p', '-N', 'a phrase', '-f', key]);
      for (const change of [{privateKeyFiles: []}, {privateKeyFiles: [key], identitiesOnly: true}]) {
        expect(await words(machine('one', {...change, agent: socket}).host(login), 'id -un')).to.equal('root');
      }
      const error = await rejection(
        machine('one', {privateKeyFiles: [key]})
          .host(login)
          .exec(':'),
      );
      expect(error.message).to.include('encrypted: add it to an agent');
    } finally {
      agent.kill();
      await rm(folder, {recursive: true});
    }
  });

  it('knows keys whose names are hashed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'u7s-hashed-'));
    const hashed = join(folder, 'known_hosts');
    await copyFile(rig.lab.files.knownHosts, hashed);
    await promisify(execFile)('ssh-keygen', ['-H', '-f', hashed]);
    expect(await readFile(hashed, 'utf8')).to.match(/^\|1\|/);
    expect(await words(machine('one', {knownHostsFiles: [hashed]}).host(login), 'hostname')).to.equal('one');
    await rm(folder, {recursive: true});
  });

  it('goes through one host to the other', async () => {
    const far = machine('two', {jumps: [rig.settings('one')]});
    expect(await words(far.host(login), 'hostname')).to.equal('two');
  });

  describe('as other users', () => {
    it('becomes root without a password, and with one', async () => {
      const password = (await readFile(rig.lab.files.password, 'utf8')).trim();
      expect(await words(machine('one', {user: 'deploy'}).host(root), 'id -un')).to.equal('root');
      const asked = machine('one', {user: 'deploypw', becomePassword: password});
      expect(await words(asked.host(root), 'id -un')).to.equal('root');
      expect(await words(machine('one', {user: 'deploy', becomePassword: password}).host(root), 'id -un')).to.equal(
        'root',
      );
    });

    it('tells a wrong password from a missing one', async () => {
      const wrong = await rejection(machine('one', {user: 'deploypw', becomePassword: 'x'}).host(root).exec(':'));
      expect(wrong)
        .to.be.instanceOf(CommandFailed)
        .and.to.have.property('hint', 'the password given for sudo is wrong');
      const none = await rejection(machine('one', {user: 'deploypw'}).host(root).exec(':'));
      expect(none).to.have.property('hint').that.includes('ansible_become_password');
    });

    it('works under use_pty, and says what requiretty wants', async () => {
      const sudoers = machine('one').host(login);
      await sudoers.put('/etc/sudoers.d/zz-test', 'Defaults use_pty\n', {mode: '0440'});
      const host = machine('one', {user: 'deploy'}).host(root);
      const result = await host.exec('cat; echo err >&2; exit 9', {input: 'x'.repeat(100_000)});
      expect(result).to.deep.equal({code: 9, stdout: 'x'.repeat(100_000), stderr: 'err\n'});
      await sudoers.put('/etc/sudoers.d/zz-test', 'Defaults requiretty\n', {mode: '0440'});
      const error = await rejection(machine('one', {user: 'deploy'}).host(root).exec(':'));
      expect(error).to.have.property('hint').that.includes('!requiretty');
      await sudoers.run('rm /etc/sudoers.d/zz-test');
    });

    for (const [away, left] of [
      [['sudo'], 'runuser'],
      [['sudo', 'runuser'], 'su'],
    ] as const) {
      it(`goes from root to a user by ${left} where there is no sudo`, async () => {
        const host = machine('two').host(login);
        await host.run(away.map((each) => `p=$(command -v ${each}); mv "$p" "$p.away"`).join('\n'));
        try {
          const user = machine('two').host({user: 'deploy', context: 'plain'});
          expect(await words(user, 'echo "$(id -un) $HOME $(pwd)"')).to.equal('deploy /home/deploy /home/deploy');
          const error = await rejection(machine('two', {user: 'deploy'}).host(root).exec(':'));
          expect(error).to.have.property('hint').that.includes('install sudo');
        } finally {
          await host.run('for p in /usr/bin/*.away /usr/sbin/*.away; do [ ! -e "$p" ] || mv "$p" "${p%.away}"; done');
        }
      });
    }

    it('tells that a user is not there', async () => {
      const error = await rejection(machine('one').host({user: 'nobody-at-all', context: 'plain'}).exec(':'));
      expect(error).to.be.instanceOf(PlaceMissing);
      expect(error.message).to.include('nobody-at-all');
    });

    it('reads and writes files as each of them', async () => {
      const one = machine('one', {user: 'deploy'});
      const bytes = Buffer.from(Array.from({length: 200_000}, (_, index) => index % 251));
      await one.host(root).put('/root/secret', bytes, {mode: '0600'});
      expect(Buffer.from(await one.host(root).fetch('/root/secret')).equals(bytes)).to.equal(true);
      expect((await rejection(one.host(login).fetch('/root/secret'))).message).to.include('/root/secret');
      await one.host(login).put('own', 'x');
      expect(await words(one.host(login), 'stat -c "%U %a" own')).to.equal('deploy 644');
      const refused = await rejection(one.host(login).put('/etc/own', 'x'));
      expect(refused)
        .to.have.nested.property('result.stderr')
        .that.matches(/permission denied/i);
    });

    it('is not disturbed by what a login shell says', async () => {
      const one = machine('one');
      await one.host({user: 'deploy', context: 'plain'}).put('/home/deploy/.bashrc', 'echo noise; echo noise >&2\n');
      const result = await machine('one', {user: 'deploy'}).host(login).exec('echo x');
      expect(result).to.deep.equal({code: 0, stdout: 'x\n', stderr: ''});
    });
  });

  describe("in a user's session", () => {
    it("reaches the user's own systemd once the user lingers", async () => {
      const one = machine('one');
      const user = 'lingerer';
      await one.host(login).run(`useradd -m -u 1500 ${user}`);
      const session = one.host({user, context: 'user'});
      const error = await rejection(session.exec(':'));
      expect(error).to.be.instanceOf(PlaceMissing).and.to.have.property('hint').that.includes(`enable-linger ${user}`);
      await one.host(login).run(`loginctl enable-linger ${user}`);
      await one.host(login).until('[ -S /run/user/1500/bus ]', {timeout: 20, every: 0.2, what: 'the session'});
      expect(await words(session, 'systemctl --user show -p Version --value')).to.match(/^\d/);
    });
  });

  describe('in a rootless namespace', () => {
    const unit = `[Service]
Type=simple
Environment=PATH=/usr/sbin:/usr/bin:/sbin:/bin
ExecStart=/usr/bin/rootlesskit --state-dir=%t/u7s/rootlesskit --net=slirp4netns --mtu=1500 --disable-host-loopback --copy-up=/etc --copy-up=/run --copy-up=/var/lib --pidns --cgroupns --utsns --ipcns --propagation=rslave sleep infinity
`;

    it('runs inside what rootlesskit made, also after it was started again', async () => {
      const one = machine('one');
      const admin = one.host(login);
      const session = one.host({user: 'rootless', context: 'user'});
      const inside = one.host({user: 'rootless', context: 'namespace'});
      await admin.run(
        'apt-get install -y --no-install-recommends rootlesskit slirp4netns uidmap && useradd -m -u 1600 rootless && loginctl enable-linger rootless',
        {environment: {DEBIAN_FRONTEND: 'noninteractive'}},
      );
      await admin.until('[ -S /run/user/1600/bus ]', {timeout: 20, every: 0.2, what: 'the session'});
      await session.run('mkdir -p ~/.config/systemd/user "$XDG_RUNTIME_DIR/u7s"');
      await session.put('/home/rootless/.config/systemd/user/rk.service', unit);
      expect(await rejection(inside.exec(':'))).to.be.instanceOf(PlaceMissing);
      await session.run('systemctl --user daemon-reload && systemctl --user start rk');
      await inside.until('ip link show tap0', {timeout: 20, every: 0.2, what: 'the namespace'});
      const who = 'id -u; cat /proc/self/uid_map | tr -s " " | head -1; readlink /proc/self/ns/net';
      const first = (await words(inside, who)).split('\n');
      expect(first.slice(0, 2)).to.deep.equal(['0', ' 0 1600 1']);
      expect(await words(session, 'readlink /proc/self/ns/net')).not.to.equal(first[2]);
      await inside.put('/etc/only-inside', 'x');
      expect(await words(session, '[ -e /etc/only-inside ] || echo absent')).to.equal('absent');
      expect(Buffer.from(await inside.fetch('/etc/only-inside')).toString()).to.equal('x');
      expect((await inside.exec('cat; exit 8', {input: 'in'})).code).to.equal(8);
      expect((await inside.exec('sleep 20', {timeout: 1})).code).to.equal(124);
      await session.run('systemctl --user restart rk');
      await inside.until('ip link show tap0', {timeout: 20, every: 0.2, what: 'the new namespace'});
      const second = (await words(inside, who)).split('\n');
      expect(second[0]).to.equal('0');
      expect(await words(inside, '[ -e /etc/only-inside ] || echo absent')).to.equal('absent');
      await session.run('systemctl --user stop rk');
      expect(await rejection(inside.exec(':'))).to.be.instanceOf(PlaceMissing);
    });
  });

  describe('files that are mounted', () => {
    it('cannot be renamed over, which is told with the way out', async () => {
      const host = machine('two').host(login);
      await host.run('echo old >/root/a; echo other >/root/b; mount --bind /root/b /root/a');
      const error = await rejection(host.put('/root/a', 'new'));
      expect(error).to.have.property('hint').that.includes('unsafe_writes: true');
      expect(await words(host, 'ls -A /root | grep u7s- || echo none')).to.equal('none');
      await host.put('/root/a', 'new', {unsafeWrites: true});
      expect(await words(host, 'cat /root/b; umount /root/a')).to.equal('new');
    });
  });

  describe('with other shells', () => {
    const checks = async (host: Host): Promise<void> => {
      const result = await host.exec('trap "echo bye" EXIT; echo out; echo err >&2; exit 3');
      expect(result).to.deep.equal({code: 3, stdout: 'out\nbye\n', stderr: 'err\n'});
      const results = await Promise.all(['cat', 'exit 7', 'if', 'echo é'].map((script) => host.exec(script)));
      expect(results.map(({code}) => code)).to.deep.equal([0, 7, 2, 0]);
      expect((await host.exec('cat', {input: 'in'})).stdout).to.equal('in');
      expect((await host.exec(`${'# long\n'.repeat(10_000)}cat; exit 4`, {input: 'in'})).code).to.equal(4);
      expect((await host.exec('sleep 20', {timeout: 1})).code).to.equal(124);
      const binary = Buffer.from(Array.from({length: 3_000_000}, (_, index) => (index * 7) % 256));
      for (const [path, content] of [
        ["/root/it's", 'text'],
        ['/root/binary', binary],
      ] as const) {
        await host.put(path, content, {mode: '0640', owner: 'deploy', group: 'deploy'});
        await host.put(path, content);
        expect(Buffer.from(await host.fetch(path)).equals(Buffer.from(content))).to.equal(true);
      }
      expect(await words(host, 'stat -c "%a %U" /root/binary')).to.equal('640 deploy');
    };

    for (const shell of ['bash', 'busybox']) {
      it(`works where sh is ${shell}`, async () => {
        const admin = machine('two').host(login);
        if (shell === 'busybox') {
          const script =
            'command -v busybox || apt-get install -y busybox-static; mkdir -p /opt/bb; busybox --install -s /opt/bb';
          await admin.run(script, {environment: {DEBIAN_FRONTEND: 'noninteractive'}});
          // PATH as sshd's PAM session sets it: every tool is busybox's.
          await admin.run('cp /etc/environment /root/environment; echo PATH=/opt/bb:/usr/bin >/etc/environment');
        }
        await admin.run(`mount --bind "$(command -v ${shell})" /usr/bin/dash`);
        try {
          await checks(machine('two').host(login));
        } finally {
          await admin.exec(
            'umount -l /usr/bin/dash; [ ! -e /root/environment ] || mv /root/environment /etc/environment',
          );
        }
      });
    }
  });
});
