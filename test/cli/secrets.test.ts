import {readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'chai';
import {askPasswords} from '../../engine/cli/ask.js';
import type {LoginOptions} from '../../engine/cli/invocation.js';
import {BadInput} from '../../engine/diagnostic.js';
import {seal} from '../../engine/vault/cipher.js';
import {formatEnvelope} from '../../engine/vault/format.js';
import {createProgram, type Ended, type Program} from './program.js';

const password = 'vault password';
const sealed = (text: string): string =>
  formatEnvelope({label: 'default', digits: seal(Buffer.from(text), Buffer.from(password))});
const inline = (name: string, text: string): string =>
  `${name}: !vault |\n${sealed(text).replaceAll(/^/gm, '    ').trimEnd()}\n`;

const canaries = ['canary-single-5d01', 'canary-file-92bc', 'canary-pem-line-7e', 'canary-argument-3f'];
const found = (text: string): readonly string[] =>
  canaries.filter((canary) =>
    [canary, Buffer.from(canary).toString('base64').slice(0, -4)].some((form) => text.includes(form)),
  );

describe('secrets', () => {
  let program: Program;
  beforeEach(() => {
    program = createProgram();
    program.write('pass', password);
    program.write('host_vars/here/single.yml', inline('single', 'canary-single-5d01'));
    program.write('host_vars/here/file.yml', sealed('in_file: canary-file-92bc\nport: 64431\n'));
    program.write('files/key.pem', sealed('line one of it\ncanary-pem-line-7e\n'));
  });
  afterEach(() => {
    program.remove();
  });
  const given = ['-i', 'hosts.yml', '--vault-password-file', 'pass'];
  const clean = ({stdout, stderr}: Ended): void => {
    expect(found(stdout + stderr), stdout + stderr).to.deep.equal([]);
  };

  it('are in no output, journal, report or plan of a run', async () => {
    program.write(
      'site.yml',
      `- hosts: all
  tasks:
    - {name: "Say {{single}}", debug: {msg: "{{single}} {{in_file}} {{b64encode in_file}} {{port}}"}}
    - {name: Copy, copy: {content: "{{single}}\\n", dest: "{{playbook_dir}}/expected"}}
    - {name: Send, copy: {src: key.pem, dest: "{{playbook_dir}}/expected.pem"}}
    - {name: Fail, command: "sh -c 'echo {{in_file}} >&2; exit 4'", ignore_errors: true}
    - {name: Loop, debug: {msg: "{{item}}"}, loop: ["{{single}}", plain]}
`,
    );
    const outputs = ['--output', 'plain', '--output', 'json:events.json', '--output', 'junit:report.xml'];
    const check = await program.run('site.yml', ...given, '--check', '--diff', '-vvv', '--plan', 'plan.json');
    const run = await program.run('site.yml', ...given, '--diff', '-vvv', ...outputs);
    expect([check.code, run.code], check.stderr + run.stdout).to.deep.equal([0, 0]);
    for (const ended of [check, run, await program.run('show', 'last', '-i', 'hosts.yml')]) clean(ended);
    expect(run.stdout).to.include('*** *** *** ***').and.include('+***').and.include('Say ***');
    expect(readFileSync(join(program.folder, 'expected'), 'utf8')).to.equal('canary-single-5d01\n');
    expect(readFileSync(join(program.folder, 'expected.pem'), 'utf8')).to.equal('line one of it\ncanary-pem-line-7e\n');
    const files = readdirSync(program.folder, {recursive: true, encoding: 'utf8'})
      .filter((name) => !/^expected/.test(name) && statSync(join(program.folder, name)).isFile())
      .filter((name) => found(readFileSync(join(program.folder, name), 'utf8')).length > 0);
    expect(files).to.deep.equal([]);
  }).timeout(120_000);

  it('are in no graph, no list of variables, and no complaint about them', async () => {
    program.write(
      'site.yml',
      `- hosts: all
  vars: {mode: "{{in_file}}"}
  tasks:
    - {name: Have, user: {name: ann, password: "canary-argument-3f"}, when: single != "x"}
    - {name: Wrong, user: {name: ann, password: [canary-argument-3f]}}
`,
    );
    const bad = await program.run('graph', 'site.yml', ...given);
    expect(bad.code).to.equal(1);
    clean(bad);
    program.write('site.yml', '- hosts: all\n  tasks: [debug: {msg: "{{single}} {{in_file}}"}]\n');
    for (const line of ['graph site.yml --tasks', 'vars here', 'inventory --list', 'inventory --host here -y']) {
      const ended = await program.run(...line.split(' '), ...given);
      expect(ended.code, ended.stderr).to.equal(0);
      clean(ended);
    }
    const shown = await program.run('inventory', '--host', 'here', '--show-secrets', ...given);
    expect(found(shown.stdout)).to.deep.equal(['canary-single-5d01', 'canary-file-92bc']);
  }).timeout(120_000);

  it('that stand single stay encrypted where nothing is run and no password is given', async () => {
    program.write('host_vars/here/file.yml', '');
    const ended = await program.run('inventory', '--host', 'here', '-y', '-i', 'hosts.yml');
    expect(ended.stdout).to.include('single: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  ');
    program.write('site.yml', '- hosts: all\n  tasks: [debug: {msg: "{{single}}"}]\n');
    const run = await program.run('site.yml', '-i', 'hosts.yml');
    expect([run.code, run.stderr.split('\n')[0]]).to.deep.equal([
      1,
      'host_vars/here/single.yml:1:9 this value is encrypted with vault id "default", and no vault password is given',
    ]);
  }).timeout(120_000);

  describe('for logins', () => {
    const login = {askPassword: false, askBecomePassword: false} as LoginOptions;
    const file = (name: string): string => join(program.folder, name);

    it('come from files', async () => {
      program.write('ssh', 'one\n');
      program.write('sudo', 'two\n');
      expect(await askPasswords({...login, passwordFile: file('ssh'), becomePasswordFile: file('sudo')})).to.deep.equal(
        {
          login: 'one',
          become: 'two',
        },
      );
      expect(await askPasswords(login)).to.deep.equal({login: undefined, become: undefined});
    });

    it('are refused where their file has none', async () => {
      program.write('empty', '\n');
      for (const [name, message] of [
        ['empty', /^the SSH password in ".*empty" is empty$/],
        ['nowhere', /^the file of the SSH password, ".*nowhere", is not there$/],
      ] as const) {
        const refused: unknown = await askPasswords({...login, passwordFile: file(name)}).catch(
          (error: unknown) => error,
        );
        expect(refused).to.be.instanceOf(BadInput).and.have.property('message').that.matches(message);
      }
    });
  });
});
