import {expect} from 'chai';
import type {Inventory} from '../../engine/load/project.js';
import {dataOf, load, playWith, problemsOf} from './rig.js';

const play = playWith('- debug: {msg: hi}');

async function inventoryOf(hosts: string, more: Readonly<Record<string, string>> = {}): Promise<Inventory> {
  return (await load({...play, 'hosts.yml': hosts, ...more})).inventory;
}

/** What wins for a host: the last of the highest rank. */
function valueOf(inventory: Pick<Inventory, 'hosts'>, host: string, name: string): unknown {
  const layers = inventory.hosts.get(host)?.layers ?? [];
  return dataOf(
    layers
      .filter(({entries}) => entries.has(name))
      .at(-1)
      ?.entries.get(name),
  );
}

describe('the inventory', () => {
  it('is Ansible’s YAML: groups in groups, null bodies, ranges, vars', async () => {
    const {groups, hosts} = await inventoryOf(`
all:
  vars: {ansible_user: deploy}
  hosts: {lone: {ansible_host: 10.0.0.9, ansible_port: 2222}}
  children:
    web:
      hosts: {"www[01:03]": , h9: {http_port: 8080}}
      vars: {}
      children: {edge: }
    db: {hosts: {"db-[a:c]-[1:2]": }}
`);
    expect([...hosts.keys()]).to.deep.equal([
      'lone',
      'www01',
      'www02',
      'www03',
      'h9',
      'db-a-1',
      'db-a-2',
      'db-b-1',
      'db-b-2',
      'db-c-1',
      'db-c-2',
      'localhost',
    ]);
    expect(groups.get('web')).to.deep.equal(['www01', 'www02', 'www03', 'h9']);
    expect(groups.get('edge')).to.deep.equal([]);
    expect(groups.get('ungrouped')).to.deep.equal(['lone']);
    expect(groups.get('all')).to.have.length(11);
    expect(hosts.get('h9')?.groups).to.deep.equal(['all', 'web']);
  });

  it('lets deeper groups win, then ansible_group_priority, then the later name', async () => {
    const inventory = await inventoryOf(`
all:
  vars: {a: all, b: all, c: all}
  children:
    zone:
      vars: {a: zone, b: zone}
      children: {inner: {hosts: {h1: }, vars: {a: inner}}}
    x: {hosts: {h1: }, vars: {c: x, d: x, ansible_group_priority: 10}}
    y: {hosts: {h1: }, vars: {c: y, d: y}}
    z: {hosts: {h1: }, vars: {e: z}}
    w: {hosts: {h1: }, vars: {e: w}}
`);
    expect(inventory.hosts.get('h1')?.groups).to.deep.equal(['all', 'w', 'y', 'z', 'zone', 'x', 'inner']);
    expect(['a', 'b', 'c', 'd', 'e'].map((name) => valueOf(inventory, 'h1', name))).to.deep.equal([
      'inner',
      'zone',
      'x',
      'x',
      'z',
    ]);
  });

  it('counts the depth of a group by its longest way', async () => {
    const {hosts} = await inventoryOf(
      'all: {children: {a: {children: {c: {hosts: {h1: }}}}, b: {children: {m: {children: {c: }}}}}}\n',
    );
    expect(hosts.get('h1')?.groups).to.deep.equal(['all', 'a', 'b', 'm', 'c']);
  });

  it('keeps Ansible’s order of inventory, group_vars and host_vars, beside the inventory and beside the playbook', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    const vars = (origin: string, from: number): string =>
      `{${names
        .slice(from)
        .map((name) => `${name}: ${origin}`)
        .join(', ')}}`;
    const project = await load(
      {
        'play/site.yml': '- hosts: all\n  tasks: []\n',
        'inventory/hosts.yml': `all: {vars: ${vars('all', 0)}, children: {g: {vars: ${vars('group', 1)}, hosts: {h1: ${vars('host', 6)}}}}}`,
        'inventory/group_vars/all.yml': vars('all-inventory', 2),
        'play/group_vars/all': vars('all-playbook', 3),
        'inventory/group_vars/g.yaml': vars('group-inventory', 4),
        'play/group_vars/g/z.json': '{"f": "group-playbook"}',
        'play/group_vars/g/a.yml': vars('group-playbook', 5),
        'inventory/host_vars/h1.json': '{"h": "host-inventory", "i": "host-inventory"}',
        'play/host_vars/h1/main.yml': 'i: host-playbook',
      },
      {playbooks: ['play/site.yml'], inventories: ['inventory/hosts.yml']},
    );
    const winners = names.map((name) => valueOf(project.inventory, 'h1', name));
    expect(winners).to.deep.equal([
      'all',
      'group',
      'all-inventory',
      'all-playbook',
      'group-inventory',
      'group-playbook',
      'host',
      'host-inventory',
      'host-playbook',
    ]);
    const ranks = project.inventory.hosts.get('h1')?.layers.map(({rank}) => rank) ?? [];
    expect(ranks).to.deep.equal([...ranks].sort((one, other) => one - other));
  });

  it('lets group_vars of a later inventory win over those of a deeper group', async () => {
    const {inventory} = await load(
      {
        ...play,
        'one/hosts.yml': 'par: {children: {kid: {hosts: {h1: }}}}',
        'one/group_vars/kid.yml': 'x: one',
        'two/hosts.yml': 'all: {hosts: {h1: {y: two}}}',
        'two/group_vars/par.yml': '{x: two, y: group}',
      },
      {inventories: ['one', 'two']},
    );
    expect([valueOf(inventory, 'h1', 'x'), valueOf(inventory, 'h1', 'y')]).to.deep.equal(['two', 'two']);
  });

  it('reads the first of NAME, NAME.yml, NAME.yaml and NAME.json, and warns of the others', async () => {
    const {inventory, warnings} = await load({
      ...play,
      'group_vars/all/b.yml': 'x: folder',
      'group_vars/all/a/deep': 'y: deep',
      'group_vars/all/c.d/no.yml': 'y: no',
      'group_vars/all/.hidden.yml': 'y: no',
      'group_vars/all/d.txt': 'y: no',
      'group_vars/all.yml': 'x: file',
    });
    expect([valueOf(inventory, 'h1', 'x'), valueOf(inventory, 'h1', 'y')]).to.deep.equal(['folder', 'deep']);
    expect(warnings?.map(({message}) => message)).to.deep.equal([
      '"group_vars/all.yml" is not read: "group_vars/all" is there, too',
    ]);
  });

  it('takes ansible_group_priority from the inventory alone, as an order and not as a variable', async () => {
    const {inventory, warnings} = await load({
      ...play,
      'hosts.yml': 'all: {children: {a: {hosts: {h1: }, vars: {ansible_group_priority: 2}}, b: {hosts: {h1: }}}}',
      'group_vars/b.yml': 'ansible_group_priority: 9',
    });
    expect(inventory.hosts.get('h1')?.groups).to.deep.equal(['all', 'b', 'a']);
    expect(valueOf(inventory, 'h1', 'ansible_group_priority')).to.equal(9);
    expect(warnings?.map(({at, message}) => `${at?.file ?? ''}: ${message}`)).to.deep.equal([
      'group_vars/b.yml: "ansible_group_priority" does nothing here: it orders the files that it stands in',
    ]);
  });

  it('takes a port off a name', async () => {
    const inventory = await inventoryOf(
      'all: {hosts: {"h1:2222": , "w[1:2]:23": {x: 1}, "[2001:db8::1]:24": , "2001:db8::2": }}',
    );
    expect(inventory.groups.get('all')).to.deep.equal(['h1', 'w1', 'w2', '2001:db8::1', '2001:db8::2']);
    const ports = ['h1', 'w2', '2001:db8::1', '2001:db8::2'].map((name) => valueOf(inventory, name, 'ansible_port'));
    expect(ports).to.deep.equal([2222, 23, 24, undefined]);
    const {inventory: named} = await load(play, {inventories: ['h1:2222,h2,']});
    expect(valueOf(named, 'h1', 'ansible_port')).to.equal(2222);
  });

  it('keeps the groups as they lie in each other, and a host in ungrouped only while no group has it', async () => {
    const {tree, groups} = await inventoryOf(
      'web: {hosts: {h1: }, children: {edge: {hosts: {h2: }}}}\nall: {hosts: {h1: , h3: }, children: {db: }}\nungrouped: {hosts: {h1: }}\n',
    );
    expect(tree.get('all')?.children).to.deep.equal(['ungrouped', 'db', 'web']);
    expect(tree.get('web')).to.deep.include({children: ['edge'], hosts: ['h1']});
    expect(groups.get('web')).to.deep.equal(['h1', 'h2']);
    expect(groups.get('ungrouped')).to.deep.equal(['h3']);
  });

  it('joins several sources, folders of files and lists of hosts', async () => {
    const project = await load(
      {
        ...play,
        'inv/b.yml': 'web: {hosts: {b1: }}',
        'inv/a.yml': 'web: {hosts: {a1: }}',
        'inv/notes.txt': 'x',
        'inv/group_vars/web.yml': 'x: 1',
      },
      {inventories: ['inv', 'c1,c2,']},
    );
    expect([...project.inventory.hosts.keys()]).to.deep.equal(['c1', 'c2', 'a1', 'b1', 'localhost']);
    expect(project.inventory.groups.get('ungrouped')).to.deep.equal(['c1', 'c2']);
    expect(valueOf(project.inventory, 'b1', 'x')).to.equal(1);
  });

  it('always has the controller as localhost, outside of all groups, with the variables of all', async () => {
    const {hosts, groups} = await inventoryOf('all: {hosts: {h1: }, vars: {x: 1}}');
    expect(groups.get('all')).to.deep.equal(['h1']);
    expect(hosts.get('localhost')?.groups).to.deep.equal([]);
    expect(valueOf({hosts}, 'localhost', 'ansible_connection')).to.equal('local');
    expect(valueOf({hosts}, 'localhost', 'x')).to.equal(1);
    const own = await inventoryOf('all: {hosts: {localhost: {ansible_connection: ssh}}}');
    expect(valueOf(own, 'localhost', 'ansible_connection')).to.equal('ssh');
  });

  it('keeps variables as terms: templates are for the run', async () => {
    const inventory = await inventoryOf('all: {hosts: {h1: {url: "https://{{name}}/"}}, vars: {name: x}}');
    expect(inventory.hosts.get('h1')?.layers.at(-1)?.entries.get('url')).to.include({
      kind: 'text',
      source: 'https://{{name}}/',
    });
  });

  it('reads ten thousand hosts in no time', async function () {
    this.timeout(20_000);
    const start = process.cpuUsage();
    const {hosts} = await inventoryOf(
      'all: {children: {a: {hosts: {"n[0001:9999]": }, vars: {x: 1}}, b: {hosts: {"n[0001:9999:2]": }}}}',
    );
    expect(hosts.size).to.equal(10_000);
    expect(process.cpuUsage(start).user).to.be.lessThan(2_000_000);
  });

  const bad: readonly (readonly [hosts: string, ...problems: string[]])[] = [
    ['all: {hots: {h1: }}', 'hosts.yml:1:7 unknown key "hots" in all; did you mean "hosts"?'],
    ['all: {hosts: [h1]}', 'hosts.yml:1:14 "hosts" must be a map or empty, found a list'],
    ['- h1', 'hosts.yml:1:1 the inventory must be a map, found a list'],
    ['all: {hosts: {h1: 10.0.0.1}}', 'hosts.yml:1:19 "h1" must be a map or empty, found "10.0.0.1"'],
    [
      'all: {hosts: {"w[3:1]": , h1: }}',
      'hosts.yml:1:15 "w[3:1]": "[3:1]" ends before it begins, or makes more than 100000 hosts',
    ],
    [
      'all: {hosts: {"w[1-3]": , h1: }}',
      'hosts.yml:1:15 "w[1-3]": "[1-3]" is no range; write "[01:03]" or "[a:c]", with a step after a second colon',
    ],
    [
      'all: {hosts: {"w[01:100]": , h1: }}',
      'hosts.yml:1:15 "w[01:100]": "[01:100]" begins and ends with a different number of digits',
    ],
    ['all: {hosts: {"w[1:3": , h1: }}', 'hosts.yml:1:15 "w[1:3" opens a range and does not close it'],
    [
      'plugin: aws_ec2',
      'hosts.yml:1:9 the inventory plugin "aws_ec2" is one of Ansible\'s own; write an executable file that runs: exec ansible-inventory -i hosts.yml --list',
    ],
    [
      'a: {vars: {ansible_group_priority: high}, hosts: {h1: }}',
      'hosts.yml:1:36 "ansible_group_priority" must be a whole number; of groups that are equally deep the higher one wins',
    ],
    [
      'all: {hosts: {"a b": , h1: }}',
      'hosts.yml:1:15 "a b" cannot be the name of a host; write letters, digits, "_", "-", "." and ":"',
    ],
    [
      'all: {hosts: {h1: {groups: 1}}}',
      'hosts.yml:1:20 "groups" cannot be the name of a variable: the engine sets it; the names of the hosts of each group',
    ],
    [
      'all: {hosts: {h1: {my-port: 1}}}',
      'hosts.yml:1:20 "my-port" cannot be the name of a variable; write letters, digits and underscores, and no digit first',
    ],
    [
      'all: {hosts: {h1: {package: 1}}}',
      'hosts.yml:1:20 "package" cannot be the name of a variable: it is a word of the expression language; choose another name, such as "package_name"',
    ],
    [
      'a: {children: {b: {children: {a: }}, c: {hosts: {h1: }}}}',
      'hosts.yml:1:31 group "a" cannot be a child of "b": it is one of its parents',
    ],
  ];
  for (const [hosts, ...problems] of bad) {
    it(`refuses ${hosts}`, async () => {
      const found = await problemsOf({'site.yml': '- hosts: localhost\n  tasks: []\n', 'hosts.yml': hosts});
      expect(found).to.deep.equal(problems);
    });
  }

  it('says that a file is not there', async () => {
    expect(
      await problemsOf({'site.yml': '- hosts: localhost\n  tasks: []\n'}, {inventories: ['nope.yml']}),
    ).to.deep.equal(['inventory "nope.yml" is not there; for a list of hosts end it with a comma: -i "host1,host2,"']);
  });

  it('says once what is wrong in a file of variables that many hosts share', async () => {
    const found = await problemsOf({
      ...play,
      'hosts.yml': 'all: {hosts: {"h[1:9]": }}',
      'group_vars/all.yml': 'a: "{{b"\n',
    });
    expect(found).to.have.length(1);
    expect(found[0]).to.match(/^group_vars\/all\.yml:1:/);
  });
});
