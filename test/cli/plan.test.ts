import {existsSync, readFileSync, rmSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'chai';
import {createProgram, type Program} from './program.js';

describe('plans on the command line', function () {
  this.timeout(60_000);
  let program: Program;
  const at = (path: string): string => join(program.folder, path);

  beforeEach(() => {
    program = createProgram();
    program.write('templates/page.hbs', 'Hello {{inventory_hostname}}\n');
    program.write(
      'site.yml',
      `- hosts: all
  tasks:
    - name: Have a folder
      file: {path: "${program.folder}/out", state: directory}
    - name: Have a page
      template: {src: page.hbs, dest: "${program.folder}/out/page"}
`,
    );
  });

  afterEach(() => {
    program.remove();
  });

  it('are written by a check, and done once, from anywhere', async () => {
    const planned = await program.run('site.yml', '-i', 'hosts.yml', '--plan', 'a.plan');
    expect(planned.code, planned.stderr).to.equal(0);
    expect(planned.stdout).to.include('check: nothing will be changed');
    expect(planned.stderr).to.equal('planned: 2 of 2 tasks change something; to do it: u7s-play apply a.plan\n');
    expect(existsSync(at('out'))).to.equal(false);
    expect(statSync(at('a.plan')).mode & 0o777).to.equal(0o600);
    expect(statSync(at('state/u7s-play/plan.key')).mode & 0o777).to.equal(0o600);
    const applied = await program.run('apply', at('a.plan'));
    expect(applied.code, applied.stdout).to.equal(0);
    expect(readFileSync(at('out/page'), 'utf8')).to.equal('Hello here\n');
    const again = await program.run('apply', 'a.plan');
    expect(again.code).to.equal(2);
    expect(again.stdout).to.include('refused: the plan was to "create folder');
  });

  it('are refused when what they were made of has changed, and name the file', async () => {
    await program.run('site.yml', '-i', 'hosts.yml', '--plan', 'a.plan');
    program.write('templates/page.hbs', 'Bye\n');
    const template = await program.run('apply', 'a.plan');
    expect(template).to.include({code: 1, stdout: ''});
    expect(template.stderr).to.equal('"templates/page.hbs" has changed since the plan "a.plan" was made\n');
    program.write('templates/page.hbs', 'Hello {{inventory_hostname}}\n');
    program.write('group_vars/all.yml', 'x: 1\n');
    const variables = await program.run('apply', 'a.plan');
    expect(variables.stderr).to.include('"group_vars/all.yml" is new since the plan "a.plan" was made');
    rmSync(at('group_vars'), {recursive: true});
    program.write('a.plan', readFileSync(at('a.plan'), 'utf8').replace('"site.yml"', '"other.yml"'));
    const edited = await program.run('apply', 'a.plan');
    expect(edited.stderr).to.include('is not as it was written');
    expect(existsSync(at('out'))).to.equal(false);
  });

  it('are refused where they do not know everything, unless that is allowed', async () => {
    program.write(
      'ask.yml',
      `- hosts: all
  tasks:
    - {name: Ask, shell: echo told, register: said}
    - {name: Use, copy: {content: "{{said.stdout}}", dest: "${program.folder}/told"}}
`,
    );
    const planned = await program.run('ask.yml', '-i', 'hosts.yml', '--plan', 'b.plan');
    expect(planned.stderr).to.include('1 of 2 tasks change something, 1 are deferred');
    const refused = await program.run('apply', 'b.plan');
    expect(refused).to.include({code: 1, stdout: ''});
    expect(refused.stderr).to.match(/"Use" \(ask\.yml:4:7\) will do on here: it needs here\/shell\n.*--allow-deferred/);
    const allowed = await program.run('apply', 'b.plan', '--allow-deferred');
    expect(allowed.code, allowed.stdout).to.equal(0);
    const both = await program.run('ask.yml', '-i', 'hosts.yml', '--plan', 'c.plan', '--resume', 'last');
    expect(both.stderr).to.include('it cannot stand beside --resume or --step');
    expect(readFileSync(at('told'), 'utf8')).to.equal('told');
  });
});
