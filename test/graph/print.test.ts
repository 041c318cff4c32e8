import {expect} from 'chai';
import {criticalPath} from '../../engine/graph/print/critical-path.js';
import {printGraph, timesOf} from '../../engine/graph/print/print.js';
import {graphOf, nameOf, nodeNamed} from './rig.js';

const files = {
  'roles/base/tasks/main.yml': '- {name: Users, command: "true"}\n- {name: Files, command: "true", notify: Reload}\n',
  'roles/base/handlers/main.yml': '- {name: Reload, command: "true"}\n',
};
const site = `
- {name: Control, hosts: a, roles: [base], tasks: [{name: Have a token, command: "true", register: join}]}
- {name: Workers, hosts: workers, needs: [], roles: [base], tasks: [{name: Join, command: "join {{hostvars.a.join.stdout}}"}]}
- {name: Say "done", hosts: a, tasks: [{name: Done, command: "true"}]}
`;

describe('the picture of a graph', () => {
  it('as text tells plays, what they wait for, roles folded, values and the longest way', async () => {
    const text = printGraph(await graphOf(site, {files}), {form: 'text'});
    expect(text).to.contain('site.yml: 3 plays on 3 hosts, 10 tasks in all');
    expect(text).to.match(/▶ Control {2}\(starts at once\)\n {2}a\n {2}· base +2 tasks\n {2}· Have a token\n/);
    expect(text).to.contain('▶ Workers  (starts at once)\n  b c, each at its own pace\n');
    expect(text).to.match(/ {2}· Join +⇐ join of a\n/);
    expect(text).to.contain('▶ Say "done"  (after "Control" and "Workers")');
    expect(text).to.contain(
      'longest way, 5 of 10 tasks:\n  a: base (2)\n  → a: Have a token\n  → b: Join\n  → a: Done\n',
    );
  });

  it('as text shows each task and handler when asked', async () => {
    const text = printGraph(await graphOf(site, {files}), {form: 'text', tasks: true});
    expect(text)
      .to.match(/ {2}· Files +notifies "Reload"\n/)
      .and.contain('  ◇ Reload\n');
  });

  it('tells what is only read', async () => {
    const text = printGraph(await graphOf(site, {files, select: {limit: 'b'}}), {form: 'text'});
    expect(text).to.match(/\? Have a token +on a {2}only read, left out by --limit/);
  });

  it('carries measured times, and finds the longest way by them', async () => {
    const graph = await graphOf(site, {files});
    const ended = (name: string, milliseconds: number): string =>
      JSON.stringify({type: 'node-ended', node: {id: nodeNamed(graph, name).id}, milliseconds});
    const milliseconds = timesOf(`${ended('c:Users', 9000)}\n${ended('a:Users', 10)}\n{"type":"run-ended"}\n`);
    expect(criticalPath(graph, milliseconds).nodes.map(({id}) => nameOf(graph, id))).to.deep.equal(['c:Users']);
    const text = printGraph(graph, {form: 'text', milliseconds});
    expect(text)
      .to.match(/base +2 tasks, 9\.0 s/)
      .and.contain('longest way, 9.0 s:');
  });

  it('is Mermaid and DOT, quoted', async () => {
    const graph = await graphOf(site, {files});
    const mermaid = printGraph(graph, {form: 'mermaid'});
    expect(mermaid).to.match(/^flowchart TB\n {2}subgraph p1\["Control<br\/>a"\]/);
    expect(mermaid)
      .to.contain('p1_2 == "join" ==> p2_2')
      .and.contain('p3["Say #quot;done#quot;<br/>a"]')
      .and.contain('  p1 --> p3');
    const dot = printGraph(graph, {form: 'dot'});
    expect(dot).to.contain('label="Say \\"done\\"\\na"').and.contain('p1_2 -> p2_2 [label="join", penwidth=2];');
  });

  it('is JSON with every node and edge', async () => {
    const graph = await graphOf(site, {files});
    const data = JSON.parse(printGraph(graph, {form: 'json'})) as {
      nodes: readonly {id: string; role?: string}[];
      edges: readonly unknown[];
      longest: unknown;
    };
    expect(data.nodes.map(({id}) => id)).to.deep.equal([...graph.nodes.keys()]);
    expect(data.nodes.find(({id}) => id === nodeNamed(graph, 'b:Files').id)).to.include({
      role: 'base',
      module: 'command',
      at: 'roles/base/tasks/main.yml:2',
    });
    expect(data.edges).to.deep.include({
      from: nodeNamed(graph, 'a:Have a token').id,
      to: nodeNamed(graph, 'b:Join').id,
      kind: 'value',
      name: 'join',
    });
  });
});
