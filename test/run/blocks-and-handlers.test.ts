import {expect} from 'chai';
import {scene} from './rig.js';

describe('a block', () => {
  const rescued = `
- hosts: all
  tasks:
    - name: Try
      block:
        - {name: Risk, command: {cmd: "echo {{word}}"}, register: r, failed_when: r.stdout == "bad"}
        - {name: Not reached, debug: {msg: x}}
      rescue:
        - {name: Mend, file: {path: /mended, text: "{{r.stdout}}"}}
      always:
        - {name: Anyway, file: {path: /always}}
    - {name: Next, debug: {msg: next}}
`;

  it('runs its rescue when a task of it fails, and goes on', async () => {
    const {run} = await scene(rescued.replace('{{word}}', 'bad'));
    const {lines, code, hosts, outcome} = await run();
    expect(outcome('Risk')?.status).to.equal('failed');
    expect(lines).to.deep.equal([
      'h1: Risk → failed',
      'h1: Not reached → blocked',
      'h1: Mend → changed',
      'h1: Anyway → changed',
      'h1: Next → ok',
    ]);
    expect(code).to.equal(0);
    expect(hosts['h1']).to.include({rescued: 1, failed: 0, blocked: 0, ok: 3});
  });

  it('leaves its rescue alone when all goes well', async () => {
    const {run} = await scene(rescued.replace('{{word}}', 'good'));
    const {lines, code} = await run();
    expect(lines).to.deep.equal([
      'h1: Risk → changed',
      'h1: Not reached → ok',
      'h1: Anyway → changed',
      'h1: Next → ok',
    ]);
    expect(code).to.equal(0);
  });

  it('says in a check what would run only after a failure', async () => {
    const {check} = await scene(rescued.replace('{{word}}', 'good'));
    expect((await check()).outcome('Mend')).to.deep.equal({status: 'skipped', reason: "only if 'Risk' fails"});
  });

  it('fails when its rescue fails, after its always', async () => {
    const {run} = await scene(
      rescued.replace('{{word}}', 'bad').replace('file: {path: /mended, text: "{{r.stdout}}"}', 'fail: {msg: worse}'),
    );
    const {lines, outcome, code} = await run();
    expect(lines).to.deep.equal([
      'h1: Risk → failed',
      'h1: Not reached → blocked',
      'h1: Mend → failed',
      'h1: Anyway → changed',
      'h1: Next → blocked',
    ]);
    expect(outcome('Next')).to.deep.equal({status: 'blocked', by: 'h1/fail', text: 'Mend'});
    expect(code).to.equal(2);
  });
});

describe('handlers', () => {
  const notifying = `
- hosts: all
  tasks:
    - {name: Write, file: {path: /a, text: a}, notify: Restart}
    - {name: Write more, file: {path: /b, text: b}, notify: [Restart, Reload]}
    - {name: Last, debug: {msg: last}}
  handlers:
    - {name: Reload, command: {cmd: echo reload}}
    - {name: Restart, command: {cmd: echo restart}}
`;

  it('run once after the tasks, in the order in which they are defined', async () => {
    const {run, machine} = await scene(notifying);
    expect((await run()).lines).to.deep.equal([
      'h1: Write → changed',
      'h1: Write more → changed',
      'h1: Last → ok',
      'h1: Reload → changed',
      'h1: Restart → changed',
    ]);
    expect(machine('h1').log.filter((script) => script.startsWith('echo'))).to.deep.equal([
      'echo reload',
      'echo restart',
    ]);
    expect((await run()).lines).to.deep.equal(['h1: Write → ok', 'h1: Write more → ok', 'h1: Last → ok']);
  });

  it('would run in a check when something would notify them', async () => {
    const {check} = await scene(notifying, {files: {'/b': 'b'}});
    expect((await check()).lines).to.deep.equal([
      'h1: Write → would-change',
      'h1: Write more → ok',
      'h1: Last → ok',
      'h1: Restart → would-change',
    ]);
  });

  it('are deferred when it is not known whether they are notified', async () => {
    const {check} = await scene(`
- hosts: all
  tasks:
    - {name: Ask, command: {cmd: echo x}, register: r}
    - {name: Write, file: {path: /a, text: "{{r.stdout}}"}, notify: Restart}
  handlers:
    - {name: Restart, command: {cmd: echo restart}}
`);
    expect((await check()).outcome('Restart')).to.deep.equal({status: 'deferred', needs: 'h1/file'});
  });
});
