import {expect} from 'chai';
import {varsText} from '../../engine/cli/vars-text.js';
import {BadInput} from '../../engine/diagnostic.js';
import {load, type Written} from '../load/rig.js';
import {createProgram} from './program.js';

const files: Written = {
  'inv/hosts.yml':
    'all:\n  vars: {port: 80}\n  children:\n    web: {hosts: {w1: {port: 8080}, w2: }}\n    cp: {hosts: {cp1: {addr: 192.0.2.1}}}\n',
  'inv/group_vars/web.yml': `port: 81
peer: "{{hostvars.cp1.addr}}:{{port}}"
token: "{{hostvars.cp1.join.stdout}}"
family: "{{os.family}}"
bad: "{{nowhere}}"
ring: "{{ring}}"
`,
  'site.yml': `- name: Control
  hosts: cp
  tasks:
    - {name: Have a token, command: {cmd: echo, creates: /x}, register: join}
- name: Web
  hosts: web
  vars: {port: 82, color: red}
  roles:
    - {role: web, vars: {site_size: big}}
  tasks:
    - {name: One, vars: {port: 99}, debug: {msg: "{{port}}"}}
    - set_fact: {color: blue}
`,
  'roles/web/defaults/main.yml': 'site_size: small\nroot: /srv/{{site_size}}\n',
  'roles/web/tasks/main.yml': '- debug: {msg: "{{root}}"}\n',
};

interface Asked {
  readonly name?: string;
  readonly playbooks?: readonly string[];
  readonly extraVars?: readonly string[];
  readonly json?: boolean;
}

async function vars(host: string, {name, playbooks = [], extraVars = [], json = false}: Asked = {}): Promise<string> {
  const project = await load(files, {inventories: ['inv/hosts.yml'], playbooks, extraVars});
  return varsText(project, {host, name, json, setsVariables: (module) => module === 'set_fact'});
}

async function refusal(host: string, asked: Asked): Promise<string> {
  try {
    return await vars(host, asked);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return error.diagnostics.map(({message, hint}) => `${message}; ${hint ?? ''}`).join();
  }
}

const site = ['site.yml'];

describe('the variables of a host', () => {
  it('are printed with their places and what they override, the nearest first', async () => {
    expect(await vars('w1', {name: 'port'})).to.equal(
      `host w1
  port: 8080
      inv/hosts.yml:4  host variables in an inventory
      over 81  inv/group_vars/web.yml:1  group_vars/GROUP beside the inventory
      over 80  inv/hosts.yml:2  group variables in an inventory
`,
    );
  });

  it('are resolved where they are known before a run, and it is told why others are not', async () => {
    const text = await vars('w1', {playbooks: site});
    expect(text).to.include(
      '  peer: "192.0.2.1:8080"\n      "{{hostvars.cp1.addr}}:{{port}}"  inv/group_vars/web.yml:2',
    );
    expect(text).to.include('  token: (known in the run: "Have a token" (site.yml:4) registers "join")\n');
    expect(text).to.include('  family: (known in the run: "os")\n');
    expect(text).to.include('  bad: ("nowhere" is not defined)\n');
    expect(text).to.include('  ring: ("ring" needs itself)\n');
  });

  it('are shown as plays, roles, tasks and the command line make them', async () => {
    const text = await vars('w2', {name: 'port', playbooks: site, extraVars: ['root=/x']});
    expect(text.match(/^\w.*$/gm)).to.deep.equal(['host w2', 'play "Web" (site.yml:5)', 'task "One" (site.yml:11)']);
    expect(text).to.include(
      '  port: 82\n      site.yml:7  variables of a play\n      over 81  inv/group_vars/web.yml:1',
    );
    expect(await vars('w2', {name: 'color', playbooks: site})).to.include(
      '  color: (known in the run: "set_fact" (site.yml:12) sets "color")\n      "set_fact"  site.yml:12  what tasks set in the run\n      over "red"  site.yml:7  variables of a play\n',
    );
    const roles = await vars('w2', {playbooks: site, extraVars: ['site_size=huge']});
    expect(roles).to.include(
      `role web in play "Web"
  root: "/srv/huge"
      "/srv/{{site_size}}"  roles/web/defaults/main.yml:2  defaults of a role (role web, defaults)
  site_size: "huge"
      -e:1  variables of the command line
      over "big"  site.yml:9  variables of a block or an import (role web, its use)
      over "small"  roles/web/defaults/main.yml:1  defaults of a role (role web, defaults)
`,
    );
  });

  it('may be data', async () => {
    const {parts} = JSON.parse(await vars('w1', {name: 'peer', json: true})) as {
      parts: {part: string; variables: Record<string, unknown>}[];
    };
    expect(parts.map(({part}) => part)).to.deep.equal(['host w1']);
    expect(parts[0]?.variables['peer']).to.deep.include({
      value: '192.0.2.1:8080',
      written: '{{hostvars.cp1.addr}}:{{port}}',
      file: 'inv/group_vars/web.yml',
      line: 2,
      overrides: [],
    });
  });

  it('that are not there are told with a near name', async () => {
    expect(await refusal('w3', {})).to.equal('there is no host "w3" in the inventory; did you mean "w1"?');
    expect(await refusal('w1', {name: 'prot'})).to.equal('"prot" is not set for "w1"; did you mean "port"?');
    expect(await refusal('w1', {name: 'site_size'})).to.equal(
      '"site_size" is not set for "w1"; name a playbook to see the variables of its plays and roles',
    );
    expect(await refusal('w1', {name: 'os'})).to.include('"os" is no variable: the engine sets it');
  });
});

describe('u7s-play vars', function () {
  this.timeout(20_000);

  it('takes a host, a name and playbooks', async () => {
    const program = createProgram();
    for (const [name, text] of Object.entries(files)) program.write(name, text);
    const {stdout, stderr} = await program.run('vars', '-i', 'inv/hosts.yml', 'w1', 'color', 'site.yml');
    program.remove();
    expect(stderr + stdout).to.match(/^play "Web" \(site.yml:5\)\n {2}color: \(known in the run/);
  });
});

describe('u7s-play --syntax-check', function () {
  this.timeout(20_000);

  it('needs no inventory, and tells what is wrong in the files', async () => {
    const program = createProgram();
    program.write('site.yml', '- hosts: web:&prod\n  tasks:\n    - copy: {content: x, dest: /x}\n');
    expect(await program.run('site.yml', '--syntax-check')).to.deep.equal({code: 0, stdout: '', stderr: ''});
    program.write('site.yml', '- hosts: web\n  tasks:\n    - copy: {contents: x, dest: /x}\n');
    const {code, stderr} = await program.run('site.yml', '--syntax-check');
    expect(code).to.equal(1);
    expect(stderr).to.include('site.yml:3:14 unknown key "contents" in copy');
    program.write('site.yml', '- hosts: wbe\n  tasks: []\n');
    const known = await program.run('site.yml', '-i', 'hosts.yml', '--syntax-check');
    expect(known.stderr).to.include('"wbe" names no host and no group');
    program.remove();
  });

  it('tells where the time goes, where that is asked', async () => {
    const program = createProgram();
    program.write('site.yml', '- hosts: web\n  tasks: []\n');
    const {code, stderr} = await program.run('site.yml', '--syntax-check', '--profile', 'trace.json');
    program.remove();
    expect(code).to.equal(0);
    expect(stderr).to.match(/^PROFILE[^]*\nload [^]*\ngraph /m);
  });
});
