import {expect} from 'chai';
import {CommandFailed, type Host} from '../../engine/host.js';
import {ask, promise, type Change, type TaskModule} from '../../engine/task.js';
import {lost, type ToyMachine} from './machine.js';
import {scene, type Scene} from './rig.js';
import {fileKind} from './toys.js';

interface Pack extends Change {
  readonly names: readonly string[];
}

/** Installs files by their names; `echo install a b` is one call. */
const pack: TaskModule<{readonly name: string}, {readonly file: {readonly exists: boolean}}, Pack> = {
  name: 'pack',
  reads: ({name}) => ({file: ask(fileKind, name)}),
  plan: ({name}, {file}) =>
    file.exists
      ? undefined
      : {
          kind: 'state',
          summary: `install ${name}`,
          makes: [promise(fileKind, name, {exists: true, text: 'x'})],
          names: [name],
        },
  async apply(host: Host, {names}) {
    await host.run(JSON.stringify(['echo', 'install', ...names]));
  },
  join: (first, second) => ({
    ...first,
    makes: [...first.makes, ...second.makes],
    names: [...first.names, ...second.names],
  }),
  output: ({name}) => ({name}),
};

const name = {type: 'string'};
const schema = {type: 'object', properties: {name}, required: ['name'], returns: {type: 'object', properties: {name}}};

function tasks(...lines: readonly string[]): string {
  return `- hosts: all\n  tasks:\n${lines.map((line) => `    - {${line}}\n`).join('')}`;
}

/** `broken` cannot be installed; what is named before it is there nevertheless. */
async function packing(playbook: string, {broken}: {readonly broken?: string} = {}): Promise<Scene> {
  const made = await scene(playbook, {modules: [pack], schemas: {pack: schema}});
  made.machine('h1').before = installs(made.machine('h1'), broken);
  return made;
}

function installs(machine: ToyMachine, broken: string | undefined): (words: readonly string[]) => void {
  return ([verb, word, ...names]) => {
    if (verb !== 'echo' || word !== 'install') return;
    for (const each of names) {
      if (each === broken) throw new CommandFailed('install', {code: 1, stdout: '', stderr: `${each} is broken`});
      machine.files.set(each, 'x');
    }
  };
}

function calls({machine}: Scene): readonly string[] {
  return machine('h1').log.filter((line) => line.startsWith('echo install'));
}

const two = tasks('name: A, pack: {name: a}', 'name: B, pack: {name: b}');

describe('changes that are made together', () => {
  it('are one call for tasks that follow each other, each with its own outcome', async () => {
    const set = await packing(
      tasks('name: A, pack: {name: a}', 'name: B, pack: {name: b}', 'name: C, pack: {name: c}, register: told'),
    );
    const {lines, hosts, outcome} = await set.run();
    expect(calls(set)).to.deep.equal(['echo install a b c']);
    expect(lines).to.deep.equal(['h1: A → changed', 'h1: B → changed', 'h1: C → changed']);
    expect(hosts['h1']).to.include({ok: 3, changed: 3});
    for (const [task, file] of Object.entries({A: 'a', B: 'b', C: 'c'}))
      expect(outcome(task)).to.deep.include({
        status: 'changed',
        changes: [{kind: 'state', summary: `install ${file}`, diff: []}],
      });
    const again = await set.run();
    expect(again.hosts['h1']).to.include({ok: 3, changed: 0});
  });

  it('are one call for the items of a loop, with a result for each', async () => {
    const set = await packing(
      tasks(
        'name: All, pack: {name: "{{item}}"}, loop: [a, there, no, b], when: item != "no", register: told, notify: Say',
        'name: Told, file: {path: /told, text: "{{told.results.[3].name}} {{told.results.[3].changed}}"}',
      ) + '  handlers:\n    - {name: Say, command: {cmd: echo said}}\n',
    );
    set.machine('h1').files.set('there', 'x');
    const {lines, outcome} = await set.run();
    expect(calls(set)).to.deep.equal(['echo install a b']);
    expect(lines).to.deep.equal(['h1: All → changed', 'h1: Told → changed', 'h1: Say → changed']);
    expect(outcome('All')).to.deep.include({
      changes: [
        {kind: 'state', summary: 'install a', diff: [], item: 'a'},
        {kind: 'state', summary: 'install b', diff: [], item: 'b'},
      ],
    });
    expect(set.machine('h1').files.get('/told')).to.equal('b true');
  });

  it('are foretold by a check as they come about', async () => {
    const {check, machine} = await packing(two);
    expect((await check()).lines).to.deep.equal(['h1: A → would-change', 'h1: B → would-change']);
    expect(machine('h1').files.size).to.equal(0);
  });

  it('pass over what is there already, and what is skipped', async () => {
    const set = await packing(
      tasks(
        'name: A, pack: {name: a}',
        'name: There, pack: {name: there}',
        'name: Not here, pack: {name: no}, when: false',
        'name: B, pack: {name: b}',
      ),
    );
    set.machine('h1').files.set('there', 'x');
    expect((await set.run()).lines).to.deep.equal([
      'h1: A → changed',
      'h1: There → ok',
      'h1: Not here → skipped',
      'h1: B → changed',
    ]);
    expect(calls(set)).to.deep.equal(['echo install a b']);
  });

  it('are made one by one where something may come between them', async () => {
    const lists: Readonly<Record<string, readonly string[]>> = {
      'another task': ['name: A, pack: {name: a}', 'name: M, file: {path: /m, text: m}', 'name: B, pack: {name: b}'],
      'a result': ['name: A, pack: {name: a}, register: r', 'name: B, pack: {name: b}, when: r.changed'],
      'a verdict': ['name: A, pack: {name: a}, failed_when: false', 'name: B, pack: {name: b}'],
      'another user': ['name: A, pack: {name: a}', 'name: B, pack: {name: b}, become: true'],
      'another environment': ['name: A, pack: {name: a}', 'name: B, pack: {name: b}, environment: {X: y}'],
      'a limit of time': ['name: A, pack: {name: a}', 'name: B, pack: {name: b}, timeout: 60'],
      attempts: ['name: A, pack: {name: a}', 'name: B, pack: {name: b}, until: true'],
      items: ['name: A, pack: {name: a}', 'name: B, pack: {name: "{{item}}"}, loop: [b]'],
    };
    for (const [what, lines] of Object.entries(lists)) {
      const set = await packing(tasks(...lines));
      expect((await set.run()).hosts['h1'], what).to.include({failed: 0, changed: lines.length});
      expect(calls(set), what).to.deep.equal(['echo install a', 'echo install b']);
    }
  });

  it('are made one by one where a handler waits for the second, and where all hosts must come so far', async () => {
    const notifying = await packing(
      `${tasks('name: A, pack: {name: a}', 'name: B, pack: {name: b}, notify: Say')}  handlers:\n    - {name: Say, command: {cmd: echo said}}\n`,
    );
    expect((await notifying.run()).lines).to.include('h1: Say → changed');
    expect(calls(notifying)).to.have.length(2);
    const fatal = await packing(two.replace('hosts: all', 'hosts: all\n  any_errors_fatal: true'));
    await fatal.run();
    expect(calls(fatal)).to.have.length(2);
  });

  it('are made one by one where somebody decides on each task, or has seen a plan of it', async () => {
    for (const decided of [
      {instead: () => Promise.resolve(undefined)},
      {watches: [{mayRefuse: true, planned: () => undefined}]} as const,
    ]) {
      const set = await packing(two);
      await set.run(decided);
      expect(calls(set)).to.deep.equal(['echo install a', 'echo install b']);
    }
  });

  it('are made one by one where a loop waits or may end between its items', async () => {
    for (const control of ['pause: 0.001', 'break_when: false']) {
      const set = await packing(tasks(`name: All, pack: {name: "{{item}}"}, loop: [a, b], loop_control: {${control}}`));
      await set.run();
      expect(calls(set), control).to.deep.equal(['echo install a', 'echo install b']);
    }
  });

  it('are of the same thing once', async () => {
    const set = await packing(tasks('name: A, pack: {name: a}', 'name: Again, pack: {name: a}'));
    expect((await set.run()).lines).to.deep.equal(['h1: A → changed', 'h1: Again → ok']);
    expect(calls(set)).to.deep.equal(['echo install a']);
  });

  it('fail each by itself', async () => {
    const second = await packing(two, {broken: 'b'});
    const {lines, outcome} = await second.run();
    expect(lines).to.deep.equal(['h1: A → changed', 'h1: B → failed']);
    expect(calls(second)).to.deep.equal(['echo install a b', 'echo install b']);
    expect(outcome('B')).to.have.nested.property('failure.stderr', 'b is broken');

    const first = await packing(two, {broken: 'a'});
    expect((await first.run()).lines).to.deep.equal(['h1: A → failed', 'h1: B → blocked']);
    expect(calls(first)).to.deep.equal(['echo install a b', 'echo install a']);
    expect(first.machine('h1').files.has('b')).to.equal(false);
  });

  it('are not tried in company again once that failed', async () => {
    const set = await packing(tasks('name: All, pack: {name: "{{item}}"}, loop: [a, b, c, d]'), {broken: 'c'});
    expect((await set.run()).lines).to.deep.equal(['h1: All → failed']);
    expect(calls(set)).to.deep.equal(['echo install a b c d', 'echo install c', 'echo install d']);
    expect([...set.machine('h1').files.keys()]).to.deep.equal(['a', 'b', 'd']);
  });

  it('are looked at again where the machine was lost meanwhile', async () => {
    const set = await packing(two);
    const install = installs(set.machine('h1'), undefined);
    let isLost = false;
    set.machine('h1').before = (words) => {
      install(words);
      if (words[0] !== 'echo' || isLost) return;
      isLost = true;
      throw lost('h1', 'install');
    };
    expect((await set.run({reconnectWithin: 60})).lines).to.deep.equal(['h1: A → changed', 'h1: B → changed']);
    expect(calls(set)).to.deep.equal(['echo install a b']);
  });

  it('are made again in their own turn where they do not hold', async () => {
    const set = await packing(two);
    const install = installs(set.machine('h1'), undefined);
    set.machine('h1').before = (words) => {
      // A manager that says nothing of what it left out.
      install(words.length === 4 ? words.slice(0, 3) : words);
    };
    expect((await set.run()).lines).to.deep.equal(['h1: A → changed', 'h1: B → changed']);
    expect(calls(set)).to.deep.equal(['echo install a b', 'echo install b']);
  });
});
