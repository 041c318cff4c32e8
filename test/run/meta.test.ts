import {expect} from 'chai';
import {scene} from './rig.js';

const three = {hosts: ['h1', 'h2', 'h3']};

describe('meta', () => {
  it('ends the play for a host, and not the next play', async () => {
    const {run} = await scene(
      `
- hosts: all
  tasks:
    - {name: Leave, meta: end_host, when: inventory_hostname == "h2"}
    - {name: Write, file: {path: /a}}
- hosts: all
  tasks:
    - {name: Again, file: {path: /b}}
`,
      three,
    );
    const {outcome, code} = await run();
    expect(code).to.equal(0);
    expect(outcome('Leave', 'h2')).to.deep.equal({status: 'ok', message: 'the play ends here for this host'});
    expect(outcome('Write', 'h1')?.status).to.equal('changed');
    expect(outcome('Write', 'h2')?.status).to.equal('idle');
    expect(outcome('Again', 'h2')?.status).to.equal('changed');
  });

  it('ends the play for all hosts, in later batches too', async () => {
    const {run} = await scene(
      `
- hosts: all
  serial: 2
  tasks:
    - {name: First, file: {path: /a}}
    - {name: End, meta: end_play, when: inventory_hostname == "h1"}
    - {name: Write, file: {path: /b}}
`,
      three,
    );
    const {outcome} = await run();
    expect(['h1', 'h2', 'h3'].map((host) => outcome('Write', host)?.status)).to.deep.equal(['idle', 'idle', 'idle']);
    expect(outcome('First', 'h2')?.status).to.equal('changed');
    expect(outcome('First', 'h3')?.status).to.equal('idle');
  });

  it('ends a batch, and not the next one', async () => {
    const {run} = await scene(
      `
- hosts: all
  serial: 2
  tasks:
    - {meta: end_batch, when: inventory_hostname == "h2"}
    - {name: Write, file: {path: /b}}
`,
      three,
    );
    const {outcome} = await run();
    expect(['h1', 'h2', 'h3'].map((host) => outcome('Write', host)?.status)).to.deep.equal(['idle', 'idle', 'changed']);
  });

  it('ends a role, and not what comes after it', async () => {
    const {run} = await scene('- hosts: all\n  roles: [web]\n  tasks:\n    - {name: After, file: {path: /c}}\n', {
      beside: {
        'roles/web/tasks/main.yml':
          '- {name: Before, file: {path: /a}}\n- meta: end_role\n- {name: Inside, file: {path: /b}}\n',
      },
    });
    expect((await run()).lines).to.deep.equal([
      'h1: Before → changed',
      'h1: meta: end_role → ok',
      'h1: After → changed',
    ]);
  });

  it('gives what a host did not come to the value of a skipped task', async () => {
    const {run} = await scene(
      `
- hosts: h1
  tasks:
    - meta: end_host
    - {name: Write, file: {path: /a}, register: written}
- hosts: h2
  tasks:
    - {name: Say, debug: {msg: "skipped {{hostvars.h1.written.skipped}}"}}
`,
      three,
    );
    expect((await run()).outcome('Say', 'h2')).to.have.property('message', 'skipped true');
  });

  it('reads facts anew after clear_facts', async () => {
    const {run, machine} = await scene(
      '- hosts: all\n  tasks:\n    - {debug: {msg: "{{os.name}}"}}\n    - meta: clear_facts\n    - {debug: {msg: "{{os.name}}"}}\n',
    );
    await run();
    expect(machine('h1').log).to.deep.equal(['read os os', 'read os os']);
  });

  it('lets a host go on that failed', async () => {
    const {run} = await scene(
      '- hosts: all\n  tasks:\n    - {name: Fail, fail: {msg: no}}\n    - {name: Left, file: {path: /a}}\n    - meta: clear_host_errors\n    - {name: Write, file: {path: /b}}\n',
    );
    const {outcome, code} = await run();
    expect([outcome('Left')?.status, outcome('Write')?.status]).to.deep.equal(['blocked', 'changed']);
    expect(code).to.equal(2);
  });

  it('connects anew for reset_connection, and not in a check', async () => {
    const {run} = await scene('- hosts: all\n  tasks:\n    - meta: reset_connection\n', three);
    const reset: string[] = [];
    const resetMachine = (machine: string): Promise<void> => Promise.resolve(void reset.push(machine));
    await run({resetMachine, check: true});
    expect(reset).to.deep.equal([]);
    await run({resetMachine});
    expect(reset.sort()).to.deep.equal(['h1', 'h2', 'h3']);
  });

  it('is deferred where a check cannot know its condition', async () => {
    const {check} = await scene(
      '- hosts: all\n  tasks:\n    - {command: echo x, register: said}\n    - {name: Leave, meta: end_host, when: said.stdout == "x"}\n',
    );
    expect((await check()).outcome('Leave')?.status).to.equal('deferred');
  });
});
