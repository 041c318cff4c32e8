import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Ajv2020} from 'ajv/dist/2020.js';
import {expect} from 'chai';
import {packageRoot} from '../../engine/root.js';
import {createProgram, type Program} from './program.js';

describe('u7s-play', function () {
  this.timeout(20_000);
  let program: Program;
  const at = (path: string): string => join(program.folder, path);

  beforeEach(() => {
    program = createProgram();
    program.write(
      'site.yml',
      `- hosts: all
  vars: {greeting: Hello}
  tasks:
    - name: Have a folder
      file: {path: "${program.folder}/out", state: directory}
    - name: Write
      copy: {content: "{{greeting}}\\n", dest: "${program.folder}/out/motd", mode: "0644"}
      tags: [write]
`,
    );
  });

  afterEach(() => {
    program.remove();
  });

  it('changes nothing in a check and says what would change', async () => {
    const {code, stdout, stderr} = await program.run('site.yml', '-i', 'hosts.yml', '--check', '--diff');
    expect({code, stderr}).to.deep.equal({code: 0, stderr: ''});
    expect(stdout).to.include('+Hello\n').and.include('check: 2 tasks would change on 1 host\n');
    expect(existsSync(at('out'))).to.equal(false);
  });

  it('changes what is to be changed, and nothing the second time', async () => {
    const first = await program.run('site.yml', '-i', 'hosts.yml');
    expect(first.stdout).to.match(/^here .*ok=2 +changed=2 /m);
    expect(readFileSync(at('out/motd'), 'utf8')).to.equal('Hello\n');
    const second = await program.run('site.yml', '-i', 'hosts.yml');
    expect(second).to.include({code: 0, stderr: ''});
    expect(second.stdout).to.match(/^here .*ok=2 +changed=0 /m);
    const strict = await program.run('site.yml', '-i', 'hosts.yml', '--check', '--strict');
    expect(strict.code).to.equal(0);
  });

  it('ends with 3 when a strict check finds something', async () => {
    const {code} = await program.run('site.yml', '-i', 'hosts.yml', '--check', '--strict');
    expect(code).to.equal(3);
  });

  it('tells all that is wrong with the input at once, touches nothing, and ends with 1', async () => {
    program.write('bad.yml', '- hosts: al\n  tasks:\n    - copi: {}\n    - file: {path: /x, onwer: me}\n');
    const {code, stdout, stderr} = await program.run('bad.yml', '-i', 'hosts.yml');
    expect({code, stdout}).to.deep.equal({code: 1, stdout: ''});
    expect(stderr).to.include('bad.yml:1:10').and.include('did you mean "copy"').and.include('did you mean "owner"');
    expect(existsSync(at('state'))).to.equal(false);
  });

  it('ends with 1 for what selects nothing', async () => {
    const words: readonly (readonly string[])[] = [
      ['-l', 'there'],
      ['-t', 'wirte'],
      ['--start-at-task', 'Wriet'],
    ];
    for (const selection of words) {
      const {code, stderr} = await program.run('site.yml', '-i', 'hosts.yml', ...selection);
      expect(code, stderr).to.equal(1);
    }
  });

  it('asks for no password where nobody can answer', async () => {
    const {code, stderr} = await program.run('site.yml', '-i', 'hosts.yml', '-K');
    expect(code).to.equal(1);
    expect(stderr).to.include('"BECOME password" cannot be asked without a terminal');
  });

  it('ends with 2 when a host failed', async () => {
    program.write('fail.yml', '- hosts: all\n  tasks:\n    - name: Break\n      shell: echo bad >&2; exit 7\n');
    const {code, stdout} = await program.run('fail.yml', '-i', 'hosts.yml');
    expect(code).to.equal(2);
    expect(stdout)
      .to.include('fatal: [here]: FAILED! =>')
      .and.include('  at: fail.yml:3:7\n')
      .and.include('  stderr: bad\n');
  });

  it('ends with 4 when a host cannot be reached', async () => {
    program.write('far.yml', 'all: {hosts: {far: {ansible_host: 127.0.0.1, ansible_port: 1}}}\n');
    const {code, stdout} = await program.run('site.yml', '-i', 'far.yml');
    expect(code).to.equal(4);
    expect(stdout)
      .to.include('fatal: [far]: UNREACHABLE! =>')
      .and.match(/^far .*unreachable=1/m);
  });

  it('changes one machine that has two names under both of them', async () => {
    program.write('two.yml', 'all: {hosts: {one: {ansible_connection: local}, two: {ansible_connection: local}}}\n');
    program.write(
      'names.yml',
      `- hosts: all\n  tasks:\n    - copy: {content: x, dest: "${program.folder}/{{inventory_hostname}}"}\n`,
    );
    const {code, stdout} = await program.run('names.yml', '-i', 'two.yml');
    expect(code, stdout).to.equal(0);
    expect(stdout)
      .to.match(/^one .*changed=1 /m)
      .and.match(/^two .*changed=1 /m);
  });

  it('lists hosts, tasks and tags', async () => {
    const {stdout} = await program.run('site.yml', '-i', 'hosts.yml', '--list-hosts', '--list-tasks', '-t', 'write');
    expect(stdout).to.include(
      "    pattern: ['all']\n    hosts (1):\n      here\n    tasks:\n      Write\tTAGS: [write]\n",
    );
    expect(stdout).not.to.include('Have a folder');
  });

  it('writes its events as JSON lines, and JUnit into a file', async () => {
    const {stdout} = await program.run(
      'site.yml',
      '-i',
      'hosts.yml',
      '--output',
      'json',
      '--output',
      'junit:report.xml',
    );
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as {type: string});
    expect(events.map(({type}) => type)).to.include.members([
      'run-started',
      'host-connected',
      'node-ended',
      'run-ended',
    ]);
    const validate = new Ajv2020().compile(
      JSON.parse(readFileSync(join(packageRoot, 'schemas', 'event.schema.json'), 'utf8')) as object,
    );
    for (const event of events) expect(validate(event), JSON.stringify(validate.errors)).to.equal(true);
    expect(readFileSync(at('report.xml'), 'utf8')).to.include('<testcase name="Write" classname="here"');
    const [inventory = ''] = readdirSync(at('state/u7s-play'));
    const [journal = ''] = readdirSync(at(join('state/u7s-play', inventory, 'runs')));
    expect(readFileSync(at(join('state/u7s-play', inventory, 'runs', journal)), 'utf8')).to.equal(stdout);
  });

  it('says that an output file cannot be written before it touches anything', async () => {
    const {code, stderr} = await program.run('site.yml', '-i', 'hosts.yml', '--output', 'junit:no/such/folder.xml');
    expect(code).to.equal(1);
    expect(stderr).to.include('output file "no/such/folder.xml" cannot be written');
    expect(existsSync(at('out'))).to.equal(false);
  });

  it('goes on to its end when nobody reads what it says', async () => {
    const started = program.start('site.yml', '-i', 'hosts.yml', '-vv');
    started.process.stdout?.destroy();
    const {code, stderr} = await started.ended;
    expect({code, stderr}).to.deep.equal({code: 0, stderr: ''});
    expect(existsSync(at('out/motd'))).to.equal(true);
  });

  describe('when it is interrupted', () => {
    beforeEach(() => {
      program.write(
        'slow.yml',
        `- hosts: all
  tasks:
    - name: Wait for a word
      shell: until [ -e ${program.folder}/word ]; do sleep 0.02; done
    - name: Never
      file: {path: "${program.folder}/never", state: directory}
`,
      );
    });

    it('lets what runs finish, starts nothing new, and ends with 99', async () => {
      const started = program.start('slow.yml', '-i', 'hosts.yml', '--output', 'json');
      await started.said('"type":"node-started"');
      started.process.kill('SIGINT');
      await started.said('"type":"interrupting","force":false');
      writeFileSync(at('word'), '');
      const {code, stdout} = await started.ended;
      expect(code).to.equal(99);
      expect(stdout)
        .to.match(/"task":"Wait for a word".*"status":"changed"/)
        .and.match(/"task":"Never".*"status":"interrupted"/);
      expect(stdout).to.match(/"type":"run-ended".*"code":99.*"changed":1/);
      expect(existsSync(at('never'))).to.equal(false);
    });

    it('gives up what runs at the second interrupt', async () => {
      const started = program.start('slow.yml', '-i', 'hosts.yml', '--output', 'json');
      await started.said('"type":"node-started"');
      started.process.kill('SIGINT');
      await started.said('"type":"interrupting","force":false');
      started.process.kill('SIGINT');
      const {code, stdout} = await started.ended;
      expect(code).to.equal(99);
      expect(stdout).to.include('"status":"interrupted"').and.include('"type":"run-ended"');
    });

    it('holds its inventory against other runs, and says who holds it', async () => {
      const started = program.start('slow.yml', '-i', 'hosts.yml', '--output', 'json');
      await started.said('"type":"node-started"');
      const {code, stderr} = await program.run('site.yml', '-i', 'hosts.yml');
      expect(code).to.equal(1);
      expect(stderr).to.include(`another run holds this inventory: process ${started.process.pid ?? 0}`);
      writeFileSync(at('word'), '');
      expect((await started.ended).code).to.equal(0);
    });

    it('leaves the controller to the runs of other inventories', async () => {
      for (const name of ['one', 'other']) program.write(`${name}.yml`, `all: {hosts: {${name}: {}}}\n`);
      program.write(
        'here.yml',
        `- hosts: all
  tasks:
    - name: Begin
      delegate_to: localhost
      copy: {content: "", dest: "${program.folder}/{{inventory_hostname}}"}
    - name: Wait for a word
      delegate_to: localhost
      shell: until [ -e ${program.folder}/word ]; do sleep 0.02; done
      when: inventory_hostname == "one"
`,
      );
      const started = program.start('here.yml', '-i', 'one.yml', '--output', 'json');
      await started.said('"task":"Wait for a word"');
      const {code, stdout} = await program.run('here.yml', '-i', 'other.yml');
      writeFileSync(at('word'), '');
      expect(code, stdout).to.equal(0);
      expect((await started.ended).code).to.equal(0);
    });
  });
});
