import {expect} from 'chai';
import {playWith, problemsOf} from './rig.js';

/** A playbook, and every problem in it. */
type Case = readonly (readonly [site: string, ...problems: string[]])[];

function refuses(cases: Case, writtenOf: (text: string) => Readonly<Record<string, string>>): void {
  for (const [text, ...problems] of cases) {
    it(`refuses ${text.replaceAll('\n', '⏎')}`, async () => {
      expect(await problemsOf(writtenOf(text))).to.deep.equal(problems);
    });
  }
}

describe('a playbook that cannot be used', () => {
  const tasks: Case = [
    ['- cpoy: {dest: /x}', 'site.yml:3:7 unknown module "cpoy"; did you mean "copy"?'],
    ['- frobnicate: {}', 'site.yml:3:7 unknown module "frobnicate"; "u7s-play doc" lists the modules'],
    ['- ansible.builtin.copy: {}', 'site.yml:3:7 copy needs "dest"'],
    [
      '- other.collection.copy: {}',
      'site.yml:3:7 unknown module "other.collection.copy"; the module of this name here is "copy"',
    ],
    [
      '- ansible.builtin.import_role: {nmae: x}',
      'site.yml:3:36 "import_role" needs "name"',
      'site.yml:3:37 unknown key "nmae" in import_role; did you mean "name"?',
    ],
    ['- name: only', 'site.yml:3:7 a task without a module; write what it does: a module and its arguments'],
    [
      '- debug: {msg: x}\n  copy: {dest: /x, content: y}',
      'site.yml:4:7 a task has one module, found "debug" and "copy"; make two tasks of it',
    ],
    [
      '- debug: {msg: x}\n  block: []',
      'site.yml:3:7 a task has one module, found "block" and "debug"; make two tasks of it',
    ],
    ['- debug: {msg: x}\n  wehn: a', 'site.yml:4:7 unknown key "wehn" in a task; did you mean "when"?'],
    [
      '- file:\n  path: /x\n  state: directory',
      'site.yml:3:7 file needs "path"',
      'site.yml:4:7 unknown key "path" in a task; arguments of file stand under it, indented',
      'site.yml:5:7 unknown key "state" in a task; arguments of file stand under it, indented',
    ],
    [
      '- file: {path: /x, onwer: root, recurse: 5}',
      'site.yml:3:24 unknown key "onwer" in file; did you mean "owner"?',
      'site.yml:3:46 "recurse" must be true or false, found the number 5',
    ],
    ['- copy: {dest: /x, content: y, mode: 644}', 'site.yml:3:42 "mode" must be text, found the number 644; quote it'],
    [
      '- copy: {dest: /x, content: y, mode: 0644}',
      'site.yml:3:42 0644 is the number 644 in YAML 1.2; quote it: "0644"',
    ],
    ['- copy: {content: y}', 'site.yml:3:7 copy needs "dest"'],
    [
      '- copy: src=a dest="/b c"',
      'site.yml:3:13 the arguments of copy must be a map, found "key=value" words; write copy: {src: a, dest: "/b c"}',
    ],
    [
      '- copy: [a]',
      'site.yml:3:13 the arguments of copy must be a map, found a list; write "copy:" and below it, indented, "name: value" lines',
    ],
    ['- copy: {src: nope.txt, dest: /x}', 'site.yml:3:19 file "nope.txt" is not there; looked in files, .'],
    ['- template: {src: nope.hbs, dest: /x}', 'site.yml:3:23 template "nope.hbs" is not there; looked in templates, .'],
    ['- debug: {msg: x}\n  with_items: [a]', 'site.yml:4:7 "with_items" is written "loop" here; write "loop: [a]"'],
    ['- include_tasks: x.yml', 'site.yml:3:22 file of tasks "x.yml" is not there'],
    [
      '- include_tasks: "{{os.family}}.yml"',
      'site.yml:3:22 a file that is imported must be known before the run; write its name without a template; decide with "when"',
    ],
    [
      '- import_tasks: x.yml\n  loop: groups.all',
      'site.yml:4:13 what is imported must be known before the run, and so must the items of its loop; write the items as a list, or put the loop on the tasks inside',
    ],
    [
      '- local_action: copy src=a dest=/b mode=0644',
      'site.yml:3:7 "local_action" is a map with "module" and its arguments here; write "copy: {src: a, dest: /b, mode: "0644"}" and "delegate_to: localhost"',
    ],
    [
      '- command: make install creates=/usr/bin/x chdir="/src dir"',
      'site.yml:3:16 "creates=/usr/bin/x" would be a part of the cmd; arguments of command are a map; write "command: {cmd: make install, creates: /usr/bin/x, chdir: "/src dir"}"',
    ],
    [
      '- shell: {cmd: ls}\n  args: {cmd: pwd}',
      'site.yml:4:14 "cmd" stands under "shell" and under "args"; write it once',
    ],
    ['- shell: ls\n  args: "{{more}}"', 'site.yml:4:13 "args" must be a map, found "{{more}}"'],
    [
      '- copy: {dest: /x, content: y}\n  async: 60\n  poll: 0',
      'site.yml:5:13 "poll: 0" is for tasks that are one command, and copy is more than that; give "poll" the seconds between looks at it; other hosts do not wait for this one',
    ],
    [
      '- debug: {msg: x}\n  poll: 5',
      'site.yml:4:13 "poll" says nothing without "async"; write "async" with the most seconds that it may take',
    ],
    [
      '- meta: refresh_inventory',
      'site.yml:3:13 "meta: refresh_inventory" is not supported: the hosts of a run are known before it; start a second run with the new inventory',
    ],
    [
      '- meta: flush_handlers\n  when: a',
      'site.yml:4:13 "meta: flush_handlers" cannot have a condition; put it on the handlers',
    ],
    [
      '- debug: {msg: x}\n  register: groups',
      'site.yml:4:17 "groups" cannot be the name of a registered result: the engine sets it; the names of the hosts of each group',
    ],
    [
      '- debug: {msg: x}\n  register: my-result',
      'site.yml:4:17 "my-result" cannot be the name of a registered result; write letters, digits and underscores, and no digit first',
    ],
    [
      '- debug: {msg: x}\n  register: item',
      'site.yml:4:17 "item" cannot be the name of a registered result: the engine sets it; the item of a loop',
    ],
    [
      '- debug: {msg: x}\n  loop: [1]\n  loop_control: {loop_var: type}',
      'site.yml:5:32 "type" cannot be the name of a loop variable: it is a word of the expression language; choose another name, such as "type_name"',
    ],
    ['- debug: {msg: x}\n  loop_control: {label: x}', 'site.yml:4:21 "loop_control" says nothing without "loop"'],
    ['- debug: {msg: x}\n  loop: {a: 1}', 'site.yml:4:13 "loop" must be a list or text, found a map'],
    [
      '- debug: {msg: x}\n  delay: 3',
      'site.yml:4:14 "delay" says nothing without "until" or "retries"; write "until" with the condition that ends the attempts',
    ],
    [
      '- debug: {msg: x}\n  listen: a',
      'site.yml:4:15 "listen" belongs to handlers; put the task among the handlers, or use "notify"',
    ],
    [
      '- debug: {msg: x}\n  notify: "restart {{x}}"',
      'site.yml:4:15 the name of a handler must be known before the run; write it without a template',
    ],
    [
      '- debug: {msg: x}\n  tags: ["{{t}}"]',
      'site.yml:4:14 tags must be known before the run; write them as plain words; decide with "when"',
    ],
    [
      '- debug: {msg: x}\n  check_mode: false',
      'site.yml:4:19 a task that runs in a check must never count as a change; add "changed_when: false", or remove "check_mode: false"',
    ],
    [
      '- debug: {msg: x}\n  when: 5',
      'site.yml:4:13 "when" must be text or true or false or a list, found the number 5',
    ],
    ['- debug: {msg: x}\n  when: a and b', 'site.yml:4:15 "and" is not CEL; write a && b'],
    [
      '- debug: {msg: x}\n  when:\n    - a == 1\n    - b = 2',
      'site.yml:6:13 a single "=" is not CEL; compare with "=="',
    ],
    [
      '- debug: {msg: x}\n  when: "{{a}}"',
      'site.yml:4:14 a mustache cannot stand in an expression; names stand plainly here: a',
    ],
    [
      '- block: []\n  loop: [1]',
      'site.yml:4:7 "loop" cannot stand on a block; put the loop on the tasks inside, or these into a file of their own and the loop on "import_tasks"',
    ],
    ['- debug: {msg: x}\n  rescue: []', 'site.yml:4:7 "rescue" cannot stand on a task; it belongs to a "block"'],
    [
      '- import_role: {nmae: x}',
      'site.yml:3:20 "import_role" needs "name"',
      'site.yml:3:21 unknown key "nmae" in import_role; did you mean "name"?',
    ],
    ['- import_role: x', 'site.yml:3:20 "import_role" must be a map, found "x"'],
    [
      '- import_role: {name: "{{x}}"}',
      'site.yml:3:27 a role that is imported must be known before the run; write its name without a template; decide with "when"',
    ],
    ['- import_tasks: nope.yml', 'site.yml:3:21 file of tasks "nope.yml" is not there'],
    [
      '- import_tasks: x.yml\n  register: r',
      'site.yml:3:21 file of tasks "x.yml" is not there',
      'site.yml:4:7 "register" cannot stand on "import_tasks"; put it on the tasks inside',
    ],
    [
      '- meta: flush',
      'site.yml:3:13 "meta" must be "flush_handlers" or "noop" or "end_play" or "end_batch" or "end_host" or "end_role" or "clear_facts" or "clear_host_errors" or "reset_connection" or "refresh_inventory", found "flush"',
    ],
  ];
  refuses(tasks, playWith);

  it('shows every problem of every file at once, file by file from top to bottom', async () => {
    const found = await problemsOf({
      'site.yml':
        '- hosts: all\n  tasks:\n    - import_tasks: a.yml\n    - cpoy: {}\n    - debug: {msg: "{{x"}\n  vars: {list: 1}\n- hosts: nope\n',
      'a.yml': '- shel: ls\n- debug: {mgs: x}\n',
      'hosts.yml': 'all: {hosts: {h1: }, vras: {}}',
    });
    expect(found.map((problem) => problem.split(' ')[0])).to.deep.equal([
      'hosts.yml:1:22',
      'a.yml:1:3',
      'a.yml:2:11',
      'site.yml:4:7',
      'site.yml:5:21',
      'site.yml:6:10',
      'site.yml:7:10',
    ]);
  });

  it('shows a broken template file at its own line', async () => {
    const found = await problemsOf({
      ...playWith('- template: {src: x.hbs, dest: /x}'),
      'templates/x.hbs': 'fine\n{{#if a}}\nnever closed\n',
    });
    expect(found).to.have.length(1);
    expect(found[0]).to.match(/^templates\/x\.hbs:\d+:\d+ this is not a template/);
  });

  it('shows a broken template at its own place, in block text too', async () => {
    const [found] = await problemsOf({
      'site.yml': '- hosts: all\n  vars:\n    a: |\n      fine\n      b {{c d}} {{}}\n',
    });
    expect(found).to.match(/^site\.yml:5:\d+ /);
  });

  it('tells of a file of tasks that imports itself', async () => {
    const found = await problemsOf({
      ...playWith('- import_tasks: a.yml'),
      'a.yml': '- import_tasks: b.yml\n',
      'b.yml': '- import_tasks: a.yml\n',
    });
    expect(found).to.deep.equal(['b.yml:1:17 file a.yml imports itself']);
  });

  it('takes templates where a value is wanted, whatever its type', async () => {
    expect(
      await problemsOf(
        playWith('- file: {path: "{{p}}", mode: !cel m, state: "{{s}}", recurse: "{{r}}"}\n- shell: "{{c}}"'),
      ),
    ).to.deep.equal([]);
  });

  it('takes yes and no where a boolean is wanted, and nowhere else', async () => {
    expect(
      await problemsOf(playWith('- file: {path: /x, state: directory, recurse: yes}\n  become: no\n  no_log: on')),
    ).to.deep.equal([]);
    expect(await problemsOf(playWith('- debug: {msg: x}\n  when: yes'))).to.deep.equal([]);
  });

  it('says that a playbook is not there', async () => {
    const found = await problemsOf(
      {'site.yml': '- hosts: all\n  vars_files: [v.yml]\n', 'v.yml': 'a: 1'},
      {playbooks: ['gone.yml']},
    );
    expect(found).to.deep.equal(['playbook "gone.yml" is not there']);
  });
});
