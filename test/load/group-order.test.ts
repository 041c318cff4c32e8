import {expect} from 'chai';
import {selectHosts} from '../../engine/load/host-pattern.js';
import type {Inventory} from '../../engine/load/project.js';
import {load, playWith} from './rig.js';

describe('the order of hosts', () => {
  let inventory: Inventory;

  before(async () => {
    const project = await load(
      {
        ...playWith('- debug: {msg: hi}'),
        'a.yml': `all:
  children:
    web:
      children: {edge: {hosts: {e1: , e2: }}}
      hosts: {w1: , w2: }
    db: {hosts: {d1: , w2: , e1: }}
  hosts: {lone: }
zed: {hosts: {z1: , a0: }}
`,
        'b.yml': 'zed: {hosts: {n1: , w1: }}\nweb: {hosts: {n2: }}\n',
      },
      {inventories: ['a.yml', 'b.yml']},
    );
    inventory = project.inventory;
  });

  it('of a group is its own as they are written, then that of its children, level by level', () => {
    expect(inventory.groups.get('db')).to.deep.equal(['d1', 'w2', 'e1']);
    expect(inventory.groups.get('web')).to.deep.equal(['w1', 'w2', 'n2', 'e1', 'e2']);
    const all = ['lone', 'w1', 'w2', 'n2', 'd1', 'e1', 'z1', 'a0', 'n1', 'e2'];
    expect(inventory.groups.get('all')).to.deep.equal(all);
    expect([...inventory.hosts.keys()]).to.deep.equal([...all, 'localhost']);
  });

  // What ansible-core 2.19 lists for the same files.
  const listed: readonly (readonly [pattern: string, hosts: string])[] = [
    ['db:web', 'd1 w2 e1 w1 n2 e2'],
    ['zed,db', 'z1 a0 n1 w1 d1 w2 e1'],
    ['w1,lone', 'w1 lone'],
    ['web:&db', 'w2 e1'],
    ['web:db:!e1', 'w1 w2 n2 e2 d1'],
    ['w*', 'w1 w2 n2 e1 e2'],
    ['~[wz]', 'w1 w2 n2 e1 e2 z1 a0 n1'],
    ['web[1:2]', 'w2 n2'],
    ['all[-1]', 'e2'],
    ['db[0]:web[0]', 'd1 w1'],
  ];
  for (const [pattern, hosts] of listed) {
    it(`of ${pattern} is ${hosts}`, () => {
      expect(selectHosts(inventory, pattern).join(' ')).to.equal(hosts);
    });
  }
});
