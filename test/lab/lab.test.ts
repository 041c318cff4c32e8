import {expect} from 'chai';
import {readFile, readdir} from 'node:fs/promises';
import {savedFolder} from './folders.js';
import {Lab} from './lab.js';
import {command} from './process.js';
import {reasonWithoutLab} from './requirements.js';

const name = 'labtest';

/** Everything on this machine that bears the lab's name, and the kernel's settings that labs share. */
async function traces(): Promise<readonly string[]> {
  const found: string[] = [];
  const look = (what: string, text: string): void => {
    found.push(...text.split('\n').flatMap((line) => (line.includes(name) ? [`${what}: ${line}`] : [])));
  };
  look('mount', await readFile('/proc/self/mountinfo', 'utf8'));
  look('group', await command(['find', '/sys/fs/cgroup', '-type', 'd', '-name', `${name}*`]));
  look('link', await command(['ip', '-o', 'address', 'show']));
  look('link', await command(['ip', '-o', 'link', 'show']));
  look('rule', await command(['iptables-save']));
  look('runtime file', await command(['find', '/run/systemd', '-name', `${name}*`]));
  for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    look('process', await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => ''));
  }
  return found;
}

/** What labs change of the machine itself, for as long as one is up. */
async function machine(): Promise<readonly string[]> {
  const settings = ['/proc/sys/net/ipv4/ip_forward', '/proc/sys/fs/inotify/max_user_instances'];
  const groups = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].map((folder) => `${folder}/cgroup.subtree_control`);
  return Promise.all([...settings, ...groups].map((path) => readFile(path, 'utf8').catch(() => '')));
}

async function words(lab: Lab, host: string, script: string): Promise<string> {
  const {code, stdout, stderr} = await lab.ssh(host, script);
  expect(code, stderr).to.equal(0);
  return stdout.trim();
}

describe('a lab of real hosts', function () {
  this.timeout(300_000);
  let lab: Lab;
  let untouched: readonly string[];

  before(async function () {
    const reason = await reasonWithoutLab();
    if (reason !== undefined) {
      process.stderr.write(`SKIPPED, no real hosts: ${reason}\n`);
      this.skip();
    }
    lab = await Lab.open({name, subnet: '10.91.0.0/24'});
    // What a run that was killed has left.
    await lab.down();
    untouched = await machine();
    await lab.up(['one', 'two']);
  });

  after(async () => {
    await (lab as Lab | undefined)?.down();
  });

  it('gives each host a name, a machine id, an address and a key of its own', async () => {
    const facts = await Promise.all(
      ['one', 'two'].map(async (host) => ({
        name: await words(lab, host, 'hostname'),
        machine: await words(lab, host, 'cat /etc/machine-id'),
        address: await words(lab, host, 'ip -o -4 address show dev host0'),
        key: await words(lab, host, 'cat /etc/ssh/ssh_host_*_key.pub'),
      })),
    );
    expect(facts.map((fact) => fact.name)).to.deep.equal(['one', 'two']);
    expect(new Set(facts.map((fact) => fact.machine)).size).to.equal(2);
    expect(new Set(facts.map((fact) => fact.key)).size).to.equal(2);
    expect(facts[0]?.address).to.contain('10.91.0.101/24');
    expect(facts[1]?.address).to.contain('10.91.0.102/24');
    const known = await readFile(lab.files.knownHosts, 'utf8');
    for (const {key} of facts) expect(known).to.contain(key.split(' ')[1]);
  });

  it('lets hosts reach each other and no Python', async () => {
    expect(await words(lab, 'one', 'exec 3<>/dev/tcp/10.91.0.102/22; read -r line <&3; echo "$line"')).to.match(
      /^SSH-2\.0/,
    );
    expect(await words(lab, 'one', 'command -v python3 || echo none')).to.equal('none');
  });

  it('leaves the clock of the machine alone', async () => {
    const {code, stderr} = await lab.ssh('one', 'date -s 2001-01-01');
    expect(code).to.not.equal(0);
    expect(stderr).to.contain('Operation not permitted');
  });

  it('has a systemd for each lingering user', async () => {
    await words(lab, 'one', 'loginctl enable-linger deploy');
    const {code, stdout} = await lab.ssh('one', 'systemctl --user -M deploy@ is-system-running --wait');
    expect(stdout.trim()).to.equal('running');
    expect(code).to.equal(0);
  });

  it('has users that become root without and with a password', async () => {
    const password = (await readFile(lab.files.password, 'utf8')).trim();
    const free = await lab.ssh('one', 'sudo -n id -u', {user: 'deploy'});
    expect(free.stdout.trim()).to.equal('0');
    const blind = await lab.ssh('one', 'sudo -n id -u', {user: 'deploypw'});
    expect(blind.code).to.not.equal(0);
    const told = await lab.ssh('one', "sudo -S -p '' id -u", {user: 'deploypw', input: password + '\n'});
    expect(told.stdout.trim()).to.equal('0');
  });

  it('installs packages in both hosts at the same time', async () => {
    const install = async (host: string): Promise<string> =>
      words(lab, host, 'apt-get install -y socat >/dev/null 2>&1; command -v socat');
    expect(await Promise.all([install('one'), install('two')])).to.deep.equal(['/usr/bin/socat', '/usr/bin/socat']);
  });

  it('keeps processes of one host out of the reach of the other', async () => {
    await words(lab, 'two', 'systemd-run --unit=stays sleep 600');
    await lab
      .ssh('one', 'systemctl kill --signal=KILL user.slice system.slice; true', {timeout: 10})
      .catch(() => undefined);
    expect(await words(lab, 'two', 'systemctl is-active stays')).to.equal('active');
  });

  it('brings a host back after a power cut, with its files and its key', async () => {
    const key = await words(
      lab,
      'two',
      'echo kept > /root/mark; echo kept > /var/lib/mark; sync; cat /etc/ssh/ssh_host_ed25519_key.pub',
    );
    await lab.kill('two');
    expect((await lab.status()).find((host) => host.name === 'two')?.state).to.equal('stopped');
    await lab.start('two');
    expect(await words(lab, 'two', 'cat /root/mark /var/lib/mark')).to.equal('kept\nkept');
    expect(await words(lab, 'two', 'cat /etc/ssh/ssh_host_ed25519_key.pub')).to.equal(key);
    expect(await words(lab, 'two', 'systemctl is-active stays || true')).to.equal('inactive');
  });

  it('comes back by itself when a host reboots', async () => {
    const started = 'systemctl show --value --property=UserspaceTimestampMonotonic';
    const before = Number(await words(lab, 'two', started));
    await lab.reboot('two');
    expect(Number(await words(lab, 'two', started))).to.be.greaterThan(before);
    expect(await words(lab, 'two', 'cat /root/mark')).to.equal('kept');
  });

  it('cuts a host off and lets it back', async () => {
    const within = {timeout: 5};
    await lab.cut('two');
    const away = await lab.ssh('one', 'exec 3<>/dev/tcp/10.91.0.102/22', within).catch(() => ({code: 'silence'}));
    await lab.mend('two');
    expect(away.code).to.not.equal(0);
    expect(await words(lab, 'one', 'exec 3<>/dev/tcp/10.91.0.102/22; echo back')).to.equal('back');
  });

  it('starts nothing anew when it is up', async () => {
    const before = (await lab.status()).map(({uptime}) => uptime);
    await lab.up(['one', 'two']);
    const later = (await lab.status()).map(({uptime}) => uptime);
    for (const [index, uptime] of later.entries()) expect(uptime).to.be.greaterThan(before[index] ?? Infinity);
  });

  it('refuses a network that is in use', async () => {
    const other = await Lab.open({name: 'labtwo', subnet: '10.91.0.0/24'});
    const refusal = await other.up(['one']).then(
      () => 'nothing',
      (error: unknown) => String(error),
    );
    await other.down();
    expect(refusal).to.contain("the network 10.91.0.0/24 is in use on 'labtest0'");
  });

  it('starts from hosts that were put aside, as they were then', async () => {
    expect(await lab.restore()).to.equal(false);
    await words(lab, 'two', 'echo aside > /root/mark; echo aside > /home/mark');
    await lab.save();
    try {
      await words(lab, 'two', 'rm /root/mark /home/mark; echo later > /root/later');
      await lab.down();
      expect(await lab.restore()).to.equal(true);
      expect(await words(lab, 'two', 'cat /root/mark /home/mark; ls /root/later 2>&1 || true')).to.match(/^aside\naside\n.*No such file/); // prettier-ignore
    } finally {
      await command(['rm', '-r', savedFolder(name)]);
    }
  });

  it('leaves nothing behind when it goes down', async () => {
    expect(await traces()).to.not.deep.equal([]);
    // What a host has left whose namespace something still holds.
    await command(['ip', 'link', 'add', `vb-${name}-held`, 'type', 'veth', 'peer', 'name', `${name}-peer`]);
    await command(['ip', 'link', 'set', 'dev', `vb-${name}-held`, 'master', `${name}0`]);
    await lab.down();
    expect(await traces()).to.deep.equal([]);
    expect(await machine()).to.deep.equal(untouched);
    await lab.down();
  });
});
