import {existsSync} from 'node:fs';
import {expect} from 'chai';
import type {Event} from '../../engine/event.js';
import {createProgram, type Ended, type Program} from '../cli/program.js';
import {withLab, words} from './lab-machines.js';

describe('plays, on real hosts', function () {
  this.timeout(300_000);
  const here = withLab({name: 'hplays', subnet: '10.42.0.0/24'});
  let program: Program;

  before(() => {
    program = createProgram();
    const {address} = here.lab.host('one');
    program.write(
      'lab.yml',
      `all:
  hosts:
    one: {ansible_host: ${address}}
    two: {ansible_host: ${here.lab.host('two').address}}
  vars: {ansible_ssh_private_key_file: "${here.lab.files.key}", ansible_ssh_known_hosts_file: "${here.lab.files.knownHosts}"}
`,
    );
    program.write(
      'gone.yml',
      `all: {hosts: {gone: {ansible_host: ${address}, ansible_port: 1, ansible_user: root}}}\n`,
    );
  });
  after(() => {
    (program as Program | undefined)?.remove();
  });

  const at = (name: string, script: string): Promise<string> =>
    words(here.machine(name).host({context: 'plain'}), script);

  function outcomes({stdout}: Ended): readonly string[] {
    return stdout
      .split('\n')
      .filter((line) => line.includes('"node-ended"'))
      .map((line) => JSON.parse(line) as Extract<Event, {type: 'node-ended'}>)
      .filter(({outcome}) => outcome.status !== 'idle')
      .map(({node, outcome}) => {
        const said = outcome.status === 'ok' && outcome.message !== undefined ? ` (${outcome.message})` : '';
        return `${node.host}: ${node.task} → ${outcome.status}${said}`;
      });
  }

  const run = (...given: readonly string[]): Promise<Ended> =>
    program.run(...given, '-i', 'lab.yml', '--output', 'json');

  it('take roles from a checkout, a package and a path, with what these depend on', async () => {
    const keep = '- copy: {content: "{{role_name}} {{word}}\\n", dest: "/run/of-{{inventory_hostname}}-{{mark}}"}\n';
    program.write(
      'site/roles.yml',
      '- {hosts: all, remote_user: root, roles: [{role: web, mark: web}, acme/db, {role: ../own, word: own}]}\n',
    );
    program.write('checkout/roles/web/tasks/main.yml', keep);
    program.write(
      'checkout/roles/web/meta/main.yml',
      'galaxy_info: {author: x}\ndependencies: [{role: base, mark: base}]\n',
    );
    program.write('checkout/roles/web/defaults/main/a.yml', 'word: web\n');
    program.write('checkout/roles/base/tasks/main.yaml', keep);
    program.write('checkout/roles/base/vars/main.json', '{"word": "base"}');
    program.write('node_modules/acme/roles/db/tasks/main.yml', keep);
    program.write('node_modules/acme/roles/db/defaults/main.yml', 'word: db\nmark: db\n');
    program.write('own/tasks/main.yml', keep);
    program.write('own/defaults/main.yml', 'mark: own\n');
    const first = await run('site/roles.yml', '--roles-path', 'checkout/roles');
    expect(first.code, first.stdout + first.stderr).to.equal(0);
    expect(await at('two', 'cat /run/of-two-*')).to.equal('base base\nacme/db db\nown own\nweb web');
    const second = await run('site/roles.yml', '--roles-path', 'checkout/roles');
    expect(outcomes(second).every((line) => line.endsWith(' → ok'))).to.equal(true);
  });

  it('go in batches, the last hosts first, with their handlers and what runs once', async () => {
    program.write(
      'rolling.yml',
      `- hosts: all
  remote_user: root
  serial: "{{size_of_batch}}"
  order: reverse_sorted
  vars: {size_of_batch: 1}
  tasks:
    - {name: Here, stat: {path: "{{playbook_dir}}/rolling.yml"}, connection: local, register: here}
    - {name: Note, shell: 'echo {{join ansible_play_batch ","}} {{here.stat.exists}} >> /run/batches', delegate_to: one, run_once: true}
    - {name: Write, copy: {content: x, dest: /run/rolled}, notify: Restart}
  handlers:
    - {name: Restart, shell: 'echo {{inventory_hostname}} restarted >> /run/batches', delegate_to: one}
`,
    );
    const {code, stdout, stderr} = await run('rolling.yml');
    expect(code, stdout + stderr).to.equal(0);
    expect(await at('one', 'cat /run/batches')).to.equal('two true\ntwo restarted\none true\none restarted');
  });

  it('log in as whom they name, and give environments to what reads and what changes', async () => {
    program.write(
      'login.yml',
      `- hosts: one
  remote_user: deploy
  environment: {LEVEL: play, HOME: /run/nowhere}
  tasks:
    - {name: Who, command: id -un, register: who, changed_when: false}
    - {name: Level, command: printenv LEVEL, register: level, changed_when: false, environment: {LEVEL: task}}
    - {name: Said, debug: {msg: "{{who.stdout}} {{level.stdout}}"}}
    - {name: Root, command: id -un, register: root, become: true, changed_when: false}
    - {name: As root, debug: {msg: "{{root.stdout}}"}}
`,
    );
    const ended = await run('login.yml');
    expect(outcomes(ended), ended.stdout + ended.stderr).to.include('one: Said → ok (deploy task)');
    expect(outcomes(ended)).to.include('one: As root → ok (root)');
  });

  it('pass over a machine that cannot be talked to, and run handlers of a host that failed', async () => {
    program.write(
      'lost.yml',
      `- hosts: gone
  ignore_unreachable: true
  tasks:
    - {name: Try, command: "true", register: tried}
    - {name: Told, debug: {msg: "unreachable: {{tried.unreachable}}"}}
- hosts: one
  remote_user: root
  tasks:
    - {name: Write, copy: {content: forced, dest: /run/forced}, notify: Restart}
    - {name: Break, command: "false"}
  handlers:
    - {name: Restart, shell: cp /run/forced /run/forced.seen}
`,
    );
    const ended = await program.run(
      'lost.yml',
      '-i',
      'lab.yml',
      '-i',
      'gone.yml',
      '--force-handlers',
      '--output',
      'json',
    );
    expect(outcomes(ended), ended.stdout + ended.stderr).to.deep.equal([
      'gone: Try → unreachable',
      'gone: Told → ok (unreachable: true)',
      'one: Write → changed',
      'one: Break → failed',
      'one: Restart → changed',
    ]);
    expect(ended.code).to.equal(2);
    expect(await at('one', 'cat /run/forced.seen')).to.equal('forced');
  });

  it('ask for nothing that nobody can answer, and touch nothing then', async () => {
    program.write(
      'asked.yml',
      `- hosts: one
  remote_user: root
  vars_prompt: [{name: word}]
  tasks: [{name: Write, copy: {content: "{{word}}", dest: /run/asked}}]
`,
    );
    const refused = await run('asked.yml');
    expect(refused.code).to.equal(1);
    expect(refused.stderr)
      .to.include('asked.yml:3:24 "word" is asked for, and nobody is there to answer')
      .and.include('give it by "-e word=…"');
    const given = await run('asked.yml', '-e', 'word=given');
    expect(given.code, given.stdout + given.stderr).to.equal(0);
    expect(await at('one', 'cat /run/asked')).to.equal('given');
    expect(existsSync('/run/asked')).to.equal(false);
  });
});
