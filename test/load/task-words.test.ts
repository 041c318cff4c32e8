import {expect} from 'chai';
import type {Task} from '../../engine/load/project.js';
import {dataOf, load, playWith, problemsOf, tasksIn, type Written} from './rig.js';

async function tasksOf(tasks: string, more: Written = {}): Promise<readonly Task[]> {
  const {plays} = await load({...playWith(tasks), ...more});
  return tasksIn(plays[0]?.sections.tasks ?? []);
}

describe('the words of a task', () => {
  it('name modules with or without their collection', async () => {
    const tasks = await tasksOf(
      '- ansible.builtin.debug: {msg: a}\n- ansible.legacy.shell: ls\n- ansible.builtin.import_tasks: x.yml',
      {'x.yml': '- debug: {msg: b}\n'},
    );
    expect(tasks.map(({module}) => module)).to.deep.equal(['debug', 'shell', 'debug']);
  });

  it('give further arguments under "args"', async () => {
    const [task] = await tasksOf('- command: make\n  args: {chdir: /src, creates: /usr/bin/x}');
    expect(dataOf(task?.args)).to.deep.equal({cmd: 'make', chdir: '/src', creates: '/usr/bin/x'});
  });

  it('name the module under "action" too, and the controller under "local_action"', async () => {
    const [action, local] = await tasksOf(
      '- action: {module: ansible.builtin.debug, msg: a}\n- local_action: {module: command, cmd: ls}',
    );
    expect([action?.module, dataOf(action?.args)]).to.deep.equal(['debug', {msg: 'a'}]);
    expect([local?.module, dataOf(local?.keywords.delegateTo)]).to.deep.equal(['command', 'localhost']);
  });

  it('try again until it does not fail, with "retries" alone', async () => {
    const [task] = await tasksOf('- command: ls\n  retries: 3');
    expect(task?.until?.condition).to.deep.equal([]);
  });

  it('let a task go on by itself', async () => {
    const [task, none] = await tasksOf('- command: sleep 5\n  async: 60\n  poll: 0\n- command: ls\n  async: 0');
    expect([dataOf(task?.detached?.limit), dataOf(task?.detached?.poll)]).to.deep.equal([60, 0]);
    expect(none?.detached).to.equal(undefined);
  });

  it('decide the condition of an include once', async () => {
    const [task] = await tasksOf('- include_tasks: {file: x.yml}\n  when: a', {
      'x.yml': '- debug: {msg: b}\n  when: c\n',
    });
    expect(task?.keywords.when.map(({source, once}) => [source, once])).to.deep.equal([
      ['a', true],
      ['c', undefined],
    ]);
  });

  it('import a file once for each item of a loop, whose items it may name', async () => {
    const tasks = await tasksOf(
      '- import_tasks: "{{one}}.yml"\n  loop: [x, y]\n  loop_control: {loop_var: one, index_var: number}\n- import_tasks: x.yml\n  loop: range(2)',
      {'x.yml': '- debug: {msg: x}\n', 'y.yml': '- debug: {msg: y}\n'},
    );
    expect(tasks.map(({args}) => dataOf(args))).to.deep.equal([{msg: 'x'}, {msg: 'y'}, {msg: 'x'}, {msg: 'x'}]);
    const [first] = tasks[1]?.keywords.layers ?? [];
    expect([...(first?.entries ?? [])].map(([name, term]) => [name, dataOf(term)])).to.deep.equal([
      ['one', 'y'],
      ['number', 1],
    ]);
  });

  const loops: readonly (readonly [written: string, hint: string])[] = [
    ['with_items: [a, "b c", 1]', 'write "loop: [a, b c, 1]"'],
    ['with_items: "{{packages}}"', 'write "loop: packages", or "packages.flatten()" where it holds lists'],
    ['with_items: ["{{a}}", "{{b | default([])}}"]', 'write "loop: [a, vars.?b.orValue([])].flatten()"'],
    ['with_items: ["{{name}}.service"]', 'write "loop: [string(name) + \'.service\'].flatten()"'],
    ['with_list: "{{x | unique}}"', 'write "loop: x.unique()"'],
    ['with_dict: "{{users}}"', 'write "loop: dict2items(users)"'],
    ['with_dict: {a: 1}', 'write "loop: dict2items({\'a\': 1})"'],
    [
      'with_nested: ["{{hosts}}", [80, 443]]',
      'write "loop: product([hosts, [80, 443]])"; item[0] is of the first list',
    ],
    ['with_together: ["{{a}}", "{{b}}"]', 'write "loop: zip([a, b])"; item[0] is of the first list'],
    ['with_subelements: ["{{users}}", keys]', 'write "loop: users.subelements(\'keys\')"; item[0] is the outer one'],
    ['with_sequence: start=1 end=5', 'write "loop: sequence(1, 5)"'],
    ['with_sequence: count=4 format=web%02d', 'write "loop: sequence(1, 4).map(n, \'web%02d\'.format([n]))"'],
    ['with_indexed_items: [a, b]', 'write "loop: [a, b]" and "loop_control: {index_var: index}"'],
  ];
  for (const [written, hint] of loops) {
    it(`say how ${written} is written`, async () => {
      const word = written.split(':')[0] ?? '';
      expect(await problemsOf(playWith(`- debug: {msg: x}\n  ${written}`))).to.deep.equal([
        `site.yml:4:7 "${word}" is written "loop" here; ${hint}`,
      ]);
    });
  }
});
