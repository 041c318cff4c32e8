import {homedir} from 'node:os';
import {expect} from 'chai';
import type {LoadOptions} from '../../engine/load/load-project.js';
import {dataOf, load, problemsOf, tasksIn, type Written} from './rig.js';

/** What the tasks of the roles of a playbook say, in order. */
async function said(written: Written, options: Partial<LoadOptions> = {}): Promise<readonly unknown[]> {
  const {plays} = await load(written, options);
  return tasksIn(plays.flatMap(({sections}) => sections.roles)).map(({args}) => (dataOf(args) as {msg: unknown}).msg);
}

const role = (path: string, word = path): Written => ({[`${path}/tasks/main.yml`]: `- debug: {msg: ${word}}\n`});
const site = (roles: string, at = 'site.yml'): Written => ({[at]: `- hosts: all\n  roles: ${roles}\n`});

describe('a role is looked for', () => {
  it('beside the playbook, in the roles path, beside the role that names it, among those of u7s-play', async () => {
    const written = {
      ...site('[one, two]', 'play/site.yml'),
      ...role('play/roles/one', 'one'),
      ...role('lib/one', 'wrong'),
      ...role('lib/two', 'two'),
      'lib/two/meta/main.yml': 'dependencies: [{name: three}, {role: four}]\n',
      ...role('lib/three', 'three'),
      ...role('more/four', 'four'),
    };
    expect(await said(written, {playbooks: ['play/site.yml'], rolesPath: ['lib', 'more']})).to.deep.equal([
      'one',
      'three',
      'four',
      'two',
    ]);
    const beside = {
      ...site('[../lib/two]', 'play/site.yml'),
      ...written,
      'play/site.yml': '- {hosts: all, roles: [../lib/two]}\n',
    };
    const {plays} = await load({...beside, ...role('lib/four', 'near')}, {playbooks: ['play/site.yml']});
    expect(tasksIn(plays[0]?.sections.roles ?? []).map(({role: use}) => use?.name)).to.deep.equal([
      'three',
      'four',
      'two',
    ]);
    expect((await problemsOf(site('[preflight]'))).join()).not.to.include('there is no role');
  });

  it('by a path from the playbook, or from the role that names it', async () => {
    const written = {
      ...site('[./mine/web, "../other/db"]', 'play/site.yml'),
      ...role('play/mine/web'),
      'play/mine/web/meta/main.yml': 'dependencies: [../base]\n',
      ...role('play/mine/base'),
      ...role('other/db'),
    };
    expect(await said(written, {playbooks: ['play/site.yml']})).to.deep.equal([
      'play/mine/base',
      'play/mine/web',
      'other/db',
    ]);
  });

  it('in an npm package, upwards from the playbook; a folder of roles goes first', async () => {
    const written = {
      ...site('[net/base, "@acme/roles/web", apps/db]', 'play/site.yml'),
      ...role('node_modules/net/roles/base'),
      ...role('play/node_modules/@acme/roles/roles/web', 'web'),
      ...role('play/roles/apps/db'),
      ...role('node_modules/apps/roles/db', 'wrong'),
    };
    expect(await said(written, {playbooks: ['play/site.yml']})).to.deep.equal([
      'node_modules/net/roles/base',
      'web',
      'play/roles/apps/db',
    ]);
  });

  it('and where it is not, the message says where that was', async () => {
    expect(await problemsOf(site('[./web]'))).to.deep.equal([
      'site.yml:2:11 there is no role "./web"; looked for the folder web',
    ]);
    expect((await problemsOf(site('[acme/zzzz]')))[0]).to.match(
      /^site.yml:2:11 there is no role "acme\/zzzz"; looked in roles, .*, and for the package acme in node_modules$/,
    );
    expect((await problemsOf(site('[ns.coll.zzzz]')))[0]).to.include('roles of collections are named by their folder');
    expect((await problemsOf(site('["~/zzzz"]')))[0]).to.include(`looked for the folder ${homedir()}/zzzz`);
  });
});

describe('a role of somebody else', () => {
  it('may say what Ansible’s catalogue wants, and name its files as it likes', async () => {
    const written = {
      ...site('[{role: web, sites: 80, vars: {b: 2}}]'),
      'roles/web/meta/main.yaml':
        'galaxy_info: {author: x, description: A web server., platforms: [{name: Debian}]}\ncollections: [a.b]\ndependencies:\n  - {role: base, level: 3, tags: net}\n',
      'roles/web/tasks/main.json': '[{"debug": {"msg": "web"}}]',
      'roles/web/defaults/main/one.yml': 'a: 1\nsites: 0\n',
      'roles/web/defaults/main/two.yml': 'b: 1\n',
      'roles/web/vars/main': 'c: 1\n',
      'roles/base/tasks/main': '- debug: {msg: base}\n',
      'roles/base/defaults/main.yml': 'level: 1\n',
    };
    const {plays} = await load(written);
    const [base, web] = tasksIn(plays[0]?.sections.roles ?? []);
    expect(base?.keywords.tags).to.deep.equal(['net']);
    expect(base?.keywords.layers.at(-1)?.entries.has('level')).to.equal(true);
    expect(web?.keywords.layers.map(({rank, entries}) => [rank, [...entries.keys()]])).to.deep.equal([
      [2, ['a', 'sites']],
      [2, ['b']],
      [15, ['c']],
      [16, ['b']],
      [20, ['sites']],
    ]);
  });

  it('runs each time when it allows duplicates, else once', async () => {
    const written = {
      ...site('[a, b, a]'),
      ...role('roles/a', 'a'),
      ...role('roles/b', 'b'),
      'roles/a/meta/main.yml': 'allow_duplicates: true\n',
      'roles/b/meta/main.yml': 'dependencies: [a, b2]\n',
      ...role('roles/b2', 'b2'),
    };
    expect(await said(written)).to.deep.equal(['a', 'a', 'b2', 'b', 'a']);
  });

  it('that is imported twice runs twice, its dependencies once', async () => {
    const {plays} = await load({
      'site.yml':
        '- hosts: all\n  tasks:\n    - import_role: {name: a}\n    - import_role: {name: a}\n    - import_role: {name: a}\n      tags: t\n',
      ...role('roles/a', 'a'),
      'roles/a/meta/main.yml': 'dependencies: [base]\n',
      ...role('roles/base', 'base'),
    });
    const words = tasksIn(plays[0]?.sections.tasks ?? []).map(({args}) => (dataOf(args) as {msg: unknown}).msg);
    expect(words).to.deep.equal(['base', 'a', 'a', 'base', 'a']);
  });

  it('gives other files than main where the import names them', async () => {
    const written = {
      'site.yml':
        '- hosts: all\n  tasks:\n    - import_role: {name: a, tasks_from: t.yml, vars_from: v, defaults_from: d, handlers_from: h}\n',
      'roles/a/tasks/t.yml': '- {debug: {msg: t}, notify: H}\n',
      'roles/a/vars/main.yml': 'no: 1\n',
      'roles/a/vars/v.yml': 'v: 1\n',
      'roles/a/defaults/d.yaml': 'd: 1\n',
      'roles/a/handlers/h.yml': '- {name: H, debug: {msg: h}}\n',
    };
    const {plays} = await load(written);
    const [task] = tasksIn(plays[0]?.sections.tasks ?? []);
    expect(task?.keywords.layers.map(({entries}) => [...entries.keys()])).to.deep.equal([['d'], ['v']]);
    expect(plays[0]?.handlers.map(({task: {name}}) => name)).to.deep.equal(['H']);
    const lacking = {...written, 'site.yml': written['site.yml'].replace('vars_from: v,', 'vars_from: vv,')};
    expect(await problemsOf(lacking)).to.deep.equal([
      'site.yml:3:27 role "a" has no vars/vv.yml; did you mean "v.yml"?',
    ]);
  });

  it('takes no keyword that is misspelt, and none that Ansible has and u7s-play has not', async () => {
    const written = {...role('roles/a', 'a')};
    expect(await problemsOf({...written, ...site('[{role: a, becom: true}]')})).to.deep.equal([
      'site.yml:2:21 unknown key "becom" in a role of the play; did you mean "become"?',
    ]);
    expect((await problemsOf({...written, ...site('[{role: a, debugger: always}]')}))[0]).to.include(
      '"debugger" is not supported',
    );
  });

  it('has its arguments checked where it declares them in Ansible’s way', async () => {
    const specs = `argument_specs:
  main:
    options:
      http_port: {type: int, required: true, description: Where it listens.}
      level: {choices: [low, high]}
      secret: {no_log: true}
      users: {type: list, elements: dict, options: {name: {required: true}}}
  remove:
    options:
      force: {type: bool}
`;
    const web = {...role('roles/web'), ...role('roles/web/tasks/remove'), 'roles/web/meta/argument_specs.yml': specs};
    const good = site('[{role: web, http_port: "80", level: low, users: [{name: a}], other: 1, vars: {secret: x}}]');
    const {plays} = await load({...web, ...good});
    expect(tasksIn(plays[0]?.sections.roles ?? [])[0]?.role?.secrets).to.deep.equal(['secret']);
    expect(await problemsOf({...web, ...site('[{role: web, level: mid, users: [{nam: a}]}]')})).to.deep.equal([
      'site.yml:2:18 role "web" needs "http_port", which nothing gives for "h1"; set it in "vars" or in group_vars: Where it listens',
      'site.yml:2:30 "level" must be "low" or "high", found "mid"',
      'site.yml:2:43 item 1 of "users" needs "name"',
    ]);
    const other = {
      ...web,
      'roles/web/tasks/remove.yml': '- debug: {msg: x}\n',
      'site.yml': '- hosts: all\n  tasks: [{import_role: {name: web, tasks_from: remove, vars: {force: perhaps}}}]\n',
    };
    expect((await problemsOf(other))[0]).to.include('"force" must be true or false, found "perhaps"');
  });

  it('is imported with keywords on the import itself', async () => {
    const site = (more: string): Written => ({
      ...role('roles/a'),
      'site.yml': `- hosts: all\n  tasks: [{import_role: {name: a, ${more}}}]\n`,
    });
    expect(await problemsOf(site('apply: {tags: x}'))).to.deep.equal([
      'site.yml:2:35 "apply" is not supported; write the keywords on the import itself',
    ]);
    expect((await problemsOf(site('public: true')))[0]).to.include('"public" is not supported');
  });

  it('and files of variables may be named by what "-e" gives', async () => {
    const written = {'site.yml': '- {hosts: all, vars_files: "{{stage}}.yml"}\n', 'prod.yml': 'a: 1\n'};
    const {plays} = await load(written, {extraVars: ['stage=prod']});
    expect(plays[0]?.layers.map(({entries}) => [...entries.keys()])).to.deep.equal([['a']]);
  });
});
