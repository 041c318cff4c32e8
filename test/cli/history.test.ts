import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'chai';
import {createProgram, type Program} from './program.js';

describe('runs on the command line', function () {
  this.timeout(60_000);
  let program: Program;
  const at = (path: string): string => join(program.folder, path);

  before(async () => {
    program = createProgram();
    program.write(
      'site.yml',
      `- hosts: all
  tasks:
    - {name: First, shell: echo first >> ${program.folder}/log, register: first}
    - {name: Break, shell: test -e ${program.folder}/word}
    - {name: Last, copy: {content: "{{first.rc}}", dest: "${program.folder}/last"}}
`,
    );
    await program.run('site.yml', '-i', 'hosts.yml');
    await program.run('site.yml', '-i', 'hosts.yml', '--check');
  });

  after(() => {
    program.remove();
  });

  it('are listed, of an inventory or of all', async () => {
    const {code, stdout} = await program.run('runs');
    expect(code).to.equal(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).to.match(/^RUN +BEGUN +TOOK +PLAYBOOK +CHANGED +FAILED +END$/);
    expect(lines[1]).to.match(/^\d{8}T\d{6}Z-\d+ .* site\.yml +1 +2 +code 2$/);
    expect(lines[2]).to.match(/ site\.yml +check +\d +0 +code 0$/);
    expect((await program.run('runs', '-i', 'other,')).stdout).to.equal('no run is kept\n');
    const [first] = JSON.parse((await program.run('runs', '-i', 'hosts.yml', '--json')).stdout) as {failed: number}[];
    expect(first).to.include({failed: 2, check: false});
  });

  it('are shown again, in every form', async () => {
    const [first] = JSON.parse((await program.run('runs', '--json')).stdout) as {run: string}[];
    const name = first?.run ?? '';
    const {stdout} = await program.run('show', name);
    expect(stdout)
      .to.include('TASK [First]')
      .and.include('fatal: [here]: FAILED!')
      .and.match(/^here .*failed=1/m);
    expect((await program.run('show', name, '--failed')).stdout).not.to.include('TASK [First]');
    const lines = (await program.run('show', name, '--output', 'json')).stdout.trimEnd().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).to.include({type: 'run-ended', run: name});
    const wrong = await program.run('show', name, '--host', 'her');
    expect(wrong).to.include({code: 1, stdout: ''});
    expect(wrong.stderr).to.include('did you mean "here"?');
    expect((await program.run('show', 'x')).stderr).to.include('no run "x" is kept');
  });

  it('are gone on with, unless the project is another', async () => {
    const other = await program.run('site.yml', '-i', 'hosts.yml', '-t', 'all', '--resume', 'last');
    expect(other.stderr).to.include('it was of other playbooks, inventories, hosts or tags');
    program.write('group_vars/all.yml', 'x: 1\n');
    const changed = await program.run('site.yml', '-i', 'hosts.yml', '--resume', 'last');
    expect(changed).to.include({code: 1, stdout: ''});
    expect(changed.stderr).to.match(/"group_vars\/all\.yml" is new since the run/);
    program.write('group_vars/all.yml', '');
    writeFileSync(at('word'), '');
    const fresh = await program.run('site.yml', '-i', 'hosts.yml', '-l', 'here', '--resume', 'last');
    expect(fresh.code).to.equal(1);
  });
});

describe('one task on the command line', function () {
  this.timeout(60_000);
  let program: Program;

  before(() => {
    program = createProgram();
  });

  after(() => {
    program.remove();
  });

  it('is done and told in the form of the command ansible', async () => {
    const said = await program.run('adhoc', 'all', '-i', 'hosts.yml', '-a', 'echo hi');
    expect(said).to.include({code: 0, stdout: 'here | CHANGED | rc=0 >>\nhi\n', stderr: ''});
    const folder = join(program.folder, 'made');
    const args = `{path: ${folder}, state: directory}`;
    const made = await program.run('adhoc', 'here', '-i', 'hosts.yml', '-m', 'file', '-a', args);
    expect(made.stdout).to.match(/^here \| CHANGED => \{\n {4}"changed": true,\n/);
    const there = await program.run('adhoc', 'here', '-i', 'hosts.yml', '-m', 'file', '-a', args, '-C');
    expect(there.stdout).to.match(/^here \| SUCCESS => \{\n/);
    const failed = await program.run('adhoc', 'here', '-i', 'hosts.yml', '-m', 'shell', '-a', 'echo no; exit 3');
    expect(failed.code).to.equal(2);
    expect(failed.stdout).to.match(/^here \| FAILED \| rc=3 >>\nno\n/);
  });

  it('is refused with the place on the command line', async () => {
    const wrong = await program.run('adhoc', 'all', '-i', 'hosts.yml', '-m', 'file', '-a', '{path: /x, onwer: me}');
    expect(wrong).to.include({code: 1, stdout: ''});
    expect(wrong.stderr).to.match(/^adhoc:5:\d+ unknown key "onwer" in file\n.*did you mean "owner"/);
    const words = await program.run('adhoc', 'all', '-i', 'hosts.yml', '-m', 'file', '-a', 'path=/x state=directory');
    expect(words.stderr).to.include('write file: {path: /x, state: directory}');
  });

  it('is explained before anything is connected to', async () => {
    program.write(
      'site.yml',
      `- hosts: all
  vars: {port: 80, url: "http://x:{{port}}"}
  tasks:
    - {name: Ask, command: {cmd: date}, register: asked}
    - {name: Tell, debug: {msg: "{{url}} {{asked.stdout}}"}, when: port == 80}
`,
    );
    const {code, stdout} = await program.run('site.yml', '-i', 'hosts.yml', '--explain', 'Tell');
    expect(code).to.equal(0);
    expect(stdout).to.include('TASK [Tell]  site.yml:5\n  module: debug\n');
    expect(stdout).to.include('    Ask on here (here/1), which must end well\n');
    expect(stdout).to.include('    port == 80 => true  site.yml:5\n');
    expect(stdout).to.include('    asked: registered by "Ask" (here/1)  site.yml:4\n');
    expect(stdout).to.match(/ {4}url: "http:\/\/x:80" {2}site\.yml:2, .*\n/);
    const wrong = await program.run('site.yml', '-i', 'hosts.yml', '--explain', 'Tel');
    expect(wrong.stderr).to.include('there is no task "Tel"').and.include('did you mean "Tell"');
    const step = await program.run('site.yml', '-i', 'hosts.yml', '--step');
    expect(step).to.include({code: 1, stdout: ''});
    expect(step.stderr).to.include('there is no terminal to ask at');
  });
});
