import {expect} from 'chai';
import {edgesOf, graphOf, isBefore, nodeNamed, problemsOf, tasksIn} from './rig.js';

const noop = 'command: "true"';

describe('the order of tasks', () => {
  it('follows the playbook on each host, and binds no host to another', async () => {
    const graph = await graphOf(`- hosts: all\n  tasks:\n    - {name: One, ${noop}}\n    - {name: Two, ${noop}}\n`);
    expect(tasksIn(graph)).to.deep.equal(['a:One', 'b:One', 'c:One', 'a:Two', 'b:Two', 'c:Two']);
    expect(isBefore(graph, 'a:One', 'a:Two')).to.equal(true);
    expect(isBefore(graph, 'a:One', 'b:Two')).to.equal(false);
    expect(graph.lanes.get('b')?.map(({task}) => task.name)).to.deep.equal(['One', 'Two']);
  });

  it('runs plays one after the other, unless they need others', async () => {
    const plays = `
- {name: First, hosts: a, tasks: [{name: One, ${noop}}]}
- {name: Second, hosts: workers, needs: [], tasks: [{name: Two, ${noop}}]}
- {name: Third, hosts: a, needs: [Second], tasks: [{name: Three, ${noop}}]}
- {name: Last, hosts: b, tasks: [{name: Four, ${noop}}]}
`;
    const graph = await graphOf(plays);
    expect(isBefore(graph, 'a:One', 'b:Two')).to.equal(false);
    expect(isBefore(graph, 'b:Two', 'a:Three')).to.equal(true);
    expect(isBefore(graph, 'a:One', 'a:Three')).to.equal(false);
    expect(isBefore(graph, 'a:One', 'b:Four')).to.equal(true);
    expect(isBefore(graph, 'a:Three', 'b:Four')).to.equal(true);
    expect(edgesOf(graph, 'order')).to.include('b:Two order b:Four').and.not.include('a:One order a:Three');
  });

  it('refuses needs that name no play above', async () => {
    expect(
      await problemsOf(`- {name: One, hosts: a, needs: [Two]}\n- {name: Two, hosts: a, needs: [On]}\n`),
    ).to.deep.equal([
      'site.yml:1:33 the play "Two" is not above this one; a play needs plays that are written before it',
      'site.yml:2:33 no play is named "On"; did you mean "One"?',
    ]);
  });

  it('lets a batch wait for the one before it, which may not fail', async () => {
    const graph = await graphOf(
      `- {name: Roll, hosts: all, serial: [1, "50%"], tasks: [{name: One, ${noop}}, {name: Two, ${noop}}]}\n`,
    );
    expect(tasksIn(graph).slice(0, 4)).to.deep.equal(['a:One', 'a:Two', 'b:One', 'b:Two']);
    const [gate] = [...graph.nodes.values()].filter((node) => node.kind === 'gate' && node.label.startsWith('batch'));
    expect(gate).to.include({threshold: 0, label: 'batch 1 of "Roll"'});
    expect(edgesOf(graph)).to.include('a:Two after [batch 1 of "Roll"]').and.include('[batch 1 of "Roll"] order b:One');
  });

  it('stops everybody after a fatal failure, and later plays too', async () => {
    const graph = await graphOf(`
- {name: First, hosts: all, max_fail_percentage: 30, tasks: [{name: One, ${noop}}, {name: Two, ${noop}}]}
- {name: Next, hosts: a, tasks: [{name: Three, ${noop}}]}
`);
    expect(edgesOf(graph)).to.include('c:One after [failures of "One"]').and.include('[failures of "One"] order a:Two');
    expect(edgesOf(graph)).to.include('[failures of "Two"] order [start of "Next"]');
    expect([...graph.nodes.values()].filter((node) => node.kind === 'gate' && node.threshold === 30)).to.have.length(2);
  });

  it('does once for all what runs once, after what came before on every host', async () => {
    const graph = await graphOf(
      `- {name: P, hosts: all, tasks: [{name: One, ${noop}}, {name: Once, ${noop}, run_once: true}, {name: Again, ${noop}, run_once: true}, {name: Two, ${noop}}]}\n`,
    );
    expect(nodeNamed(graph, 'a:Once').standsFor).to.deep.equal(['a', 'b', 'c']);
    expect(edgesOf(graph, 'after')).to.include('b:One after a:Once');
    expect(edgesOf(graph, 'order'))
      .to.include.members(['a:One order a:Once', 'a:Again order c:Two', 'c:One order c:Two'])
      .and.not.include('a:Once order c:Two');
  });

  it('lets hosts take turns on a delegate, which must be known', async () => {
    const graph = await graphOf(
      `- {hosts: workers, tasks: [{name: Drain, ${noop}, delegate_to: "{{groups.all.[0]}}"}]}\n`,
    );
    expect(nodeNamed(graph, 'b:Drain').lane).to.equal('a');
    expect(graph.lanes.get('a')?.map(({host}) => host)).to.deep.equal(['b', 'c']);
    expect(edgesOf(graph, 'after')).to.include('b:Drain after c:Drain');
    expect(await problemsOf(`- {hosts: a, tasks: [{name: Drain, ${noop}, delegate_to: bb}]}\n`)).to.deep.equal([
      'site.yml:1:66 delegate_to names "bb", which is no host of the inventory; did you mean "b"?',
    ]);
    const [unknown] = await problemsOf(
      `- {hosts: a, tasks: [{name: N, ${noop}, register: r}, {name: Drain, ${noop}, delegate_to: "{{r.stdout}}"}]}\n`,
    );
    expect(unknown).to.contain('delegate_to must be known before the first connection');
  });

  it('makes nodes of the items that decide where a task runs', async () => {
    const graph = await graphOf(
      `- {hosts: a, tasks: [{name: Each, ${noop}, loop: [b, c], delegate_to: "{{item}}"}, {name: Last, ${noop}}]}\n`,
    );
    expect(tasksIn(graph)).to.deep.equal(['a:Each#0', 'a:Each#1', 'a:Last']);
    expect([...graph.lanes.keys()].sort()).to.deep.equal(['a', 'b', 'c']);
    expect(edgesOf(graph, 'order')).to.include.members(['a:Each#0 order a:Each#1', 'a:Each#1 order a:Last']);
    expect(
      (
        await problemsOf(
          `- {hosts: a, tasks: [{name: N, ${noop}, register: r}, {name: Each, ${noop}, loop: r.stdout_lines, delegate_to: "{{item}}"}]}\n`,
        )
      )[0],
    ).to.contain('"item" decides where this task runs');
  });

  it('keeps such a task where it has no items, for those that ask what it registered', async () => {
    const graph = await graphOf(
      `- {hosts: a, tasks: [{name: Each, ${noop}, loop: [], delegate_to: "{{item}}", register: r}, {name: Last, ${noop}, when: size(r.results) == 0}]}\n`,
    );
    expect(tasksIn(graph)).to.deep.equal(['a:Each', 'a:Last']);
  });
});
