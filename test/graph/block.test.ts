import {expect} from 'chai';
import type {Gate, Graph} from '../../engine/graph/graph.js';
import {edgesOf, graphOf, nameOf, nodeNamed} from './rig.js';

const task = (name: string): string => `{name: ${name}, command: "true"}`;

function blockGates(graph: Graph): readonly Gate[] {
  return [...graph.nodes.values()].filter((node): node is Gate => node.kind === 'gate' && node.block !== undefined);
}

describe('a block', () => {
  it('without rescue and always is nothing but its tasks', async () => {
    const graph = await graphOf(`- {hosts: a, tasks: [{block: [${task('One')}, ${task('Two')}]}, ${task('Three')}]}\n`);
    expect(blockGates(graph)).to.have.length(0);
    expect(edgesOf(graph, 'order')).to.include.members(['a:One order a:Two', 'a:Two order a:Three']);
  });

  it('calls its rescue by failures, always by its end, and ends with a gate that forgives', async () => {
    const graph = await graphOf(`
- hosts: a
  tasks:
    - ${task('Before')}
    - name: Try
      block: [${task('One')}, ${task('Two')}]
      rescue: [${task('Mend')}, ${task('Tell')}]
      always: [${task('Clean')}]
    - ${task('After')}
`);
    expect(edgesOf(graph, 'failure')).to.have.members([
      'a:One failure a:Mend',
      'a:Two failure a:Mend',
      'a:One failure a:Tell',
      'a:Two failure a:Tell',
    ]);
    expect(edgesOf(graph, 'order')).to.include.members([
      'a:Before order a:One',
      'a:Before order a:Mend',
      'a:Before order a:Clean',
      'a:Mend order a:Tell',
      'a:Clean order [end of Try on a]',
      'a:Before order [end of Try on a]',
      '[end of Try on a] order a:After',
    ]);
    expect(edgesOf(graph, 'after')).to.include.members([
      'a:Two after a:Clean',
      'a:Tell after a:Clean',
      'a:Two after [end of Try on a]',
    ]);
    expect(nodeNamed(graph, 'a:Mend').rescue).to.equal(true);
    expect(nodeNamed(graph, 'a:Clean').rescue).to.equal(undefined);
    const names = blockGates(graph).map(({block}) => ({
      tries: block?.tries.map((id) => nameOf(graph, id)),
      rescues: block?.rescues.map((id) => nameOf(graph, id)),
    }));
    expect(names).to.deep.equal([{tries: ['a:One', 'a:Two'], rescues: ['a:Mend', 'a:Tell']}]);
  });

  it('within a block answers its own failures; only what it could not mend calls the outer rescue', async () => {
    const graph = await graphOf(`
- hosts: a
  tasks:
    - block:
        - block: [${task('Inner')}]
          rescue: [${task('InnerMend')}]
      rescue: [${task('OuterMend')}]
`);
    expect(edgesOf(graph, 'failure')).to.have.members([
      'a:Inner failure a:InnerMend',
      'a:InnerMend failure a:OuterMend',
    ]);
  });
});
