import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {knownHostsLine} from '../../engine/connect/known-hosts.js';
import {createProgram, type Ended, type Program} from '../cli/program.js';
import {startRelay, type Relay} from '../connect/relay.js';
import {startServer, type TestServer} from '../connect/server.js';

/** Twenty tasks of several kinds that this machine may be asked without harm: they write below a folder only. */
function playbook(at: string): string {
  const tasks = [
    `file: {path: "${at}", state: directory, mode: "0755"}`,
    ...[1, 2, 3, 4, 5].map((n) => `copy: {content: "file ${n}\\n", dest: "${at}/file${n}", mode: "0640"}`),
    ...[1, 2, 3].map((n) => `template: {src: page.hbs, dest: "${at}/page${n}", mode: "0644"}`),
    ...[1, 2, 3].map((n) => `lineinfile: {path: "${at}/lines", line: "line ${n}", create: true, mode: "0644"}`),
    'package: {name: coreutils}',
    'user: {name: root}',
    `file: {src: "${at}/file1", dest: "${at}/link", state: link}`,
    `file: {path: "${at}/marker", state: directory, mode: "0700"}`,
    `copy: {content: "{{os.family}}\\n", dest: "${at}/family"}`,
    `copy: {src: large.bin, dest: "${at}/large"}`,
    `command: {cmd: "touch ${at}/made", creates: "${at}/made"}`,
    `stat: {path: "${at}/large"}\n      register: large`,
  ];
  return `- hosts: all\n  tasks:\n${tasks.map((task, index) => `    - name: Task ${index + 1}\n      ${task}\n`).join('')}`;
}

// A server of this process behind a slow line stands for a machine on another continent.
describe('a run over a line of 80 ms with jitter', function () {
  this.timeout(300_000);
  let folder: string;
  let program: Program;
  let server: TestServer;
  let relay: Relay;
  let first: Ended;
  let second: Ended;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'u7s-latency-'));
    server = await startServer();
    relay = await startRelay(server.port, {delay: 40, jitter: 15});
    program = createProgram();
    program.write('page.hbs', 'Welcome to {{inventory_hostname}}\n');
    program.write('large.bin', 'x'.repeat(3_000_000));
    program.write('site.yml', playbook(folder));
    const known = join(folder, 'known_hosts');
    writeFileSync(known, knownHostsLine(`[127.0.0.1]:${relay.port}`, server.hostKey));
    const vars = {
      ansible_host: '127.0.0.1',
      ansible_port: relay.port,
      ansible_user: server.settings.user,
      ansible_ssh_private_key_file: server.settings.privateKeyFiles[0],
      ansible_ssh_known_hosts_file: known,
    };
    program.write('hosts.yml', JSON.stringify({all: {hosts: {far: vars}}}));
    first = await program.run('site.yml', '-i', 'hosts.yml');
    relay.counts.turns = 0;
    second = await program.run('site.yml', '-i', 'hosts.yml', '--profile', 'profile.json');
  });

  after(async () => {
    await relay.close();
    await server.close();
    program.remove();
    rmSync(folder, {recursive: true});
  });

  it('does all that is to do', () => {
    expect(first.code, first.stdout + first.stderr).to.equal(0);
    expect(first.stdout).to.match(/ok=20 +changed=17 /);
    expect(readFileSync(join(folder, 'page3'), 'utf8')).to.equal('Welcome to far\n');
    expect(readFileSync(join(folder, 'large')).length).to.equal(3_000_000);
  });

  it('finds nothing to do the second time, in eight round trips at most', () => {
    expect(second.code, second.stdout + second.stderr).to.equal(0);
    expect(second.stdout).to.match(/ok=20 +changed=0 /);
    const [, told] = /^far +\S+ +\S+ +(\d+) /m.exec(second.stdout + second.stderr) ?? [];
    expect(Number(told), second.stderr).to.be.within(1, 8);
    // On the line itself, with what SSH says before the first question.
    expect(relay.counts.turns).to.be.within(Number(told), 16);
  });
});
