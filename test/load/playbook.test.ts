import {expect} from 'chai';
import type {Project} from '../../engine/load/project.js';
import {dataOf, diagnosticsOf, load, playWith, tasksIn} from './rig.js';

const twoHosts = 'all: {children: {masters: {hosts: {cp1: }}, workers: {hosts: {w1: , w2: }}}}';

async function playbook(site: string, more: Readonly<Record<string, string>> = {}): Promise<Project> {
  return load({'site.yml': site, 'hosts.yml': twoHosts, ...more});
}

describe('a playbook', () => {
  it('has plays without hosts for a group that the inventory leaves empty, and for nothing else', async () => {
    const {plays} = await load({
      'site.yml': '- {hosts: spare, tasks: []}\n- {hosts: all, tasks: []}',
      'hosts.yml': 'all: {hosts: {h1: }, children: {spare: }}',
    });
    expect(plays.map(({hosts}) => hosts)).to.deep.equal([[], ['h1']]);
    const excluded = {'site.yml': '- {hosts: "spare:!h1", tasks: []}', 'hosts.yml': 'all: {children: {spare: }}'};
    expect((await diagnosticsOf(excluded)).map(({message}) => message).join()).to.match(
      /matches no host|names no host/,
    );
  });

  it('gives plays with their keywords and hosts', async () => {
    const {plays} = await playbook(
      `
- name: Masters
  hosts: masters
  vars: {a: 1}
  vars_files: [more.yml]
  needs: []
- hosts: [workers, "!w2"]
  serial: [1, 30%]
  max_fail_percentage: 25
  needs: Masters
  tags: x, y
- hosts: all
  serial: 2
`,
      {'more.yml': 'b: 2'},
    );
    const [masters, workers, all] = plays;
    expect(masters).to.include({name: 'Masters', pattern: 'masters'});
    expect(masters?.needs).to.deep.equal([]);
    expect(masters?.layers.map(({rank, entries}) => [rank, [...entries.keys()]])).to.deep.equal([
      [12, ['a']],
      [14, ['b']],
    ]);
    expect(workers).to.include({name: 'workers:!w2', maxFailPercentage: 25});
    expect(workers?.hosts).to.deep.equal(['w1']);
    expect(workers?.serial).to.deep.equal([1, {percent: 30}]);
    expect(workers?.needs?.map(({name}) => name)).to.deep.equal(['Masters']);
    expect(workers?.tags).to.deep.equal(['x', 'y']);
    expect(all?.needs).to.equal(undefined);
    expect(all?.serial).to.deep.equal([2]);
  });

  it('reads a task with all its keywords', async () => {
    const {plays} = await load(
      playWith(`- name: Do it
  shell: ls -l
  loop: [a, "{{b}}"]
  loop_control: {loop_var: one, index_var: number, label: "{{one}}", pause: 2}
  register: done
  notify: [Restart, Reload]
  changed_when: done.rc == 2
  failed_when: [done.rc > 2, false]
  until: done.rc == 0
  retries: 5
  delay: "{{wait}}"`),
    );
    const [task] = tasksIn(plays[0]?.sections.tasks ?? []);
    expect(task).to.include({name: 'Do it', module: 'shell', register: 'done'});
    expect(dataOf(task?.args)).to.deep.equal({cmd: 'ls -l'});
    expect(task?.loop?.kind).to.equal('list');
    expect(task?.loopControl).to.include({loopVar: 'one', indexVar: 'number'});
    expect(dataOf(task?.loopControl.pause)).to.equal(2);
    expect(task?.notify.map(({name}) => name)).to.deep.equal(['Restart', 'Reload']);
    expect(task?.changedWhen?.map(({source}) => source)).to.deep.equal(['done.rc == 2']);
    expect(task?.failedWhen?.map(({source}) => source)).to.deep.equal(['done.rc > 2', false]);
    expect(dataOf(task?.until?.retries)).to.equal(5);
    expect(task?.until?.delay?.kind).to.equal('text');
  });

  it('takes a loop that is text as an expression, and one mustache as what it names', async () => {
    const {plays} = await load(
      playWith('- debug: {msg: x}\n  loop: groups.all\n- debug: {msg: x}\n  loop: "{{names}}"'),
    );
    expect(tasksIn(plays[0]?.sections.tasks ?? []).map(({loop}) => loop?.kind)).to.deep.equal(['expression', 'text']);
  });

  it('takes conditions in arguments as expressions', async () => {
    const {plays} = await load(playWith('- assert: {that: [a > 1, b]}\n- assert: {that: a > 1, fail_msg: no}'));
    const [list, one] = tasksIn(plays[0]?.sections.tasks ?? []);
    const that = list?.args.entries[0]?.value;
    expect(that?.kind === 'list' && that.items.map(({kind}) => kind)).to.deep.equal(['expression', 'expression']);
    expect(one?.args.entries.map(({value}) => value.kind)).to.deep.equal(['expression', 'literal']);
  });

  it('lets the inner keyword win, and gathers tags, conditions and environments from outside in', async () => {
    const {plays} = await playbook(`
- hosts: workers
  become: yes
  become_user: "{{admin}}"
  context: user
  environment: {A: 1}
  tags: play
  any_errors_fatal: true
  tasks:
    - when: a
      tags: [block]
      environment: {B: 2}
      context: namespace
      ignore_errors: true
      vars: {x: 1}
      block:
        - debug: {msg: x}
          when: [b, c]
          tags: block, task
          become: false
          environment: {C: 3}
          delegate_to: localhost
          no_log: true
          run_once: true
          vars: {x: 2}
        - meta: flush_handlers
`);
    const [task] = tasksIn(plays[0]?.sections.tasks ?? []);
    const keywords = task?.keywords;
    expect(dataOf(keywords?.become)).to.equal(false);
    expect(dataOf(keywords?.becomeUser)).to.equal('{{admin}}');
    expect(keywords).to.include({context: 'namespace', noLog: true, runOnce: true, anyErrorsFatal: true});
    expect(keywords?.environment.map(dataOf)).to.deep.equal([{A: 1}, {B: 2}, {C: 3}]);
    expect(keywords?.tags).to.deep.equal(['play', 'block', 'task']);
    expect(keywords?.when.map(({source}) => source)).to.deep.equal(['a', 'b', 'c']);
    expect(keywords?.layers.map(({rank}) => rank)).to.deep.equal([16, 17]);
    expect(dataOf(keywords?.ignoreErrors)).to.equal(true);
    expect(dataOf(keywords?.delegateTo)).to.equal('localhost');
  });

  it('reads block, rescue and always, and meta', async () => {
    const {plays} = await load(
      playWith(
        '- name: B\n  block: [{debug: {msg: 1}}]\n  rescue: [{debug: {msg: 2}}, {meta: end_host}]\n  always: [{debug: {msg: 3}}]',
      ),
    );
    const [block] = plays[0]?.sections.tasks ?? [];
    expect(block).to.include({kind: 'block', name: 'B'});
    expect(block?.kind === 'block' && [block.block.length, block.rescue.length, block.always.length]).to.deep.equal([
      1, 2, 1,
    ]);
    expect(block?.kind === 'block' && block.rescue[1]).to.include({kind: 'task', meta: 'end_host'});
  });

  it('imports tasks from the folder of the importing file, with its conditions', async () => {
    const {plays} = await load({
      ...playWith('- import_tasks: parts/one.yml\n  when: a\n  tags: t\n  vars: {v: 1}'),
      'parts/one.yml': '- import_tasks: two.yml\n- debug: {msg: one}\n',
      'parts/two.yml': '- debug: {msg: two}\n',
    });
    const tasks = tasksIn(plays[0]?.sections.tasks ?? []);
    expect(tasks.map((task) => dataOf(task.args))).to.deep.equal([{msg: 'two'}, {msg: 'one'}]);
    expect(tasks[0]?.at.file).to.equal('parts/two.yml');
    expect(tasks[0]?.keywords.when.map(({source}) => source)).to.deep.equal(['a']);
    expect(tasks[0]?.keywords.layers[0]?.entries.has('v')).to.equal(true);
  });

  it('imports playbooks in order, with tags and conditions', async () => {
    const {plays} = await playbook('- import_playbook: sub/first.yml\n  tags: f\n- {name: Last, hosts: all}\n', {
      'sub/first.yml': '- name: First\n  hosts: all\n  tasks: [{import_tasks: t.yml}]\n',
      'sub/t.yml': '- debug: {msg: x}',
    });
    expect(plays.map(({name}) => name)).to.deep.equal(['First', 'Last']);
    expect(plays[0]?.tags).to.deep.equal(['f']);
    expect(plays[0]?.file).to.match(/sub\/first\.yml$/);
  });

  it('reads handlers with the words that they listen to, imported ones too', async () => {
    const {plays} = await playbook(
      '- hosts: all\n  handlers:\n    - {name: A, debug: {msg: a}, listen: [x, y]}\n    - import_tasks: h.yml\n  tasks: [{debug: {msg: t}, notify: x}]\n',
      {'h.yml': '- {name: B, debug: {msg: b}, listen: z}\n'},
    );
    expect(plays[0]?.handlers.map(({task, listen}) => [task.name, listen])).to.deep.equal([
      ['A', ['x', 'y']],
      ['B', ['z']],
    ]);
  });

  it('knows the variables that a task sets, and the templates that it renders', async () => {
    const {plays} = await load({
      ...playWith('- set_fact: {a: 1, b: "{{c}}"}\n- template: {src: x.hbs, dest: /x}'),
      'templates/x.hbs': 'one\n{{hostvars.h1.token}}\n',
    });
    const [set, template] = tasksIn(plays[0]?.sections.tasks ?? []);
    expect(set?.sets).to.deep.equal(['a', 'b']);
    expect(template?.templates).to.have.length(1);
    expect(template?.templates?.[0]).to.deep.include({kind: 'text', source: 'one\n{{hostvars.h1.token}}\n'});
    expect(template?.templates?.[0]?.at.file).to.equal('templates/x.hbs');
  });

  it('takes what changes nothing here: gather_facts, strategies, sudo as the way to another user', async () => {
    const site = '- hosts: all\n  gather_facts: true\n  strategy: free\n  become_method: sudo\n';
    expect((await playbook(site)).warnings).to.equal(undefined);
    expect(
      (await playbook('- hosts: all\n  gather_facts: no\n  strategy: ansible.builtin.linear\n')).warnings,
    ).to.equal(undefined);
  });

  it('imports a playbook that "-e" names, and hosts that it or the play names', async () => {
    const written = {
      'sub/one.yml': '- {hosts: "{{group}}", vars: {group: workers}}\n- {hosts: "{{where}}", vars: {where: masters}}\n',
      'hosts.yml': twoHosts,
      'site.yml': '- ansible.builtin.import_playbook: "sub/{{which}}.yml"\n',
    };
    const {plays} = await load(written, {extraVars: ['which=one', 'where=w1']});
    expect(plays.map(({pattern, hosts}) => [pattern, hosts])).to.deep.equal([
      ['workers', ['w1', 'w2']],
      ['w1', ['w1']],
    ]);
  });

  it('tells the trail of a playbook that imports itself', async () => {
    const found = await diagnosticsOf({
      'site.yml': '- import_playbook: a/one.yml\n',
      'a/one.yml': '- import_playbook: ../b.yml\n',
      'b.yml': '- import_playbook: a/one.yml\n',
    });
    expect(found.map(({at, message}) => [at?.file, message])).to.deep.equal([
      ['b.yml', 'playbook "a/one.yml" imports itself'],
    ]);
    expect(found[0]?.trail?.map(({at, message}) => `${at.file} ${message}`)).to.deep.equal([
      'a/one.yml "b.yml" is imported here',
      'b.yml "a/one.yml" is imported here',
    ]);
  });

  it('lets what is imported be named by where it lies', async () => {
    const {plays} = await load({
      ...playWith('- import_tasks: "{{playbook_dir}}/more/t.yml"\n- import_role: {name: r}'),
      'more/t.yml': '- debug: {msg: t}\n',
      'roles/r/tasks/main.yml': '- import_tasks: "{{role_path}}/tasks/{{role_name}}.yml"\n',
      'roles/r/tasks/r.yml': '- debug: {msg: r}\n',
    });
    expect(tasksIn(plays[0]?.sections.tasks ?? []).map(({args}) => dataOf(args))).to.deep.equal([
      {msg: 't'},
      {msg: 'r'},
    ]);
  });
});
