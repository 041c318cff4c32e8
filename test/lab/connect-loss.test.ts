import {expect} from 'chai';
import {Unreachable} from '../../engine/host.js';
import type {Place} from '../../engine/connect/connection.js';
import {rejection} from '../connect/server.js';
import {withLab, words} from './lab-machines.js';

const login: Place = {context: 'plain'};
const root: Place = {user: 'root', context: 'plain'};

describe('a connection to real hosts that suffers', function () {
  this.timeout(120_000);
  const rig = withLab({name: 'connloss', subnet: '10.85.0.0/24'});
  const machine: typeof rig.machine = (...args) => rig.machine(...args);
  const holder = (run: string) => ({run, controller: 'here', user: 'ann', since: new Date().toISOString()});

  it('makes do with MaxSessions 1', async () => {
    const admin = machine('two').host(login);
    await admin.run(
      'echo MaxSessions 1 >/etc/ssh/sshd_config.d/few.conf; systemctl reload ssh || systemctl reload sshd',
    );
    const two = machine('two');
    await two.host(login).until(':', {timeout: 20, every: 0.1, what: 'sshd'});
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
    const two = machine('two', {keepalive: 1, connectTimeout: 3}, 2);
    const host = two.host(login);
    expect(await two.lock(holder('run-3'))).to.deep.equal({status: 'taken'});
    const running = rejection(host.exec('sleep 60'));
    await rig.lab.cut('two');
    const begun = performance.now();
    expect(await running).to.be.instanceOf(Unreachable);
    expect(performance.now() - begun).to.be.below(10_000);
    expect((await rejection(host.exec(':'))).message).to.include('no answer within 3 s');
    await rig.lab.mend('two');
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
