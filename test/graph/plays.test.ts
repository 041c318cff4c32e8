import {expect} from 'chai';
import {edgesOf, graphOf, nodeNamed, problemsOf, tasksIn} from './rig.js';

const noop = 'command: "true"';
const task = `tasks: [{name: One, ${noop}}]`;

describe('the batches of a play', () => {
  it('come from numbers, percentages and lists of both; 0 is all', async () => {
    const batches = async (serial: string): Promise<readonly string[]> => {
      const graph = await graphOf(`- {hosts: all, serial: ${serial}, ${task}}\n`);
      return [...graph.standing.batches.values()].flat().map((batch) => batch.join(' '));
    };
    expect(await batches('2')).to.deep.equal(['a b', 'c']);
    expect(await batches('0')).to.deep.equal(['a b c']);
    expect(await batches('"10%"')).to.deep.equal(['a', 'b', 'c']);
    expect(await batches('[1, "100%"]')).to.deep.equal(['a', 'b c']);
  });

  it('may come from what is known before the run', async () => {
    const site = (vars: string): string => `- {hosts: all, vars: {${vars}}, serial: "{{some}}", ${task}}\n`;
    const graph = await graphOf(site('some: [1, 50%]'));
    expect([...graph.standing.batches.values()][0]).to.deep.equal([['a'], ['b'], ['c']]);
    expect(await problemsOf(site('some: few'))).to.deep.equal([
      'site.yml:1:43 serial is neither a number nor a percentage like "30%"; give its variable one of these, or a list of them',
    ]);
    expect((await problemsOf(site('other: 1')))[0]).to.include('serial must be known before the first connection');
  });

  it('follow the order of the play', async () => {
    const order = async (word: string): Promise<readonly string[]> =>
      tasksIn(await graphOf(`- {hosts: all, order: ${word}, ${task}}\n`, {hosts: 'all: {hosts: {b: , c: , a: }}'}));
    expect(await order('inventory')).to.deep.equal(['b:One', 'c:One', 'a:One']);
    expect(await order('reverse_inventory')).to.deep.equal(['a:One', 'c:One', 'b:One']);
    expect(await order('sorted')).to.deep.equal(['a:One', 'b:One', 'c:One']);
    expect(await order('reverse_sorted')).to.deep.equal(['c:One', 'b:One', 'a:One']);
    expect((await order('shuffle')).toSorted()).to.deep.equal(['a:One', 'b:One', 'c:One']);
  });
});

describe('the way to a machine', () => {
  it('is what keywords and variables of its plays say, unless the inventory says it', async () => {
    const graph = await graphOf(
      `
- hosts: all
  remote_user: "{{who}}"
  port: 2222
  vars: {who: ann, ansible_ssh_private_key_file: /key}
  tasks:
    - {name: One, ${noop}, delegate_to: d}
    - {name: Two, ${noop}}
`,
      {hosts: 'all: {hosts: {a: , b: {ansible_user: bob}}, children: {more: {hosts: {d: }}}}'},
    );
    expect(graph.logins.get('a')).to.deep.equal({
      ansible_user: 'ann',
      ansible_port: 2222,
      ansible_ssh_private_key_file: '/key',
    });
    expect(graph.logins.get('b')).to.deep.equal({ansible_port: 2222, ansible_ssh_private_key_file: '/key'});
    expect(graph.logins.get('d')).to.include({ansible_user: 'ann', ansible_port: 2222});
  });

  it('cannot be two', async () => {
    expect(
      await problemsOf(`- {hosts: a, remote_user: ann, ${task}}\n- {hosts: a, remote_user: bob, ${task}}\n`),
    ).to.deep.equal([
      'site.yml:2:27 "ansible_user" of the host "a" is "bob" here and "ann" at site.yml:1: a run has one connection to a host; set it in the inventory; "become_user" is for further users',
    ]);
    expect(
      (
        await problemsOf(
          `- {hosts: a, tasks: [{name: N, ${noop}, register: r}, {${noop}, remote_user: "{{r.stdout}}"}]}`,
        )
      )[0],
    ).to.include('"ansible_user" must be known before the first connection');
  });

  it('is the controller with connection: local, but for hosts whose inventory says otherwise', async () => {
    const graph = await graphOf(
      `
- hosts: all
  connection: local
  tasks:
    - {name: One, ${noop}}
    - {name: Own, ${noop}, connection: ssh}
- hosts: a
  vars: {ansible_connection: local}
  tasks: [{name: Two, ${noop}}]
`,
      {hosts: 'all: {hosts: {a: , b: {ansible_connection: ssh}, c: {ansible_connection: local}}}'},
    );
    const laneOf = (name: string): string => nodeNamed(graph, name).lane;
    expect(['a:One', 'b:One', 'c:One', 'a:Own', 'a:Two'].map(laneOf)).to.deep.equal([
      'localhost',
      'b',
      'c',
      'a',
      'localhost',
    ]);
  });
});

describe('forced handlers', () => {
  it('come after what was before them, however that ended; what follows still wants it', async () => {
    const graph = await graphOf(`
- hosts: a
  force_handlers: true
  tasks: [{name: One, ${noop}, notify: H}]
  post_tasks: [{name: Last, ${noop}}]
  handlers: [{name: H, ${noop}}]
`);
    expect(edgesOf(graph)).to.include.members([
      'a:One after a:H',
      'a:One notify a:H',
      'a:One order a:Last',
      'a:H order a:Last',
    ]);
  });
});

describe('the names of a play', () => {
  it('are known before the run: hosts, batch, roles, what was selected', async () => {
    const graph = await graphOf(
      `
- name: P
  hosts: all
  serial: 1
  roles: [web]
  tasks:
    - name: One
      delegate_to: "{{ansible_play_hosts.[0]}}"
      ${noop}
      loop: [1]
      become_user: "{{ansible_play_name}}{{item}}"
`,
      {
        select: {limit: 'workers'},
        files: {'roles/web/tasks/main.yml': `- {name: "Of {{role_name}}", ${noop}}\n`},
      },
    );
    expect(nodeNamed(graph, 'c:One#0').lane).to.equal('b');
    expect(graph.project.plays[0]?.roleNames).to.deep.equal({direct: ['web'], dependent: []});
  });

  const said: readonly (readonly [when: string, problem: string])[] = [
    ['ansible_check_mode', '"ansible_check_mode" is not told: a task that behaves otherwise in a check'],
    ['ansible_os_family == "Debian"', 'write "os.family" ("debian", "redhat", … in lower case)'],
    ['role_name == "x"', '"role_name" is not there; it is there in the tasks of roles'],
    ['ansible_play_batches.size() > 1', 'did you mean "ansible_play_batch"?'],
    ['size(ansible_version.fulll) > 1', 'did you mean "full"?'],
  ];
  for (const [when, problem] of said) {
    it(`explain ${when}`, async () => {
      const found = await problemsOf(`- {hosts: a, tasks: [{name: N, ${noop}, when: '${when}'}]}\n`);
      expect(found.join('\n')).to.include(problem);
    });
  }
});
