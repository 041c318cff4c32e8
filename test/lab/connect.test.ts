import {expect} from 'chai';
import {readFile} from 'node:fs/promises';
import {CommandFailed, PlaceMissing, Unreachable, type Host} from '../../engine/host.js';
import type {ConnectionSettings, Place} from '../../engine/connect/connection.js';
import {Machine} from '../../engine/connect/machine.js';
import {settingsOf} from '../../engine/connect/settings.js';
import {rejection} from '../connect/server.js';
import {Lab} from './lab.js';
import {reasonWithoutLab} from './requirements.js';

const name = 'conn';
const login: Place = {context: 'plain'};
const root: Place = {user: 'root', context: 'plain'};

describe('a connection to real hosts', function () {
  this.timeout(120_000);
  let lab: Lab;
  const machines: Machine[] = [];

  before(async function () {
    this.timeout(900_000);
    const reason = await reasonWithoutLab();
    if (reason !== undefined) {
      process.stderr.write(`SKIPPED, no real hosts: ${reason}\n`);
      this.skip();
    }
    lab = await Lab.open({name, subnet: '10.84.0.0/24'});
    await lab.down();
    await lab.up(['one', 'two']);
  });
  afterEach(() => Promise.all(machines.splice(0).map((machine) => machine.close())));
  after(async () => {
    await (lab as Lab | undefined)?.down();
  });

  const settings = (host: string, change: Partial<ConnectionSettings> = {}): ConnectionSettings => {
    const variables = {
      ansible_host: lab.host(host).address,
      ansible_user: 'root',
      ansible_ssh_private_key_file: lab.files.key,
      ansible_ssh_known_hosts_file: lab.files.knownHosts,
    };
    return {...settingsOf({name: host, variables}).settings, agent: undefined, ...change};
  };
  const machine = (host: string, change: Partial<ConnectionSettings> = {}): Machine => {
    const made = new Machine(settings(host, change), {patience: 20});
    machines.push(made);
    return made;
  };
  const words = async (host: Host, script: string): Promise<string> => (await host.run(script)).stdout.trim();
  const holder = (run: string) => ({run, controller: 'here', user: 'ann', since: new Date().toISOString()});

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

  it('goes through one host to the other', async () => {
    const far = machine('two', {jumps: [settings('one')]});
    expect(await words(far.host(login), 'hostname')).to.equal('two');
  });

  describe('as other users', () => {
    it('becomes root without a password, and with one', async () => {
      const password = (await readFile(lab.files.password, 'utf8')).trim();
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

    it('goes from root to a user also without sudo', async () => {
      const host = machine('two').host(login);
      await host.run('mv /usr/bin/sudo /usr/bin/sudo.away');
      try {
        const user = machine('two').host({user: 'deploy', context: 'plain'});
        expect(await words(user, 'echo "$(id -un) $HOME $(pwd)"')).to.equal('deploy /home/deploy /home/deploy');
        const error = await rejection(machine('two', {user: 'deploy'}).host(root).exec(':'));
        expect(error).to.have.property('hint').that.includes('install sudo');
      } finally {
        await host.run('mv /usr/bin/sudo.away /usr/bin/sudo');
      }
    });

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
      const session = one.host({user: 'deploy', context: 'user'});
      const error = await rejection(session.exec(':'));
      expect(error).to.be.instanceOf(PlaceMissing).and.to.have.property('hint').that.includes('enable-linger deploy');
      await one.host(login).run('loginctl enable-linger deploy');
      await one.host(login).until('[ -S /run/user/1000/bus ]', {timeout: 20, every: 0.2, what: 'the session'});
      expect(await words(session, 'systemctl --user show -p Version --value')).to.match(/^\d/);
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
          await admin.exec('umount /usr/bin/dash; [ ! -e /root/environment ] || mv /root/environment /etc/environment');
        }
      });
    }
  });

  describe('that suffers', () => {
    it('makes do with MaxSessions 1', async () => {
      const admin = machine('two').host(login);
      await admin.run(
        'echo MaxSessions 1 >/etc/ssh/sshd_config.d/few.conf; systemctl reload ssh || systemctl reload sshd',
      );
      const two = machine('two');
      expect(await words(two.host(login), 'echo a')).to.equal('a');
      expect(await words(two.host({user: 'deploy', context: 'plain'}), 'id -un')).to.equal('deploy');
      expect((await two.host(login).exec('cat', {input: 'x'})).stdout).to.equal('x');
      await admin.run('rm /etc/ssh/sshd_config.d/few.conf; systemctl reload ssh || systemctl reload sshd');
    });

    it('tells when its sshd is killed, and holds the lock while the command still runs', async () => {
      const one = machine('one');
      const host = one.host(login);
      expect(await one.lock(holder('run-1'))).to.deep.equal({status: 'taken'});
      const watcher = machine('one');
      const running = rejection(
        host.exec('echo $$ >/run/begun; sleep 3; echo done >/run/ended', {label: 'the long one'}),
      );
      await watcher.host(login).until('[ -s /run/begun ]', {timeout: 10, every: 0.05, what: 'its beginning'});
      await watcher.host(login).run('p=$(cat /run/begun); s=$(cut -d" " -f4 /proc/$p/stat); kill -9 "$s"');
      const error = await running;
      expect(error).to.be.instanceOf(Unreachable).and.to.have.property('during', 'the long one');
      expect(await watcher.lock(holder('run-2'))).to.deep.include({status: 'held'});
      // The next use waits for what the lost connection left.
      expect(await words(host, 'cat /run/ended')).to.equal('done');
    });

    it('is found to be silent, and comes back', async () => {
      const two = machine('two', {keepalive: 1, connectTimeout: 3});
      const host = two.host(login);
      expect(await two.lock(holder('run-3'))).to.deep.equal({status: 'taken'});
      const running = rejection(host.exec('sleep 60'));
      await lab.cut('two');
      const begun = performance.now();
      expect(await running).to.be.instanceOf(Unreachable);
      expect(performance.now() - begun).to.be.below(10_000);
      expect((await rejection(host.exec(':'))).message).to.include('no answer within 3 s');
      await lab.mend('two');
      const late = await rejection(host.exec(':'));
      expect(late.message).to.include('still runs');
      await machine('two').host(login).run('pkill -x sleep');
      expect(await words(host, 'echo back')).to.equal('back');
    });

    it('is waited for over a reboot', async () => {
      const host = machine('two', {keepalive: 2, connectTimeout: 3}).host(login);
      const before = await words(host, 'cat /proc/sys/kernel/random/boot_id; stat -c %Y /run/systemd');
      await host.exec('systemctl reboot', {timeout: 10}).catch(() => undefined);
      const script =
        '[ "$(cat /proc/sys/kernel/random/boot_id; stat -c %Y /run/systemd)" != "$B" ] && systemctl is-system-running --wait | grep -qE "running|degraded"';
      await host.until(`B='${before}'; ${script}`, {timeout: 90, every: 1, what: 'the reboot'});
      expect(await words(host, 'hostname')).to.equal('two');
    });

    it('kills what ignores its end', async () => {
      const host = machine('one').host(login);
      const result = await host.exec(`trap '' TERM; while :; do sleep 0.2; done`, {timeout: 1});
      expect(result.code).to.equal(124);
      const one = machine('one', {user: 'deploy'});
      const running = rejection(one.host(root).exec(': >/run/begun2; sleep 77; sleep 77'));
      await host.until('[ -e /run/begun2 ]', {timeout: 10, every: 0.05, what: 'its beginning'});
      await one.cancel();
      expect((await running).message).to.equal('the command was cancelled');
      expect((await host.exec('pgrep -f "sleep 7[7]"')).code).to.equal(1);
    });
  });
});
