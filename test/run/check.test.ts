import {expect} from 'chai';
import {ask, consult, promise, type AnyTaskModule} from '../../engine/task.js';
import {scene} from './rig.js';
import {fileKind} from './toys.js';

describe('a check', () => {
  it('plans each task against the machine as the tasks before it would leave it', async () => {
    const {check, run, machine} = await scene(`
- hosts: all
  tasks:
    - name: Write the unit
      file: {path: /units/web, text: unit}
    - name: Start it
      service: {name: web}
    - name: Have it
      file: {path: /units/web, text: unit}
`);
    const checked = await check();
    expect(checked.lines).to.deep.equal([
      'h1: Write the unit → would-change',
      'h1: Start it → would-change',
      'h1: Have it → ok',
    ]);
    expect(machine('h1').files.size).to.equal(0);
    const done = await run();
    expect(done.lines).to.deep.equal(['h1: Write the unit → changed', 'h1: Start it → changed', 'h1: Have it → ok']);
    expect((await run()).lines.every((line) => line.endsWith('ok'))).to.equal(true);
  });

  it('fails where the run would fail', async () => {
    const {check} = await scene('- hosts: all\n  tasks:\n    - {name: Start, service: {name: web}}\n');
    const {code, outcome} = await check();
    expect(code).to.equal(2);
    expect(outcome('Start')).to.deep.equal({
      status: 'failed',
      failure: {message: "service 'web' does not exist", hint: 'write its unit first'},
    });
  });

  it('defers what depends on a value that only the run tells, and what depends on that', async () => {
    const {check, run} = await scene(`
- hosts: all
  tasks:
    - {name: Ask, command: {cmd: echo hello}, register: said}
    - {name: Keep, file: {path: /said, text: "{{said.stdout}}"}}
    - {name: Read it, file: {path: /said, text: hello}}
    - {name: Another, file: {path: /other, text: x}}
`);
    const {outcome, lines, code} = await check({strict: true});
    expect(lines).to.deep.equal([
      'h1: Ask → would-change',
      'h1: Keep → deferred',
      'h1: Read it → deferred',
      'h1: Another → would-change',
    ]);
    expect(outcome('Keep')).to.deep.equal({status: 'deferred', needs: 'h1/command'});
    expect(outcome('Read it')).to.deep.equal({status: 'deferred', needs: 'h1/Keep'});
    expect(code).to.equal(3);
    expect((await run()).lines).to.deep.equal([
      'h1: Ask → changed',
      'h1: Keep → changed',
      'h1: Read it → ok',
      'h1: Another → changed',
    ]);
  });

  it('keeps what a deferred task only consults, unless it is not there yet', async () => {
    const beside: AnyTaskModule = {
      name: 'beside',
      reads: ({path, text: _}: {readonly path: string; readonly text: string}) => ({
        file: ask(fileKind, path),
        above: consult(fileKind, '/there'),
        missing: consult(fileKind, '/missing'),
      }),
      plan: () => undefined,
      apply: () => Promise.resolve(),
    };
    const {check} = await scene(
      `
- hosts: all
  tasks:
    - {name: Ask, command: {cmd: echo hello}, register: said}
    - {name: Keep, beside: {path: /said, text: "{{said.stdout}}"}}
    - {name: Its own, file: {path: /said, text: x}}
    - {name: What is there, file: {path: /there, text: x}}
    - {name: What may come, file: {path: /missing, text: x}}
`,
      {
        files: {'/there': 'x'},
        modules: [beside],
        schemas: {beside: {type: 'object', properties: {path: {type: 'string'}, text: {type: 'string'}}}},
      },
    );
    expect((await check()).lines).to.deep.equal([
      'h1: Ask → would-change',
      'h1: Keep → deferred',
      'h1: Its own → deferred',
      'h1: What is there → ok',
      'h1: What may come → deferred',
    ]);
  });

  it('takes nothing for changed by a deferred task that only looks', async () => {
    const look: AnyTaskModule = {
      name: 'look',
      reads: ({path}: {readonly path: string}) => ({file: ask(fileKind, path)}),
      plan: () => undefined,
      apply: () => Promise.resolve(),
      changesNothing: true,
    };
    const {check} = await scene(
      `
- hosts: all
  tasks:
    - {name: Ask, command: {cmd: echo /there}, register: said}
    - {name: Look, look: {path: "{{said.stdout}}"}}
    - {name: Write, file: {path: /there, text: x}}
`,
      {modules: [look], schemas: {look: {type: 'object', properties: {path: {type: 'string'}}}}},
    );
    expect((await check()).lines).to.deep.equal([
      'h1: Ask → would-change',
      'h1: Look → deferred',
      'h1: Write → would-change',
    ]);
  });

  it('knows of a result in a check whether it changed', async () => {
    const {check} = await scene(`
- hosts: all
  tasks:
    - {name: Write, file: {path: /a, text: a}, register: written}
    - {name: After a change, debug: {msg: changed}, when: written.changed}
    - {name: After none, debug: {msg: same}, when: "!written.changed"}
    - {name: What it wrote, debug: {msg: "{{written.text}}"}}
`);
    const {lines, outcome} = await check();
    expect(lines).to.deep.equal([
      'h1: Write → would-change',
      'h1: After a change → ok',
      'h1: After none → skipped',
      'h1: What it wrote → ok',
    ]);
    expect(outcome('What it wrote')).to.deep.equal({status: 'ok', message: 'a'});
  });

  it('knows a promise in part: a new user is there, its number is not known', async () => {
    const {check} = await scene(`
- hosts: all
  tasks:
    - {name: Add, user: {name: ann}, register: ann}
    - {name: Is there, user: {name: ann}}
    - {name: Its number, debug: {msg: "uid {{ann.uid}}"}}
`);
    const {lines, outcome} = await check();
    expect(lines).to.deep.equal(['h1: Add → would-change', 'h1: Is there → ok', 'h1: Its number → deferred']);
    expect(outcome('Its number')).to.deep.equal({status: 'deferred', needs: 'h1/Add'});
  });

  it('defers a task in a place that an earlier task would make', async () => {
    const {check, run} = await scene(`
- hosts: all
  tasks:
    - {name: Add, user: {name: ann}}
    - {name: As ann, become: true, become_user: ann, file: {path: /home/ann/x, text: x}}
`);
    const {lines, outcome} = await check();
    expect(lines).to.deep.equal(['h1: Add → would-change', 'h1: As ann → deferred']);
    expect(outcome('As ann')).to.deep.equal({status: 'deferred', needs: 'h1/user'});
    expect((await run()).lines).to.deep.equal(['h1: Add → changed', 'h1: As ann → changed']);
    expect((await check()).lines).to.deep.equal(['h1: Add → ok', 'h1: As ann → ok']);
  });

  it('says that commands of undeclared effects are assumed to leave the rest alone', async () => {
    const {check} = await scene(`
- hosts: all
  tasks:
    - {name: Do, command: {cmd: echo x}}
    - {name: Have, file: {path: /a, text: a}}
`);
    const {notes, lines} = await check();
    expect(lines).to.deep.equal(['h1: Do → would-change', 'h1: Have → would-change']);
    expect(notes).to.deep.equal([
      '1 command with undeclared effects: what follows assumes that they leave it alone (h1/command)',
    ]);
  });

  it('never waits', async () => {
    const {check, machine} = await scene(
      '- hosts: all\n  tasks:\n    - {name: Wait, wait_for: {path: /flag}}\n    - {name: Use, file: {path: /flag, state: absent}}\n',
    );
    const {lines, outcome} = await check();
    expect(lines).to.deep.equal(['h1: Wait → would-wait', 'h1: Use → would-change']);
    expect(outcome('Wait')).to.deep.equal({status: 'would-wait', what: 'wait for /flag'});
    expect(machine('h1').log.every((script) => script.startsWith('read'))).to.equal(true);
  });

  it('shows texts before and after when a diff is wanted, and only then', async () => {
    const {check} = await scene('- hosts: all\n  tasks:\n    - {name: Write, file: {path: /a, text: new}}\n', {
      files: {'/a': 'old'},
    });
    const shown = (await check({diff: true})).outcome('Write');
    expect(shown).to.deep.equal({
      status: 'would-change',
      changes: [{kind: 'state', summary: 'write /a', diff: [{what: 'file', text: {before: 'old', after: 'new'}}]}],
    });
    expect((await check()).outcome('Write')).to.deep.equal({
      status: 'would-change',
      changes: [{kind: 'state', summary: 'write /a', diff: []}],
    });
  });

  it('shows nothing of a fact that an earlier task makes unknown, and the change nevertheless', async () => {
    const blind: AnyTaskModule = {
      name: 'blind',
      reads: () => ({}),
      plan: ({path}: {readonly path: string}) => ({
        kind: 'state',
        summary: `write ${path}`,
        makes: [promise(fileKind, path, {exists: true, text: 'new'})],
      }),
      apply: () => Promise.resolve(),
    };
    const {check} = await scene(
      `
- hosts: all
  tasks:
    - {name: Ask, command: {cmd: echo hello}, register: said}
    - {name: Keep, file: {path: /said, text: "{{said.stdout}}"}}
    - {name: Write blindly, blind: {path: /said}}
`,
      {
        files: {'/said': 'old'},
        modules: [blind],
        schemas: {blind: {type: 'object', properties: {path: {type: 'string'}}}},
      },
    );
    expect((await check({diff: true})).outcome('Write blindly')).to.deep.equal({
      status: 'would-change',
      changes: [{kind: 'state', summary: 'write /said', diff: []}],
    });
  });

  it('runs a task with check_mode: false, and believes what it tells', async () => {
    const {check} = await scene(`
- hosts: all
  tasks:
    - {name: Ask, command: {cmd: echo hello}, register: said, check_mode: false, changed_when: false}
    - {name: Keep, file: {path: /said, text: "{{said.stdout}}"}}
`);
    const {lines, outcome} = await check({diff: true});
    expect(lines).to.deep.equal(['h1: Ask → ok', 'h1: Keep → would-change']);
    expect(outcome('Keep')).to.have.nested.property('changes[0].diff[0].text.after', 'hello');
  });
});
