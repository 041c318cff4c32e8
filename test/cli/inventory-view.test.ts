import {expect} from 'chai';
import {createProgram, type Program} from './program.js';

describe('u7s-play inventory', function () {
  this.timeout(20_000);
  let program: Program;

  beforeEach(() => {
    program = createProgram();
    program.write('hosts.yml', 'all: {vars: {port: 80}, children: {web: {hosts: {w1: {port: 8080}, w2: }}}}\n');
    program.write('group_vars/web.yml', 'name: "{{inventory_hostname}}.example"\nport: 81\n');
  });

  afterEach(() => {
    program.remove();
  });

  it('lists hosts, groups and variables as ansible-inventory does', async () => {
    const {stdout} = await program.run('inventory', '-i', 'hosts.yml', '--list');
    expect(JSON.parse(stdout)).to.deep.equal({
      _meta: {
        hostvars: {
          w1: {port: 8080, name: '{{inventory_hostname}}.example'},
          w2: {port: 81, name: '{{inventory_hostname}}.example'},
        },
      },
      all: {children: ['web']},
      web: {hosts: ['w1', 'w2']},
    });
  });

  it('tells the variables of a host, and where each of them is set', async () => {
    const values = await program.run('inventory', '-i', 'hosts.yml', '--host', 'w1');
    expect(JSON.parse(values.stdout)).to.include({port: 8080});
    const origins = await program.run('inventory', '-i', 'hosts.yml', '--host', 'w1', '--origins');
    expect(origins.stdout).to.match(
      /^port: 8080 {2}\(.*hosts.yml.*\)\n {4}hides: 81 {2}\(.*group_vars\/web.yml\)\n {4}hides: 80 /m,
    );
  });

  it('draws the groups, and says what a misspelt host may have meant', async () => {
    expect((await program.run('inventory', '-i', 'hosts.yml', '--graph')).stdout).to.equal(
      '@all:\n  |--@web:\n  |  |--w1\n  |  |--w2\n',
    );
    const {code, stderr} = await program.run('inventory', '-i', 'hosts.yml', '--host', 'w3');
    expect({code, stderr}).to.deep.equal({
      code: 1,
      stderr: 'there is no host "w3" in the inventory\n    did you mean "w1"?\n',
    });
  });
});
