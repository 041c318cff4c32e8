import {expect} from 'chai';
import type {Event} from '../../engine/event.js';
import {createProgram, type Program} from '../cli/program.js';
import {withLab, words} from './lab-machines.js';

describe('runs that are cut off, and plans, on real hosts', function () {
  this.timeout(300_000);
  const here = withLab({name: 'history', subnet: '10.45.0.0/24'});
  let program: Program;

  before(() => {
    program = createProgram();
    const host = (name: string): string =>
      `${name}: {ansible_host: ${here.lab.host(name).address}, ansible_user: root}`;
    program.write(
      'lab.yml',
      `all:
  hosts: {${host('one')}, ${host('two')}}
  vars: {ansible_ssh_private_key_file: "${here.lab.files.key}", ansible_ssh_known_hosts_file: "${here.lab.files.knownHosts}"}
`,
    );
  });
  after(() => {
    (program as Program | undefined)?.remove();
  });

  const at = (name: string, script: string): Promise<string> =>
    words(here.machine(name).host({context: 'plain'}), script);

  function outcomes(output: string): readonly string[] {
    return output
      .split('\n')
      .filter((line) => line.includes('"node-ended"'))
      .map((line) => JSON.parse(line) as Extract<Event, {type: 'node-ended'}>)
      .filter(({outcome}) => outcome.status !== 'idle')
      .map(({node, outcome}) => `${node.host}: ${node.task} → ${outcome.status}`);
  }

  it('a handler that was notified before the controller was killed runs in the next run, and a check shows it', async () => {
    program.write(
      'handlers.yml',
      `- hosts: one
  tasks:
    - {name: Change, copy: {content: "new\\n", dest: /etc/u7s-test.conf}, notify: Restart}
    - {name: Go on, shell: "test -e /run/u7s-test.go || { touch /run/u7s-test.go; sleep 5; }"}
  handlers:
    - {name: Restart, shell: echo restarted >> /run/u7s-test.log}
`,
    );
    const started = program.start('handlers.yml', '-i', 'lab.yml', '--output', 'json');
    await started.said('"task":"Go on"');
    started.process.kill('SIGKILL');
    await started.ended;
    expect(await at('one', 'cat /etc/u7s-test.conf; cat /run/u7s-test.log 2>/dev/null || true')).to.equal('new');
    const check = await program.run('handlers.yml', '-i', 'lab.yml', '--check', '--output', 'json');
    expect(outcomes(check.stdout)).to.include('one: Restart → would-change').and.include('one: Change → ok');
    const runs = await program.run('runs', '-i', 'lab.yml');
    expect(runs.stdout).to.match(/handlers\.yml +1 +0 +cut off/);
    const next = await program.run('handlers.yml', '-i', 'lab.yml', '--output', 'json');
    expect(outcomes(next.stdout), next.stderr).to.deep.equal([
      'one: Change → ok',
      'one: Go on → changed',
      'one: Restart → changed',
    ]);
    expect(await at('one', 'cat /run/u7s-test.log')).to.equal('restarted');
    const last = await program.run('handlers.yml', '-i', 'lab.yml', '--output', 'json');
    expect(outcomes(last.stdout)).not.to.include('one: Restart → changed');
  });

  it('a run whose controller was killed is gone on with where it was', async () => {
    program.write(
      'resume.yml',
      `- hosts: all
  tasks:
    - {name: Draw, shell: "date +%s%N | tee -a /run/u7s-test.draws", register: drawn}
    - {name: Wait, shell: "test -e /run/u7s-test.second || { touch /run/u7s-test.second; sleep 5; }"}
    - {name: Keep, copy: {content: "{{drawn.stdout}}", dest: /run/u7s-test.kept}}
`,
    );
    const started = program.start('resume.yml', '-i', 'lab.yml', '--output', 'json');
    // Each host goes at its own pace: cut off earlier, one of them would draw again.
    const begun = (host: string): RegExp => new RegExp(`"node-started".*"host":"${host}".*"task":"Wait"`);
    await Promise.all([started.said(begun('one')), started.said(begun('two'))]);
    started.process.kill('SIGKILL');
    await started.ended;
    const next = await program.run('resume.yml', '-i', 'lab.yml', '--resume', 'last', '--output', 'json');
    expect(next.code, next.stdout + next.stderr).to.equal(0);
    expect(outcomes(next.stdout)).to.include('one: Keep → changed').and.include('two: Keep → changed');
    for (const host of ['one', 'two']) {
      const [kept, draws] = (await at(host, 'cat /run/u7s-test.kept; echo; cat /run/u7s-test.draws')).split('\n');
      expect(kept, host).to.equal(draws);
    }
  });

  it('a plan is done where nothing has moved on, and refused where something has', async () => {
    program.write(
      'plan.yml',
      `- hosts: all
  tasks:
    - {name: Group, group: {name: planned}}
    - {name: User, user: {name: planned, group: planned}}
    - {name: Folder, file: {path: /srv/planned, state: directory, owner: planned, mode: "0750"}}
    - {name: File, copy: {content: "planned\\n", dest: /srv/planned/a, owner: planned, group: planned, mode: "0640"}}
    - {name: Line, lineinfile: {path: /srv/planned/a, line: more}}
    - {name: Link, file: {path: /srv/planned/b, src: a, state: link}}
    - {name: Unit, copy: {content: "[Service]\\nType=oneshot\\nExecStart=/bin/true\\nRemainAfterExit=yes\\n", dest: /etc/systemd/system/planned.service}}
    - {name: Service, systemd_service: {name: planned, state: started}}
    - {name: Motd, copy: {content: "ours\\n", dest: /etc/motd}}
`,
    );
    const planned = await program.run('plan.yml', '-i', 'lab.yml', '--plan', 'lab.plan', '--diff');
    expect(planned.code, planned.stdout + planned.stderr).to.equal(0);
    await at('two', 'echo theirs > /etc/motd');
    const applied = await program.run('apply', 'lab.plan', '--output', 'json');
    expect(applied.code, applied.stderr).to.equal(2);
    const told = outcomes(applied.stdout);
    const failed = told.filter((line) => line.includes('failed') || line.includes('blocked'));
    expect(failed, applied.stdout).to.deep.equal(['two: Motd → failed']);
    expect(applied.stdout).to.match(/refused: file \/etc\/motd [^"]*was .*, is /);
    expect(told.filter((line) => line.startsWith('one: ') && line.endsWith('changed'))).to.have.length(9);
    expect(await at('two', 'cat /etc/motd')).to.equal('theirs');
    expect(await at('one', 'cat /etc/motd /srv/planned/b; systemctl is-active planned')).to.equal(
      'ours\nplanned\nmore\nactive',
    );
  });
});
