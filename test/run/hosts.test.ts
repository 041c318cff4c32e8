import {expect} from 'chai';
import {lost} from './machine.js';
import {scene} from './rig.js';

describe('hosts', () => {
  it('go on each at its own pace, and a failed one stops alone', async () => {
    const {run} = await scene(
      `
- hosts: all
  tasks:
    - {name: Risk, fail: {msg: no}, when: inventory_hostname == "h1"}
    - {name: Next, debug: {msg: x}}
- hosts: all
  tasks:
    - {name: Later, debug: {msg: x}}
`,
      {hosts: ['h1', 'h2']},
    );
    const {lines, outcome, code, hosts} = await run();
    expect(lines).to.have.members([
      'h1: Risk → failed',
      'h1: Next → blocked',
      'h1: Later → blocked',
      'h2: Risk → skipped',
      'h2: Next → ok',
      'h2: Later → ok',
    ]);
    expect(outcome('Later', 'h1')).to.deep.equal({status: 'blocked', by: 'h1/fail', text: 'Risk'});
    expect(code).to.equal(2);
    expect(hosts['h1']).to.include({failed: 1, blocked: 2});
  });

  it('of the next batch do not start when one of the batch before failed', async () => {
    const {run} = await scene(
      '- hosts: all\n  serial: 1\n  tasks:\n    - {name: Risk, fail: {msg: no}, when: inventory_hostname == "h2"}\n    - {name: Next, debug: {msg: x}}\n',
      {hosts: ['h1', 'h2', 'h3']},
    );
    const {lines} = await run();
    expect(lines).to.deep.equal([
      'h1: Risk → skipped',
      'h1: Next → ok',
      'h2: Risk → failed',
      'h2: Next → blocked',
      'h3: Risk → blocked',
      'h3: Next → blocked',
    ]);
  });

  it('all stop with any_errors_fatal', async () => {
    const {run} = await scene(
      '- hosts: all\n  any_errors_fatal: true\n  tasks:\n    - {name: Risk, fail: {msg: no}, when: inventory_hostname == "h1"}\n    - {name: Next, debug: {msg: x}}\n',
      {hosts: ['h1', 'h2']},
    );
    const {lines} = await run();
    expect(lines).to.include.members(['h1: Next → blocked', 'h2: Next → blocked']);
  });

  it('wait for the value of another host, whose failure is what blocks them', async () => {
    const {run, check} = await scene(
      `
- hosts: h1
  tasks:
    - {name: Make, command: {cmd: echo token}, register: join, failed_when: broken, vars: {broken: false}}
- hosts: h2
  needs: []
  tasks:
    - {name: Prepare, file: {path: /prepared}}
    - {name: Join, file: {path: /joined, text: "{{hostvars.h1.join.stdout}}"}}
`,
      {hosts: ['h1', 'h2']},
    );
    const checked = await check();
    expect(checked.outcome('Join', 'h2')).to.deep.equal({status: 'deferred', needs: 'h1/command'});
    const {outcome} = await run();
    expect(outcome('Join', 'h2')?.status).to.equal('changed');
  });

  it('are blamed for what others need of them', async () => {
    const {run} = await scene(
      `
- hosts: h1
  tasks:
    - {name: Init, fail: {msg: no}}
    - {name: Make, command: {cmd: echo token}, register: join}
- hosts: h2
  needs: []
  tasks:
    - {name: Prepare, file: {path: /prepared}}
    - {name: Join, file: {path: /joined, text: "{{hostvars.h1.join.stdout}}"}}
`,
      {hosts: ['h1', 'h2']},
    );
    const {outcome, hosts} = await run();
    expect(outcome('Prepare', 'h2')?.status).to.equal('changed');
    expect(outcome('Join', 'h2')).to.deep.equal({status: 'blocked', by: 'h1/fail', text: 'Init'});
    expect(hosts['h2']).to.include({failed: 0, blocked: 1});
  });

  it('left out by --limit are read for their values, and never changed', async () => {
    const {run, machine} = await scene(
      `
- hosts: h1
  tasks:
    - {name: Have, file: {path: /token, text: secret}, register: token}
- hosts: h2
  tasks:
    - {name: Use, file: {path: /joined, text: "{{hostvars.h1.token.text}}"}}
`,
      {hosts: ['h1', 'h2']},
    );
    const missing = await run({selection: {limit: 'h2'}});
    expect(missing.outcome('Use', 'h2')).to.deep.equal({status: 'blocked', by: 'h1/file', text: 'left out by --limit'});
    expect(missing.lines).to.deep.equal(['h2: Use → blocked']);
    expect(machine('h1').files.size).to.equal(0);
    machine('h1').files.set('/token', 'secret');
    expect((await run({selection: {limit: 'h2'}})).lines).to.deep.equal(['h2: Use → changed']);
    expect(machine('h2').files.get('/joined')).to.equal('secret');
  });

  it('share the result of a task that runs once', async () => {
    const {run, machine} = await scene(
      '- hosts: all\n  tasks:\n    - {name: Once, command: {cmd: echo x}, run_once: true, register: r}\n    - {name: Say, debug: {msg: "got {{r.stdout}}"}}\n',
      {hosts: ['h1', 'h2']},
    );
    const {outcome} = await run();
    expect(outcome('Say', 'h2')).to.deep.equal({status: 'ok', message: 'got x'});
    expect(machine('h2').log).to.deep.equal([]);
  });

  it('may have their tasks done on another host, one at a time', async () => {
    const {run, machine} = await scene(
      '- hosts: h1,h2\n  tasks:\n    - {name: There, file: {path: "/from-{{inventory_hostname}}"}, delegate_to: h3}\n',
      {hosts: ['h1', 'h2', 'h3']},
    );
    const {hosts} = await run();
    expect([...machine('h3').files.keys()]).to.deep.equal(['/from-h1', '/from-h2']);
    expect(hosts['h1']).to.include({changed: 1});
  });

  it('that are lost block what runs on them, and nothing else', async () => {
    const {run, machine} = await scene(
      '- hosts: all\n  tasks:\n    - {name: Write, file: {path: /a}, ignore_errors: true}\n    - {name: More, file: {path: /b}}\n',
      {hosts: ['h1', 'h2'], files: {}},
    );
    machine('h2').before = () => {
      throw lost('h2');
    };
    const {lines, code} = await run();
    expect(lines).to.include.members(['h1: More → changed', 'h2: Write → unreachable', 'h2: More → blocked']);
    expect(code).to.equal(4);
  });

  it('give the same end in any order in which ready nodes start', async () => {
    const playbook =
      '- hosts: all\n  tasks:\n    - {name: A, file: {path: /a}}\n    - {name: B, file: {path: /b}, delegate_to: h1}\n';
    for (const seed of [1, 2, 3]) {
      const {run, machine} = await scene(playbook, {hosts: ['h1', 'h2', 'h3']});
      expect((await run({seed})).code).to.equal(0);
      expect([...machine('h1').files.keys()].sort()).to.deep.equal(['/a', '/b']);
    }
  });

  it('at work at the same time are no more than forks', async () => {
    const {run, machines} = await scene(
      '- hosts: all\n  tasks:\n    - {name: A, file: {path: /a}}\n    - {name: B, file: {path: /b}}\n',
      {hosts: ['h1', 'h2', 'h3', 'h4']},
    );
    let working = 0;
    let most = 0;
    for (const machine of machines.values()) {
      machine.before = async () => {
        most = Math.max(most, ++working);
        await new Promise((resolve) => setImmediate(resolve));
        working--;
      };
    }
    expect((await run({forks: 2})).code).to.equal(0);
    expect(most).to.equal(2);
  });

  it('each get an item of a loop that says where it is done, and the results are one', async () => {
    const {run, machine} = await scene(
      `
- hosts: h1
  tasks:
    - {name: Spread, command: {cmd: "echo {{item}}"}, loop: [h2, h3], delegate_to: "{{item}}", register: spread}
    - {name: Say, debug: {msg: "{{spread.results.[0].stdout}} {{spread.results.[1].stdout}}"}}
`,
      {hosts: ['h1', 'h2', 'h3']},
    );
    const {outcome} = await run();
    expect(machine('h2').log).to.deep.equal(['echo h2']);
    expect(machine('h3').log).to.deep.equal(['echo h3']);
    expect(outcome('Say')).to.deep.equal({status: 'ok', message: 'h2 h3'});
  });

  it('get a value from the rescue where what should have given it failed', async () => {
    const {run} = await scene(
      `
- hosts: h1
  tasks:
    - block:
        - {name: First, command: {cmd: echo first}, register: word, failed_when: true}
      rescue:
        - {name: Second, command: {cmd: echo second}, register: word}
- hosts: h2
  needs: []
  tasks:
    - {name: Say, debug: {msg: "{{hostvars.h1.word.stdout}}"}}
`,
      {hosts: ['h1', 'h2']},
    );
    expect((await run()).outcome('Say', 'h2')).to.deep.equal({status: 'ok', message: 'second'});
  });
});
