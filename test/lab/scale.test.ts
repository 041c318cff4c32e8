import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import type {Event} from '../../engine/event.js';
import {knownHostsLine} from '../../engine/connect/known-hosts.js';
import {createProgram, type Program} from '../cli/program.js';
import {someKey, startServer, type TestServer} from '../connect/server.js';

type Kind = 'good' | 'down' | 'hanging' | 'resetting' | 'full' | 'changed';

const counts: Readonly<Record<Kind, number>> = {good: 170, down: 10, hanging: 5, resetting: 5, full: 5, changed: 5};
const kinds = Object.keys(counts) as readonly Kind[];
const namesOf = (kind: Kind): readonly string[] => Array.from({length: counts[kind]}, (_, index) => `${kind}${index}`);

// Servers of this process stand for two hundred machines: what is tried is who suffers from the bad ones, and what is said of them.
describe('a run on 200 hosts of which 30 are bad', function () {
  this.timeout(300_000);
  let folder: string;
  let program: Program;
  let servers: Readonly<Record<'good' | 'hanging' | 'resetting', TestServer>>;
  let code: number | null;
  let events: readonly Event[];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'u7s-scale-'));
    for (const name of kinds.flatMap(namesOf)) mkdirSync(join(folder, name));
    for (const name of namesOf('full')) {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', join(folder, name)]);
      execFileSync('sh', ['-c', 'cat /dev/zero > rest || :', 'sh'], {cwd: join(folder, name), stdio: 'ignore'});
    }
    servers = {
      good: await startServer(),
      hanging: await startServer({hangs: true}),
      resetting: await startServer({cutAfter: 2}),
    };
    program = createProgram();
    program.write('hosts.yml', inventory());
    program.write(
      'site.yml',
      `- hosts: all
  tasks:
    - name: Have one
      copy: {content: "1{{filler}}", dest: "${folder}/{{inventory_hostname}}/one"}
    - name: Have two
      copy: {content: "2", dest: "${folder}/{{inventory_hostname}}/two"}
  vars:
    filler: "${'x'.repeat(5000)}"
`,
    );
    const ended = await program.run('site.yml', '-i', 'hosts.yml', '-T', '60', '--output', 'json');
    code = ended.code;
    events = ended.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Event);
  });

  after(async () => {
    for (const name of namesOf('full')) execFileSync('umount', [join(folder, name)]);
    for (const server of Object.values(servers)) await server.close();
    program.remove();
    rmSync(folder, {recursive: true});
  });

  function inventory(): string {
    const changed = join(folder, 'changed_hosts');
    writeFileSync(changed, knownHostsLine(`[127.0.0.1]:${servers.good.port}`, someKey()));
    const serverOf = (kind: Kind): TestServer =>
      kind === 'hanging' || kind === 'resetting' ? servers[kind] : servers.good;
    const lines = kinds.flatMap((kind) => {
      const {settings, knownHosts, port} = serverOf(kind);
      const vars = {
        ansible_host: '127.0.0.1',
        // Nobody listens where a service of the system would.
        ansible_port: kind === 'down' ? 1 : port,
        ansible_user: settings.user,
        ansible_ssh_private_key_file: settings.privateKeyFiles[0],
        ansible_ssh_known_hosts_file: kind === 'changed' ? changed : knownHosts,
      };
      return namesOf(kind).map((name) => `    ${name}: ${JSON.stringify(vars)}\n`);
    });
    return `all:\n  hosts:\n${lines.join('')}`;
  }

  /** The messages of what failed on hosts of a kind, once each. */
  function toldOf(kind: Kind): readonly string[] {
    const told = events.flatMap((event) =>
      event.type === 'node-ended' && event.node.host.startsWith(kind) && 'failure' in event.outcome
        ? [`${event.outcome.status}: ${event.outcome.failure.message} ${event.outcome.failure.stderr ?? ''}`]
        : [],
    );
    return told;
  }

  it('does its work on every good one', () => {
    const recap = events.flatMap((event) => (event.type === 'run-ended' ? [event.hosts] : []))[0] ?? {};
    for (const name of namesOf('good')) expect(recap[name], name).to.include({changed: 2, failed: 0, unreachable: 0});
    expect(Object.keys(recap)).to.have.length(200);
    for (const kind of ['down', 'hanging', 'resetting', 'changed'] as const)
      for (const name of namesOf(kind)) expect(recap[name], name).to.include({changed: 0, unreachable: 1});
    for (const name of namesOf('full')) expect(recap[name], name).to.include({changed: 0, failed: 1});
  });

  it('ends with the code of what is worst', () => {
    expect(code).to.equal(4);
  });

  it('says of each bad one what is wrong with it', () => {
    const said: Readonly<Record<Exclude<Kind, 'good'>, RegExp>> = {
      down: /^unreachable: nothing listens/i,
      hanging: /^unreachable: no shell .*within 60 s/i,
      resetting: /^unreachable: .*(closed|lost|reset|cut|ended)/i,
      full: /^failed: .*no space left/is,
      changed: /^unreachable: .*key/i,
    };
    for (const kind of kinds) {
      if (kind === 'good') continue;
      const told = toldOf(kind);
      expect(told, kind).to.have.length(counts[kind]);
      for (const message of told) expect(message).to.match(said[kind]);
    }
  });

  it('lets nobody wait for those that hang', () => {
    const endOf = (kind: Kind): readonly number[] =>
      events.flatMap((event) => (event.type === 'node-ended' && event.node.host.startsWith(kind) ? [event.time] : []));
    expect(Math.min(...endOf('good'))).to.be.below(Math.min(...endOf('hanging')));
  });
});
