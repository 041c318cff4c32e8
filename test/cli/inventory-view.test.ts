import {expect} from 'chai';
import {inventoryText} from '../../engine/cli/inventory-view.js';
import type {InventoryForm} from '../../engine/cli/invocation.js';
import {BadInput} from '../../engine/diagnostic.js';
import type {LoadOptions} from '../../engine/load/load-project.js';
import {load, type Written} from '../load/rig.js';
import {createProgram} from './program.js';

const files = {
  'site.yml': '- hosts: all\n  tasks: []\n',
  'hosts.yml': `all:
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
  'group_vars/web.yml': 'name: "{{inventory_hostname}}.example"\nport: 81\n',
  'host_vars/w1.yml': 'size_of: !cel 1 + 1\n',
};

async function shown(
  form: InventoryForm,
  written: Written = files,
  options: Partial<LoadOptions> = {},
): Promise<string> {
  const {inventory} = await load(written, {playbooks: [], ...options});
  return inventoryText(inventory, form);
}

const list: InventoryForm = {kind: 'list', yaml: false, exported: false};
const exported: InventoryForm = {...list, exported: true};

describe('an inventory as ansible-inventory shows it', () => {
  const webVars = {name: '{{inventory_hostname}}.example', port: 81, words: [1, "it's", true]};

  it('lists hosts, groups and variables as ansible-inventory does', async () => {
    const stdout = await shown(list);
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
    const stdout = await shown(exported);
    expect(JSON.parse(stdout)).to.deep.include({
      _meta: {hostvars: {w1: {port: 8080, size_of: '!cel 1 + 1'}}},
      prio: {hosts: ['w1'], vars: {ansible_group_priority: 5}},
      web: {children: ['edge'], hosts: ['w1', 'w2'], vars: webVars},
    });
    const yaml = await shown({...exported, yaml: true});
    const again = await shown(exported, {'hosts.yml': yaml});
    expect(JSON.parse(again)).to.deep.equal({
      ...(JSON.parse(stdout) as object),
      all: {children: ['ungrouped', 'prio', 'web'], vars: {port: 80}},
    });
  });

  it('names each host once with its variables in YAML', async () => {
    const stdout = await shown({...list, yaml: true});
    expect(stdout.split('\n').slice(0, 5)).to.deep.equal([
      'all:',
      '  children:',
      '    prio:',
      '      hosts:',
      '        w1: {}',
    ]);
  });

  it('tells the variables of a host, of the implicit localhost too', async () => {
    expect(JSON.parse(await shown({kind: 'host', name: 'w1', yaml: false}))).to.include({port: 8080});
    expect(await shown({kind: 'host', name: 'localhost', yaml: true})).to.equal(
      'ansible_connection: local\nport: 80\n',
    );
  });

  it('draws the groups as they lie in each other', async () => {
    expect(await shown({kind: 'graph', group: 'all', vars: false})).to.equal(
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
    const stdout = await shown({kind: 'graph', group: 'edge', vars: true});
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
    const written = {...files, 'plays/group_vars/all.yml': 'port: 99\n'};
    const stdout = await shown({kind: 'host', name: 'lone', yaml: false}, written, {playbookFolders: ['plays']});
    expect(JSON.parse(stdout)).to.deep.equal({port: 99});
  });

  it('says what a misspelt host or group may have meant', async () => {
    for (const [form, message] of [
      [{kind: 'host', name: 'w3', yaml: false}, 'there is no host "w3" in the inventory; did you mean "w1"?'],
      [{kind: 'graph', group: 'wbe', vars: false}, 'there is no group "wbe" in the inventory; did you mean "web"?'],
    ] as const) {
      try {
        expect.fail(await shown(form));
      } catch (error) {
        if (!(error instanceof BadInput)) throw error;
        expect(error.diagnostics.map((each) => `${each.message}; ${each.hint ?? ''}`)).to.deep.equal([message]);
      }
    }
  });
});

describe('u7s-play inventory', function () {
  this.timeout(20_000);

  it('takes one form, and a group only for the tree', async () => {
    const program = createProgram();
    for (const [name, text] of Object.entries(files)) program.write(name, text);
    const tree = await program.run('inventory', '-i', 'hosts.yml', '--graph', 'edge');
    expect(tree).to.deep.equal({code: 0, stdout: '@edge:\n  |--e1\n', stderr: ''});
    const {code, stderr} = await program.run('inventory', '-i', 'hosts.yml', '--list', 'edge');
    expect({code, stderr}).to.deep.equal({
      code: 1,
      stderr: 'error: "edge" names a group, which only --graph can show alone\n',
    });
    program.remove();
  });
});
