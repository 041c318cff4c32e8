import {expect} from 'chai';
import {BadInput} from '../../engine/diagnostic.js';
import type {AnyTaskModule} from '../../engine/task.js';
import {scene, type Story} from './rig.js';

async function problems(work: Promise<Story>): Promise<readonly string[]> {
  try {
    await work;
    return [];
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return error.diagnostics.map(({message, hint}) => `${message}; ${hint ?? ''}`);
  }
}

describe('throttle', () => {
  it('lets so many hosts do a task at the same time, while others do other tasks', async () => {
    let [now, most] = [0, 0];
    const ends: (() => void)[] = [];
    const slow: AnyTaskModule = {
      name: 'slow',
      reads: () => ({}),
      plan: () => ({kind: 'action', summary: 'work', makes: []}),
      async apply() {
        most = Math.max(most, ++now);
        await new Promise<void>((resolve) => {
          ends.push(resolve);
          setImmediate(() => ends.shift()?.());
        });
        now--;
      },
    };
    const {run} = await scene(
      '- hosts: all\n  vars: {many: 2}\n  tasks:\n    - {name: Work, slow: {}, throttle: "{{many}}"}\n',
      {hosts: ['h1', 'h2', 'h3', 'h4'], modules: [slow], schemas: {slow: {type: 'object'}}},
    );
    const {code} = await run();
    expect([code, most]).to.deep.equal([0, 2]);
  });
});

describe('timeout', () => {
  const forever: AnyTaskModule = {
    name: 'forever',
    reads: () => ({}),
    plan: () => ({kind: 'action', summary: 'wait', makes: []}),
    apply: () => new Promise(() => undefined),
  };

  it('ends a task, and says after how long', async () => {
    const {run} = await scene('- hosts: all\n  tasks:\n    - {name: Wait, forever: {}, timeout: 0.02}\n', {
      modules: [forever],
      schemas: {forever: {type: 'object'}},
    });
    const {outcome, code} = await run();
    expect(outcome('Wait')).to.have.nested.property(
      'failure.message',
      'it did not end within 0.02 s (timeout), and was ended',
    );
    expect(code).to.equal(2);
  });

  it('may be answered by a rescue, and lets a quick task alone', async () => {
    const {run} = await scene(
      '- hosts: all\n  tasks:\n    - block:\n        - {name: Wait, forever: {}, timeout: 0.02}\n      rescue:\n        - {name: Say, debug: {msg: "{{ansible_failed_task.name}} {{ansible_failed_result.failed}}"}, timeout: 5}\n',
      {modules: [forever], schemas: {forever: {type: 'object'}}},
    );
    const {outcome, code} = await run();
    expect(outcome('Say')).to.have.property('message', 'Wait true');
    expect(code).to.equal(0);
  });
});

describe('a rescue', () => {
  it('knows what failed, and nobody else does', async () => {
    const {run} = await scene(`
- hosts: all
  tasks:
    - block:
        - {name: Good, debug: {msg: x}}
        - {name: Bad, fail: {msg: "it is broken"}}
      rescue:
        - {name: Say, debug: {msg: "{{ansible_failed_task.name}}/{{ansible_failed_task.action}}: {{ansible_failed_result.msg}}"}}
        - {name: Each, debug: {msg: "{{item}} {{ansible_failed_task.name}}"}, loop: [x]}
`);
    const {outcome} = await run();
    expect(outcome('Say')).to.have.property('message', 'Bad/fail: it is broken');
    expect(outcome('Each')?.status).to.equal('ok');
    const outside = await scene('- hosts: all\n  tasks:\n    - {debug: {msg: "{{ansible_failed_task.name}}"}}\n');
    expect(await problems(outside.run())).to.deep.equal([
      '"ansible_failed_task" is not there; it is there in the tasks of a "rescue"',
    ]);
  });

  it('of a block within knows what failed there', async () => {
    const {run} = await scene(`
- hosts: all
  tasks:
    - block:
        - {name: Outer, fail: {msg: one}}
      rescue:
        - block:
            - {name: Inner, fail: {msg: two}}
          rescue:
            - {name: Say, debug: {msg: "{{ansible_failed_result.msg}}"}}
        - {name: Then, debug: {msg: "{{ansible_failed_result.msg}}"}}
`);
    const {outcome, code} = await run();
    expect([outcome('Say'), outcome('Then')].map((each) => each && 'message' in each && each.message)).to.deep.equal([
      'two',
      'one',
    ]);
    expect(code).to.equal(0);
  });
});

describe('a name that only some tasks have', () => {
  const wrong: readonly (readonly [task: string, problem: string])[] = [
    ['{debug: {msg: "{{ansible_loop.index}}"}}', '"ansible_loop" is not there; it is there in the items of a loop'],
    [
      '{debug: {msg: "{{ansible_loop.index}}"}, loop: [1]}',
      '"ansible_loop" is not there; set "loop_control: {extended: true}"',
    ],
    [
      '{debug: {msg: "{{ansible_loop.indx}}"}, loop: [1], loop_control: {extended: true}}',
      '"ansible_loop" has no member "indx"; did you mean "index"?',
    ],
    [
      '{debug: {msg: x}, when: ansible_failed_task.name == "x"}',
      '"ansible_failed_task" is not there; it is there in the tasks of a "rescue"',
    ],
    [
      '{debug: {msg: x}, throttle: "{{nope}}"}',
      'throttle must be known before the first connection: "nope" is not defined; ',
    ],
  ];
  for (const [task, problem] of wrong) {
    it(`is told of elsewhere: ${task}`, async () => {
      const {run} = await scene(`- hosts: all\n  tasks:\n    - ${task}\n`);
      expect(await problems(run())).to.deep.equal([problem]);
    });
  }
});

describe('the condition of an include', () => {
  it('is decided once, whatever its tasks make of it', async () => {
    const files = {'one.yml': '- set_fact: {wanted: false}\n- {name: Write, file: {path: /a}}\n'};
    const play = (word: string): string =>
      `- hosts: all\n  tasks:\n    - set_fact: {wanted: true}\n    - ${word}: one.yml\n      when: wanted\n`;
    const included = await scene(play('include_tasks'), {beside: files});
    expect((await included.run()).outcome('Write')?.status).to.equal('changed');
    const imported = await scene(play('import_tasks'), {beside: files});
    expect((await imported.run()).outcome('Write')?.status).to.equal('skipped');
  });
});

describe('delegate_facts', () => {
  it('gives what is set to the host that the task was delegated to', async () => {
    const {run} = await scene(
      `
- hosts: h1
  tasks:
    - {set_fact: {kept: here}}
    - {set_fact: {given: there}, delegate_to: h2, delegate_facts: true}
- hosts: h2
  tasks:
    - {name: Say, debug: {msg: "{{given}} {{hostvars.h1.kept}}"}}
`,
      {hosts: ['h1', 'h2']},
    );
    expect((await run()).outcome('Say', 'h2')).to.have.property('message', 'there here');
    const without = await scene(
      '- hosts: h1\n  tasks:\n    - {set_fact: {given: there}, delegate_to: h2}\n- hosts: h2\n  tasks:\n    - {debug: {msg: "{{given}}"}}\n',
      {hosts: ['h1', 'h2']},
    );
    expect(await problems(without.run())).to.have.length(1);
  });
});

describe('check_mode and diff of a task', () => {
  it('only tell what it would do, in a run too', async () => {
    const {run, machine} = await scene(`
- hosts: all
  tasks:
    - {name: Write, file: {path: /a, text: x}, check_mode: true, register: would}
    - {name: Say, debug: {msg: "{{would.changed}} {{would.failed}}"}}
    - {name: Real, file: {path: /a, text: y}}
`);
    const {outcome, code} = await run();
    expect(outcome('Write')?.status).to.equal('would-change');
    expect(outcome('Say')).to.have.property('message', 'true false');
    expect(machine('h1').files.get('/a')).to.equal('y');
    expect(code).to.equal(0);
  });

  it('leave out texts before and after', async () => {
    const {check} = await scene(
      '- hosts: all\n  tasks:\n    - {name: Quiet, file: {path: /a, text: x}, diff: false}\n    - {name: Loud, file: {path: /b, text: x}}\n',
    );
    const {outcome} = await check({diff: true});
    expect(outcome('Quiet')).to.have.nested.property('changes[0].diff').that.deep.equals([]);
    expect(outcome('Loud')).to.have.nested.property('changes[0].diff').that.has.length(1);
  });
});
