import {expect} from 'chai';
import {scene, type Story} from './rig.js';

function messages(story: Story, task: string): readonly unknown[] {
  return story.events.flatMap((event) =>
    event.type === 'node-ended' && event.node.task === task ? [event.values] : [],
  );
}

describe('the items of a loop', () => {
  it('know their place in it', async () => {
    const {run} = await scene(`
- hosts: all
  tasks:
    - name: Echo
      command: "echo {{item}} {{ansible_loop.index}}/{{ansible_loop.length}} {{ansible_loop.first}} {{ansible_loop.last}} {{ansible_loop.revindex}} {{ansible_loop_var}}"
      loop: [a, b]
      loop_control: {extended: true, index_var: n}
      register: all
    - name: Next
      debug: {msg: !cel "all.results.map(r, r.item + string(r.n) + r.ansible_loop_var + r.stdout).join('; ')"}
`);
    expect((await run()).outcome('Next')).to.have.property(
      'message',
      'a0itema 1/2 true false 2 item; b1itemb 2/2 false true 1 item',
    );
  });

  it('see the items around them, and all of them', async () => {
    const {run} = await scene(`
- hosts: all
  tasks:
    - name: Echo
      command: !cel "'echo ' + ansible_loop.?previtem.orValue('-') + item + ansible_loop.?nextitem.orValue('-') + string(size(ansible_loop.allitems))"
      loop: [a, b, c]
      loop_control: {extended: true}
      register: all
    - {name: Say, debug: {msg: !cel "all.results.map(r, r.stdout).join(' ')"}}
`);
    expect((await run()).outcome('Say')).to.have.property('message', '-ab3 abc3 bc-3');
  });

  it('end where "break_when" holds', async () => {
    const {run, machine} = await scene(`
- hosts: all
  tasks:
    - name: Look
      command: "echo {{item}}"
      loop: [a, b, c]
      loop_control: {break_when: 'said.stdout == "b"'}
      register: said
`);
    const {outcome} = await run();
    expect(outcome('Look')?.status).to.equal('changed');
    expect(machine('h1').log).to.deep.equal(['echo a', 'echo b']);
  });

  it('are deferred in a check from where it is not known whether the loop goes on', async () => {
    const {check} = await scene(`
- hosts: all
  tasks:
    - name: Look
      command: "echo {{item}}"
      loop: [a, b, c]
      loop_control: {break_when: 'said.stdout == "b"'}
      register: said
    - {name: Next, debug: {msg: "{{said.results.[2].item}}"}}
`);
    const {outcome} = await check();
    expect(outcome('Look')?.status).to.equal('would-change');
  });

  it('are tried again one by one, and tell how often', async () => {
    const {run, machine} = await scene(`
- hosts: all
  tasks:
    - name: Look
      command: "echo {{item}}"
      loop: [a, b]
      until: tried.stdout == "a" || tried.attempts == 2
      retries: 3
      delay: 0
      register: tried
    - {name: Say, debug: {msg: !cel "tried.results.map(r, string(r.attempts)).join(' ')"}}
`);
    expect((await run()).outcome('Say')).to.have.property('message', '1 2');
    expect(machine('h1').log).to.deep.equal(['echo a', 'echo b', 'echo b']);
  });

  it('are not told of a task with no_log, nor is what they were', async () => {
    const {run} = await scene(`
- hosts: all
  tasks:
    - {name: Hide, command: "echo {{item.name}}", loop: [{name: canary-of-loops}], no_log: true, register: hidden}
`);
    expect(JSON.stringify((await run()).events)).not.to.include('canary-of-loops');
  });

  it('are in the record that others may read, as is why one was left out', async () => {
    const {run} = await scene(`
- hosts: all
  tasks:
    - {name: Echo, command: "echo {{item}}", loop: [a, b], when: item != "a", register: all}
`);
    expect(messages(await run(), 'Echo')).to.deep.equal([
      {
        changed: true,
        failed: false,
        skipped: false,
        msg: 'All items completed',
        results: [
          {
            changed: false,
            failed: false,
            skipped: true,
            skip_reason: 'Conditional result was False',
            false_condition: 'item != "a"',
            item: 'a',
            ansible_loop_var: 'item',
          },
          {rc: 0, stdout: 'b', changed: true, failed: false, skipped: false, item: 'b', ansible_loop_var: 'item'},
        ],
      },
    ]);
  });

  it('of an import are tasks of their own', async () => {
    const {run} = await scene(
      '- hosts: all\n  tasks:\n    - import_tasks: one.yml\n      loop: [x, y]\n      loop_control: {index_var: n}\n',
      {beside: {'one.yml': '- {name: "Write {{item}}", file: {path: "/{{item}}", text: "number {{n}}"}}\n'}},
    );
    expect((await run()).lines).to.deep.equal(['h1: Write x → changed', 'h1: Write y → changed']);
  });
});

describe('a task that failed', () => {
  it('is done again until it does not, with "retries" alone', async () => {
    const {run, machine} = await scene(
      '- hosts: all\n  tasks:\n    - {name: Start, service: {name: web}, retries: 2, delay: 0}\n',
    );
    let reads = 0;
    machine('h1').before = ([verb]) => {
      if (verb === 'read' && ++reads === 2) machine('h1').files.set('/units/web', '');
    };
    expect((await run()).outcome('Start')?.status).to.equal('changed');
  });
});
