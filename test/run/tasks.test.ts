import {expect} from 'chai';
import {lost} from './machine.js';
import type {AnyTaskModule} from '../../engine/task.js';
import {scene} from './rig.js';

describe('a task', () => {
  it('is skipped when its condition is false, and says which', async () => {
    const {run} = await scene(
      '- hosts: all\n  vars: {wanted: false}\n  tasks:\n    - {name: Write, file: {path: /a}, when: [true, wanted]}\n',
    );
    expect((await run()).outcome('Write')).to.deep.equal({status: 'skipped', reason: 'when: wanted'});
  });

  it('begins where it is not skipped, or where that has to be asked first', async () => {
    const {run} = await scene(`- hosts: all
  tasks:
    - {name: Not wanted, debug: {msg: x}, when: false}
    - {name: Of another family, debug: {msg: x}, when: os.family == "other"}
    - {name: Say, debug: {msg: x}}
    - {name: Fail, debug: {msg: x}, when: int(os.name) == 1, ignore_errors: true}
`);
    const {events, lines} = await run();
    expect(lines).to.deep.equal([
      'h1: Not wanted → skipped',
      'h1: Of another family → skipped',
      'h1: Say → ok',
      'h1: Fail → failed',
    ]);
    const begun = events.flatMap((event) => (event.type === 'node-started' ? [event.node.task] : []));
    expect(begun).to.deep.equal(['Of another family', 'Say', 'Fail']);
  });

  it('fails when its condition is no bool', async () => {
    const {run} = await scene(
      '- hosts: all\n  vars: {count: "{{3}}"}\n  tasks:\n    - {name: Write, file: {path: /a}, when: vars.count}\n',
    );
    expect((await run()).outcome('Write'))
      .to.have.nested.property('failure.message')
      .that.includes('expected true or false');
  });

  it('reads the facts behind a variable when something names it', async () => {
    const {run, machine} = await scene(
      '- hosts: all\n  vars: {kind: "{{os.family}}"}\n  tasks:\n    - {name: Say, debug: {msg: "{{kind}} {{os.name}}"}, when: \'os.family == "toy"\'}\n',
    );
    expect((await run()).outcome('Say')).to.deep.equal({status: 'ok', message: 'toy h1'});
    expect(machine('h1').log).to.deep.equal(['read os os']);
  });

  it('does not read facts that nothing needs', async () => {
    const {run, machine} = await scene(
      '- hosts: all\n  tasks:\n    - {name: Say, debug: {msg: hello}, when: \'true || os.family == "toy"\'}\n',
    );
    await run();
    expect(machine('h1').log).to.deep.equal([]);
  });

  it('fails when what it promised does not hold after it', async () => {
    const {run, machine} = await scene('- hosts: all\n  tasks:\n    - {name: Start, service: {name: web}}\n', {
      files: {'/units/web': ''},
    });
    machine('h1').before = ([verb]) => {
      if (verb === 'read') machine('h1').running.delete('web');
    };
    const {outcome, code} = await run();
    expect(code).to.equal(2);
    expect(outcome('Start')).to.have.nested.property(
      'failure.message',
      'service: still {"exists":true,"running":false} instead of {"exists":true,"running":true} after doing it: start web',
    );
  });

  it('registers what a state is, also when nothing was to do', async () => {
    const {run} = await scene(`
- hosts: all
  tasks:
    - {name: Add, user: {name: ann}, register: ann}
    - {name: Say, debug: {msg: "{{ann.uid}} {{ann.changed}}"}}
`);
    expect((await run()).outcome('Say')).to.deep.equal({status: 'ok', message: '1003 true'});
    expect((await run()).outcome('Say')).to.deep.equal({status: 'ok', message: '1003 false'});
  });

  it('registers what its making told rather than what the state reached tells', async () => {
    const telling: AnyTaskModule = {
      name: 'telling',
      reads: () => ({}),
      plan: () => ({kind: 'state', summary: 'tell', makes: []}),
      apply: () => Promise.resolve({stdout: 'printed'}),
      output: () => ({stdout: '', rc: 0}),
    };
    const {run} = await scene(
      '- {hosts: all, tasks: [{telling: {}, register: r}, {name: Say, debug: {msg: "{{r.stdout}} {{r.rc}}"}}]}\n',
      {modules: [telling], schemas: {telling: {type: 'object', properties: {}}}},
    );
    expect((await run()).outcome('Say')).to.deep.equal({status: 'ok', message: 'printed 0'});
  });

  it('may say itself what a change is and what a failure', async () => {
    const {run} = await scene(`
- hosts: all
  tasks:
    - {name: No change, command: {cmd: echo same}, changed_when: false}
    - {name: Change, command: {cmd: echo new}, register: r, changed_when: r.stdout == "new"}
    - {name: Failure, command: {cmd: echo bad}, register: r, failed_when: r.stdout == "bad", ignore_errors: true}
    - {name: Seen, debug: {msg: "is {{r.failed}}"}}
`);
    const {lines, outcome, hosts} = await run();
    expect(lines).to.deep.equal([
      'h1: No change → ok',
      'h1: Change → changed',
      'h1: Failure → failed',
      'h1: Seen → ok',
    ]);
    expect(outcome('Failure'))
      .to.include({ignored: true})
      .and.to.have.nested.property('failure.message', 'failed_when: r.stdout == "bad"');
    expect(outcome('Seen')).to.deep.equal({status: 'ok', message: 'is true'});
    expect(hosts['h1']).to.include({ok: 4, changed: 1, failed: 0, ignored: 1});
  });

  it('is a bug of ours when a module throws what it should not', async () => {
    const {run} = await scene(
      '- hosts: all\n  tasks:\n    - {name: Do, command: {cmd: explode}}\n    - {name: After, debug: {msg: x}}\n',
    );
    const {code, outcome} = await run();
    expect(code).to.equal(250);
    expect(outcome('Do')).to.have.nested.property(
      'failure.message',
      'internal error: the toy machine does not know explode',
    );
    expect(outcome('After')).to.deep.equal({status: 'blocked', by: 'h1/command', text: 'Do'});
  });

  it('tries again until its condition holds', async () => {
    const {run, machine} = await scene(`
- hosts: all
  tasks:
    - {name: Ask, command: {cmd: echo try}, register: r, until: 'r.stdout == "try" && attempts_done', retries: 3, delay: 0, vars: {attempts_done: true}}
    - {name: Never, command: {cmd: echo no}, register: r, until: 'r.stdout == "yes"', retries: 2, delay: 0}
`);
    const {outcome, events} = await run();
    expect(outcome('Ask')?.status).to.equal('changed');
    expect(outcome('Never')).to.have.nested.property(
      'failure.message',
      '\'until: r.stdout == "yes"\' did not come true in 3 attempts',
    );
    expect(events.flatMap((event) => (event.type === 'node-retrying' ? [event.left] : []))).to.deep.equal([2, 1]);
    expect(machine('h1').log.filter((script) => script === 'echo no')).to.have.length(3);
  });

  it('gets its variables by precedence, templates in the task own scope', async () => {
    const {run} = await scene(
      '- hosts: all\n  vars: {greeting: "hello {{who}}", who: play}\n  tasks:\n    - {name: Say, debug: {msg: "{{greeting}}"}, vars: {who: task}}\n',
    );
    expect((await run()).outcome('Say')).to.deep.equal({status: 'ok', message: 'hello task'});
  });

  it('bears its name with the mustaches filled in', async () => {
    const {run} = await scene(
      '- hosts: all\n  vars: {what: world}\n  tasks:\n    - {name: "Greet {{what}}", debug: {msg: x}}\n',
    );
    expect((await run()).lines).to.deep.equal(['h1: Greet world → ok']);
  });

  it('sets variables of its host that others see', async () => {
    const {run} = await scene(
      `
- hosts: h1
  tasks:
    - {name: Set, set_fact: {colour: red}}
- hosts: h2
  tasks:
    - {name: Say, debug: {msg: "{{hostvars.h1.colour}}"}}
`,
      {hosts: ['h1', 'h2']},
    );
    expect((await run()).outcome('Say', 'h2')).to.deep.equal({status: 'ok', message: 'red'});
  });

  it('is unreachable when its machine is, and the rest of that machine is blocked', async () => {
    const {run, machine} = await scene(
      '- hosts: all\n  tasks:\n    - {name: Write, file: {path: /a}}\n    - {name: More, file: {path: /b}}\n',
      {hosts: ['h1', 'h2']},
    );
    machine('h1').before = () => {
      throw lost('h1');
    };
    const {code, lines, hosts} = await run();
    expect(code).to.equal(4);
    expect(lines).to.have.members([
      'h1: Write → unreachable',
      'h1: More → blocked',
      'h2: Write → changed',
      'h2: More → changed',
    ]);
    expect(hosts['h1']).to.include({unreachable: 1, blocked: 1, failed: 0});
  });
});

describe('a loop', () => {
  it('plans each item on what the one before left', async () => {
    const {check, run} = await scene(`
- hosts: all
  tasks:
    - {name: Write, file: {path: /a, text: "{{item}}"}, loop: [x, x, y], register: all}
`);
    const checked = (await check()).outcome('Write');
    expect(checked).to.deep.equal({
      status: 'would-change',
      changes: [
        {kind: 'state', summary: 'write /a', diff: [], item: 'x'},
        {kind: 'state', summary: 'write /a', diff: [], item: 'y'},
      ],
    });
    expect((await run()).outcome('Write'))
      .to.have.nested.property('changes')
      .with.length(2);
  });

  it('registers the result of each item', async () => {
    const {run} = await scene(`
- hosts: all
  tasks:
    - {name: Echo, command: {cmd: "echo {{item}}"}, loop: [x, y], when: item != "x", register: all}
    - {name: Say, debug: {msg: "{{all.results.[1].stdout}} {{all.results.[0].skipped}} {{all.changed}}"}}
`);
    expect((await run()).outcome('Say')).to.deep.equal({status: 'ok', message: 'y true true'});
  });

  it('without items is skipped', async () => {
    const {run} = await scene('- hosts: all\n  tasks:\n    - {name: None, file: {path: "{{item}}"}, loop: []}\n');
    expect((await run()).outcome('None')).to.deep.equal({status: 'skipped', reason: 'the loop has no items'});
  });

  it('goes on after an item that failed, and fails', async () => {
    const {run, machine} = await scene(
      '- hosts: all\n  tasks:\n    - {name: Start, service: {name: "{{item}}"}, loop: [nope, web]}\n',
      {files: {'/units/web': ''}},
    );
    const {outcome} = await run();
    expect(outcome('Start')).to.have.nested.property(
      'failure.message',
      "service 'nope' does not exist (1 of 2 items failed)",
    );
    expect([...machine('h1').running]).to.deep.equal(['web']);
  });
});
