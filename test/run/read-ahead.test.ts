import {expect} from 'chai';
import {ask, type Change, type TaskModule} from '../../engine/task.js';
import {scene} from './rig.js';
import {serviceKind} from './toys.js';

const writes = (count: number): string =>
  Array.from({length: count}, (_, index) => `    - {name: Write ${index}, file: {path: /f${index}, text: x}}\n`).join(
    '',
  );
const present = (count: number): Readonly<Record<string, string>> =>
  Object.fromEntries(Array.from({length: count}, (_, index) => [`/f${index}`, 'x']));

describe('facts', () => {
  it('of a converged machine are read in one round trip for many tasks', async () => {
    const {run, machine} = await scene(`- hosts: all\n  tasks:\n${writes(20)}`, {files: present(20)});
    expect((await run()).hosts['h1']).to.include({ok: 20, changed: 0});
    expect(machine('h1').trips).to.equal(1);
    expect(machine('h1').log).to.have.length(1);
  });

  it('of several kinds, and behind variables, need two', async () => {
    const {run, machine} = await scene(
      `
- hosts: all
  tasks:
${writes(18)}    - {name: Service, service: {name: web}, when: 'os.family == "toy"'}
    - {name: Say, file: {path: "/{{os.name}}", text: x}}
`,
      {files: {...present(18), '/units/web': '', '/h1': 'x'}},
    );
    machine('h1').running.add('web');
    expect((await run()).hosts['h1']).to.include({ok: 20, changed: 0});
    expect(machine('h1').trips).to.be.at.most(2);
  });

  it('are verified in the round trip in which the next task reads its own', async () => {
    const {run, machine} = await scene(
      '- hosts: all\n  tasks:\n    - {name: A, file: {path: /a, text: x}}\n    - {name: B, command: {cmd: echo b}}\n    - {name: C, file: {path: /c, text: x}}\n',
    );
    await run();
    // Read A and C; write A; verify A; echo, which drops all; read C; write C; verify C.
    expect(machine('h1').log).to.deep.equal([
      'read file /a /c',
      'write /a x',
      'read file /a',
      'echo b',
      'read file /c',
      'write /c x',
      'read file /c',
    ]);
  });

  it('are asked again after a change only where the change touches them', async () => {
    const {run, machine} = await scene(
      `
- hosts: all
  tasks:
    - {name: Unit, file: {path: /units/web, text: x}}
    - {name: Start, service: {name: web}}
    - {name: Other, file: {path: /other, text: x}}
    - {name: Unit again, file: {path: /units/web, text: x}}
`,
      {files: {'/other': 'x'}},
    );
    await run();
    expect(machine('h1').log).to.deep.equal([
      'read file /units/web /other',
      'read service web',
      'write /units/web x',
      'read file /units/web',
      'read service web',
      'start web',
      'read service web',
    ]);
    expect(machine('h1').trips).to.be.at.most(5);
  });

  it('that are fleeting are not read again with each change on the way to their task', async () => {
    const fleeting = {...serviceKind, volatile: true};
    const look: TaskModule<{readonly name: string}, {readonly service: unknown}, Change> = {
      name: 'look',
      reads: ({name}) => ({service: ask(fleeting, name)}),
      plan: () => undefined,
      apply: () => Promise.resolve(),
    };
    const {run, machine} = await scene(
      `- hosts: all\n  tasks:\n${writes(4)}    - {name: Look, look: {name: web}}\n    - {name: Other, look: {name: other}}\n`,
      {modules: [look], schemas: {look: {type: 'object', properties: {name: {type: 'string'}}}}},
    );
    await run();
    // At first nobody knows what will change; then only who has their turn need know, and who asks asks for all.
    expect(machine('h1').log.filter((line) => line.startsWith('read service'))).to.deep.equal([
      'read service web other',
      'read service web other',
    ]);
    machine('h1').log.length = 0;
    await run();
    expect(machine('h1').log.filter((line) => line.startsWith('read service'))).to.deep.equal([
      'read service web other',
    ]);
  });

  it('that cannot be read ahead are nobody’s affair until a task asks', async () => {
    const {run, machine} = await scene(
      `
- hosts: all
  tasks:
    - {name: First, file: {path: /a, text: x}}
    - {name: Skipped, become: true, become_user: nobody_here, file: {path: /b}, when: vars.wanted, vars: {wanted: "{{os.family == 'none'}}"}}
    - {name: Last, file: {path: /c, text: x}}
`.replace(`"{{os.family == 'none'}}"`, '!cel os.family == "none"'),
      {files: {'/a': 'x', '/c': 'x'}},
    );
    const {hosts, code, events} = await run();
    expect(code, JSON.stringify(events)).to.equal(0);
    expect(hosts['h1']).to.include({ok: 2, skipped: 1});
    expect(machine('h1').trips).to.be.at.most(2);
  });

  it('are not read for tasks whose condition is known to be false', async () => {
    const {run, machine} = await scene(
      '- hosts: all\n  tasks:\n    - {name: A, file: {path: /a, text: x}}\n    - {name: B, file: {path: /b}, when: false}\n',
      {files: {'/a': 'x'}},
    );
    await run();
    expect(machine('h1').log).to.deep.equal(['read file /a']);
  });

  it('stay as they are where a task is a probe: it runs in a check too, and changes nothing', async () => {
    const {run, machine} = await scene(
      `
- hosts: all
  tasks:
    - {name: Probe, command: {cmd: echo x}, check_mode: false, changed_when: false, register: said}
    - {name: A, file: {path: /a, text: x}}
    - {name: Say, file: {path: "/{{said.stdout}}", text: x}}
`,
      {files: {'/a': 'x', '/x': 'x'}},
    );
    await run();
    expect(machine('h1').log).to.deep.equal(['echo x', 'read file /a /x']);
  });
});
