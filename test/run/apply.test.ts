import {expect} from 'chai';
import {refuse} from '../../engine/task.js';
import {scene} from './rig.js';

describe('a change', () => {
  it('takes the lock of its machine before the first one, once, and never in a check', async () => {
    const {run, check} = await scene(
      '- hosts: all\n  tasks:\n    - {name: A, file: {path: /a}}\n    - {name: B, file: {path: /b}}\n',
      {hosts: ['h1', 'h2']},
    );
    const locked: string[] = [];
    const lockMachine = (machine: string): Promise<void> => {
      locked.push(machine);
      return Promise.resolve();
    };
    await check({lockMachine});
    expect(locked).to.deep.equal([]);
    await run({lockMachine});
    expect(locked.sort()).to.deep.equal(['h1', 'h2']);
    locked.length = 0;
    await run({lockMachine});
    expect(locked).to.deep.equal([]);
  });

  it('is refused where another run holds the machine', async () => {
    const {run, machine} = await scene('- hosts: all\n  tasks:\n    - {name: A, file: {path: /a}}\n');
    const {outcome} = await run({lockMachine: () => Promise.reject(refusal())});
    expect(outcome('A')).to.have.nested.property('failure.message', 'h1 is being changed by another run');
    expect(machine('h1').files.size).to.equal(0);
  });

  it('gets the environment of its task, and tells how its waits go', async () => {
    const {run, machine} = await scene(`
- hosts: all
  environment: {PLAIN: "1", BOTH: play}
  tasks:
    - {name: Wait, wait_for: {path: /flag}, environment: {BOTH: "task {{inventory_hostname}}"}}
`);
    const environments: unknown[] = [];
    const {events} = await run({
      hostFor(name, {environment, ...place}, {progress}) {
        if (environment) environments.push(environment);
        progress?.('the flag', 3, 10);
        return machine(name).host(place);
      },
    });
    // Once for what is read, once for the change.
    expect(environments).to.deep.equal([
      {PLAIN: '1', BOTH: 'task h1'},
      {PLAIN: '1', BOTH: 'task h1'},
    ]);
    const waits = events.flatMap((event) =>
      event.type === 'node-waiting' ? [[event.node.task, event.what, event.elapsed, event.limit]] : [],
    );
    expect(waits).to.deep.equal([['Wait', 'the flag', 3, 10]]);
  });

  it('is made as the user and in the place that its task says', async () => {
    const {run, machine} = await scene(`
- hosts: all
  become: true
  vars: {rootless_user: ann, rootless_state_dir: /state}
  tasks:
    - {name: Root, command: {cmd: echo 1}}
    - {name: Plain, become: false, command: {cmd: echo 2}}
    - {name: Bob, become_user: bob, command: {cmd: echo 3}}
    - {name: Session, context: user, command: {cmd: echo 4}}
    - {name: Namespace, context: namespace, command: {cmd: echo 5}}
    - {name: Root again, context: root, become_user: bob, command: {cmd: echo 6}}
`);
    const places: unknown[] = [];
    await run({
      hostFor(name, place, {progress}) {
        if (progress) places.push(place);
        return machine(name).host({context: 'plain'});
      },
    });
    expect(places).to.deep.equal([
      {user: 'root', context: 'plain'},
      {context: 'plain'},
      {user: 'bob', context: 'plain'},
      {user: 'ann', context: 'user'},
      {user: 'ann', context: 'namespace', rootlessStateDir: '/state'},
      {user: 'root', context: 'plain'},
    ]);
  });
});

function refusal(): Error {
  try {
    return refuse('h1 is being changed by another run');
  } catch (error) {
    return error as Error;
  }
}
