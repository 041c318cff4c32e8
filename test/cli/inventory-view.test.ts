import {expect} from 'chai';
import {createProgram, type Program} from './program.js';

describe('u7s-play inventory', function () {
  this.timeout(20_000);
  let program: Program;

  beforeEach(() => {
    program = createProgram();
    program.write(
      'hosts.yml',
      `all:
  vars: {port: 80}
  hosts: {lone: }
  children:
    web:
      hosts: {w1: {port: 8080}, w2: }
      vars: {words: [1, it's, true]}
      children: {edge: {hosts: {e1: }}}
    prio: {hosts: {w1: }, vars: {ansible_group_priority: 5}}
    empty:
`,
    );
    program.write('group_vars/web.yml', 'name: "{{inventory_hostname}}.example"\nport: 81\n');
    program.write('host_vars/w1.yml', 'size_of: !cel 1 + 1\n');
  });

  afterEach(() => {
    program.remove();
  });

  const webVars = {name: '{{inventory_hostname}}.example', port: 81, words: [1, "it's", true]};

  it('lists hosts, groups and variables as ansible-inventory does', async () => {
    const {stdout} = await program.run('inventory', '-i', 'hosts.yml', '--list');
    expect(JSON.parse(stdout)).to.deep.equal({
      _meta: {
        hostvars: {
          e1: webVars,
          lone: {port: 80},
          w1: {...webVars, port: 8080, size_of: '!cel 1 + 1'},
          w2: webVars,
        },
      },
      all: {children: ['ungrouped', 'web', 'prio', 'empty']},
      edge: {hosts: ['e1']},
      prio: {hosts: ['w1']},
      ungrouped: {hosts: ['lone']},
      web: {children: ['edge'], hosts: ['w1', 'w2']},
    });
    expect(stdout).to.match(/^\{\n {4}"_meta": \{\n {8}"hostvars": \{\n {12}"e1"/);
  });

  it('exports it with the variables where they are written, also as YAML', async () => {
    const {stdout} = await program.run('inventory', '-i', 'hosts.yml', '--list', '--export');
    expect(JSON.parse(stdout)).to.deep.include({
      _meta: {hostvars: {w1: {port: 8080, size_of: '!cel 1 + 1'}}},
      prio: {hosts: ['w1'], vars: {ansible_group_priority: 5}},
      web: {children: ['edge'], hosts: ['w1', 'w2'], vars: webVars},
    });
    const yaml = await program.run('inventory', '-i', 'hosts.yml', '--list', '--yaml', '--export');
    program.write('other/again.yml', yaml.stdout);
    const again = await program.run('inventory', '-i', 'other/again.yml', '--list', '--export');
    expect(JSON.parse(again.stdout)).to.deep.equal({
      ...(JSON.parse(stdout) as object),
      all: {children: ['ungrouped', 'prio', 'web'], vars: {port: 80}},
    });
  });

  it('names each host once with its variables in YAML', async () => {
    const {stdout} = await program.run('inventory', '-i', 'hosts.yml', '--list', '-y');
    expect(stdout.split('\n').slice(0, 5)).to.deep.equal([
      'all:',
      '  children:',
      '    prio:',
      '      hosts:',
      '        w1: {}',
    ]);
  });

  it('tells the variables of a host, of the implicit localhost too', async () => {
    const values = await program.run('inventory', '-i', 'hosts.yml', '--host', 'w1');
    expect(JSON.parse(values.stdout)).to.include({port: 8080});
    const local = await program.run('inventory', '-i', 'hosts.yml', '--host', 'localhost', '-y');
    expect(local.stdout).to.equal('ansible_connection: local\nport: 80\n');
  });

  it('draws the groups as they lie in each other', async () => {
    expect((await program.run('inventory', '-i', 'hosts.yml', '--graph')).stdout).to.equal(
      `@all:
  |--@ungrouped:
  |  |--lone
  |--@web:
  |  |--@edge:
  |  |  |--e1
  |  |--w1
  |  |--w2
  |--@prio:
  |  |--w1
  |--@empty:
`,
    );
    const {stdout} = await program.run('inventory', '-i', 'hosts.yml', '--graph', 'edge', '--vars');
    expect(stdout).to.equal(
      `@edge:
  |--e1
  |  |--{name = {{inventory_hostname}}.example}
  |  |--{port = 81}
  |  |--{words = [1, "it's", True]}
`,
    );
  });

  it('takes the group_vars of a folder of playbooks', async () => {
    program.write('plays/group_vars/all.yml', 'port: 99\n');
    const {stdout} = await program.run('inventory', '-i', 'hosts.yml', '--host', 'lone', '--playbook-dir', 'plays');
    expect(JSON.parse(stdout)).to.deep.equal({port: 99});
  });

  it('says what a misspelt host or group may have meant', async () => {
    const {code, stderr} = await program.run('inventory', '-i', 'hosts.yml', '--host', 'w3');
    expect({code, stderr}).to.deep.equal({
      code: 1,
      stderr: 'there is no host "w3" in the inventory\n    did you mean "w1"?\n',
    });
    const group = await program.run('inventory', '-i', 'hosts.yml', '--graph', 'wbe');
    expect(group.stderr).to.equal('there is no group "wbe" in the inventory\n    did you mean "web"?\n');
  });
});
