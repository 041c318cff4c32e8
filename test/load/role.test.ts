import {expect} from 'chai';
import {dataOf, load, problemsOf, tasksIn, type Written} from './rig.js';

const web: Written = {
  'roles/web/meta/main.yml': `
description: A web server.
arguments:
  properties:
    port: {type: integer, description: Where it listens., default: 80}
    site: {type: string, description: The name of the site.}
    url: {type: string}
  required: [site]
`,
  'roles/web/defaults/main.yml': 'url: "http://{{site}}:{{port}}/"\n',
  'roles/web/vars/main.yml': 'web_folder: /srv\n',
  'roles/web/tasks/main.yml': '- debug: {msg: "{{url}}"}\n  notify: Restart web\n',
  'roles/web/tasks/remove.yml': '- debug: {msg: removed}\n',
  'roles/web/handlers/main.yml': '- name: Restart web\n  debug: {msg: restarted}\n',
};

function site(roles: string, more: Written = {}): Written {
  return {...web, 'site.yml': `- hosts: all\n  roles: ${roles}\n`, ...more};
}

describe('a role', () => {
  it('brings tasks, handlers and variables in their ranks', async () => {
    const {plays} = await load(site('[{role: web, vars: {site: x}, when: a, tags: t, become: true}]'));
    const [task] = tasksIn(plays[0]?.sections.roles ?? []);
    expect(task?.role?.name).to.equal('web');
    expect(task?.role?.path).to.match(/\/roles\/web$/);
    expect(task?.keywords.layers.map(({rank, origin, entries}) => [rank, origin, [...entries.keys()]])).to.deep.equal([
      [2, 'role web, arguments', ['port']],
      [2, 'role web, defaults', ['url']],
      [15, 'role web, vars', ['web_folder']],
      [16, 'role web, its use', ['site']],
    ]);
    expect(task?.keywords.tags).to.deep.equal(['t']);
    const [handler] = plays[0]?.handlers ?? [];
    expect(handler?.task.name).to.equal('Restart web');
    expect(handler?.task.role).to.equal(task?.role);
    expect(dataOf(handler?.task.keywords.become)).to.equal(true);
  });

  it('is imported in its place, wholly or one file of it', async () => {
    const {plays} = await load({
      ...web,
      'site.yml':
        '- hosts: all\n  tasks:\n    - import_role: {name: web, vars: {site: x}}\n      when: a\n    - import_role: {name: web, tasks_from: remove, vars: {site: x}}\n',
    });
    const tasks = tasksIn(plays[0]?.sections.tasks ?? []);
    expect(tasks.map(({args}) => dataOf(args))).to.deep.equal([{msg: '{{url}}'}, {msg: 'removed'}]);
    expect(tasks[0]?.keywords.when.map(({source}) => source)).to.deep.equal(['a']);
    expect(tasks[0]?.keywords.layers.at(-1)).to.include({rank: 16});
  });

  it('runs its dependencies first, once for the same arguments, selected by the tags of all its uses', async () => {
    const {plays} = await load({
      'site.yml': '- hosts: all\n  roles: [{role: a, tags: ta}, {role: b, tags: tb}, a]\n',
      'roles/a/meta/main.yml': 'dependencies: [base, {role: conf, vars: {v: 1}}]',
      'roles/b/meta/main.yml': 'dependencies: [base, {role: conf, vars: {v: 2}}]',
      'roles/base/tasks/main.yml': '- debug: {msg: base}',
      'roles/conf/tasks/main.yml': '- debug: {msg: conf}',
      'roles/a/tasks/main.yml': '- debug: {msg: a}',
      'roles/b/tasks/main.yml': '- debug: {msg: b}',
    });
    const tasks = tasksIn(plays[0]?.sections.roles ?? []);
    expect(tasks.map(({args}) => dataOf(args))).to.deep.equal(['base', 'conf', 'a', 'conf', 'b'].map((msg) => ({msg})));
    expect(tasks[0]?.keywords.tags).to.deep.equal(['ta', 'tb']);
  });

  it('runs again for other arguments, another user, or another condition', async () => {
    const uses = [
      'a',
      '{role: a, become_user: x}',
      '{role: a, when: b}',
      '{role: a, vars: {v: !cel c}}',
      '{role: a, vars: {v: !cel d}}',
      'a',
    ];
    const {plays} = await load({
      'site.yml': `- hosts: all\n  roles: [${uses.join(', ')}]\n`,
      'roles/a/tasks/main.yml': '- debug: {msg: a}\n  notify: h',
      'roles/a/handlers/main.yml': '- {name: h, debug: {msg: h}}',
    });
    expect(tasksIn(plays[0]?.sections.roles ?? [])).to.have.length(5);
  });

  it('has one set of handlers for uses that are alike, which ask no condition of the use again', async () => {
    const {plays} = await load({
      'site.yml':
        '- hosts: all\n  tasks:\n    - {import_role: {name: a}, when: x}\n    - {import_role: {name: a}}\n    - {import_role: {name: a}, vars: {v: 1}}\n',
      'roles/a/tasks/main.yml': '- debug: {msg: a}\n  notify: h',
      'roles/a/handlers/main.yml': '- {name: h, debug: {msg: h}, when: y}',
    });
    const handlers = plays[0]?.handlers ?? [];
    const tasks = tasksIn(plays[0]?.sections.tasks ?? []);
    expect(handlers.map(({task}) => task.keywords.when.map(({source}) => source))).to.deep.equal([['y'], ['y']]);
    expect(tasks.map(({role}) => handlers.findIndex(({task}) => task.role === role))).to.deep.equal([0, 0, 1]);
  });

  it('names its arguments that must never be shown', async () => {
    const {plays} = await load({
      'site.yml': '- hosts: all\n  roles: [{role: a, vars: {token: x}}]\n',
      'roles/a/meta/main.yml': 'arguments: {properties: {token: {type: string, writeOnly: true}, other: {}}}',
      'roles/a/tasks/main.yml': '- debug: {msg: a}',
    });
    expect(tasksIn(plays[0]?.sections.roles ?? [])[0]?.role?.secrets).to.deep.equal(['token']);
  });

  it('may import another file of its own tasks, without its dependencies again', async () => {
    const {plays} = await load({
      'site.yml': '- hosts: all\n  roles: [a]\n',
      'roles/a/meta/main.yml': 'dependencies: [base]',
      'roles/base/tasks/main.yml': '- debug: {msg: base}',
      'roles/a/tasks/main.yml': '- import_role: {name: a, tasks_from: more}',
      'roles/a/tasks/more.yml': '- debug: {msg: more}',
    });
    expect(tasksIn(plays[0]?.sections.roles ?? []).map(({args}) => dataOf(args))).to.deep.equal([
      {msg: 'base'},
      {msg: 'more'},
    ]);
  });

  it('is looked for beside the playbook first, then in the folders of the roles path', async () => {
    const {plays} = await load(
      {
        'play/site.yml': '- hosts: all\n  roles: [one, two]\n',
        'play/roles/one/tasks/main.yml': '- debug: {msg: near}',
        'lib/one/tasks/main.yml': '- debug: {msg: far}',
        'lib/two/tasks/main.yml': '- debug: {msg: lib}',
      },
      {playbooks: ['play/site.yml'], rolesPath: ['lib']},
    );
    expect(tasksIn(plays[0]?.sections.roles ?? []).map(({args}) => dataOf(args))).to.deep.equal([
      {msg: 'near'},
      {msg: 'lib'},
    ]);
  });

  const bad: readonly (readonly [what: string, written: Written, ...problems: string[]])[] = [
    [
      'an argument that is misspelt',
      site('[{role: web, vars: {site: x, prot: 1}}]'),
      'site.yml:2:39 role "web" has no argument "prot"; did you mean "port"?',
    ],
    [
      'an argument of the wrong type',
      site('[{role: web, vars: {site: x, port: high}}]'),
      'site.yml:2:45 "port" must be a whole number, found "high"',
    ],
    [
      'an argument that nothing gives',
      site('[web]'),
      'site.yml:2:11 role "web" needs "site", which nothing gives for "h1"; set it in "vars" or in group_vars: The name of the site',
    ],
    [
      'a host’s variable that does not fit',
      site('[web]', {'group_vars/all.yml': 'site: 5\n'}),
      'group_vars/all.yml:1:7 "site" must be text, found the number 5; quote it',
    ],
    ['a role that is not there', site('[wbe]'), 'site.yml:2:11 there is no role "wbe"; did you mean "web"?'],
    [
      'a default that is no argument',
      site('[{role: web, vars: {site: x}}]', {'roles/web/defaults/main.yml': 'urll: x\n'}),
      'roles/web/defaults/main.yml:1:7 "urll" has a default and is no argument of the role "web"; did you mean "url"?',
    ],
    [
      'a required argument that is not declared',
      site('[web]', {
        'roles/web/meta/main.yml': 'arguments: {properties: {site: {default: x}, url: {}}, required: [sit]}',
      }),
      'roles/web/meta/main.yml:1:67 required argument "sit" is not declared; did you mean "site"?',
    ],
    [
      'a default that does not fit its own schema',
      site('[web]', {
        'roles/web/meta/main.yml': 'arguments: {properties: {url: {}, port: {type: integer, default: "80"}}}',
      }),
      'roles/web/meta/main.yml:1:66 "port" must be a whole number, found "80"',
    ],
    [
      'an unknown key in meta',
      site('[web]', {'roles/web/meta/main.yml': 'argumnets: {}'}),
      'roles/web/meta/main.yml:1:1 unknown key "argumnets" in the role web; did you mean "arguments"?',
    ],
    [
      'a broken schema',
      site('[web]', {'roles/web/meta/main.yml': 'arguments: {properties: {url: {tpye: string}}}'}),
      'roles/web/meta/main.yml:1:26 argument "url" has a broken JSON Schema: strict mode: unknown keyword: "tpye"',
    ],
    [
      'a file of tasks that is not there',
      {...web, 'site.yml': '- hosts: all\n  tasks: [{import_role: {name: web, tasks_from: remvoe, vars: {site: x}}}]'},
      'site.yml:2:32 role "web" has no tasks/remvoe.yml; did you mean "remove.yml"?',
    ],
  ];
  for (const [what, written, ...problems] of bad) {
    it(`is refused: ${what}`, async () => {
      expect(await problemsOf(written)).to.deep.equal(problems);
    });
  }

  it('gets a required argument from the inventory, the play, -e, register or set_fact', async () => {
    expect(await problemsOf(site('[web]', {'hosts.yml': 'all: {hosts: {h1: {site: x}}}'}))).to.deep.equal([]);
    expect(await problemsOf(site('[web]\n  vars: {site: x}'))).to.deep.equal([]);
    expect(await problemsOf(site('[web]'), {extraVars: ['site=x']})).to.deep.equal([]);
    expect(await problemsOf(site('[web]\n  pre_tasks: [{set_fact: {site: x}}]'))).to.deep.equal([]);
    expect(await problemsOf(site('[web]\n  pre_tasks: [{shell: hostname, register: site}]'))).to.deep.equal([]);
  });

  it('names the hosts that lack an argument', async () => {
    const hosts = 'all: {hosts: {h1: , h2: {site: x}, h3: , h4: , h5: , h6: }}';
    expect((await problemsOf(site('[web]', {'hosts.yml': hosts})))[0]).to.include(
      'which nothing gives for "h1", "h3", "h4" and 2 more',
    );
  });

  it('that depends on itself is a cycle with its trail', async () => {
    const found = await problemsOf({
      'site.yml': '- hosts: all\n  roles: [a]',
      'roles/a/meta/main.yml': 'dependencies: [b]',
      'roles/b/meta/main.yml': 'dependencies: [a]',
    });
    expect(found).to.deep.equal(['roles/b/meta/main.yml:1:16 role a imports itself']);
  });
});
