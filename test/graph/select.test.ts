import {expect} from 'chai';
import {chosenByTags} from '../../engine/graph/choose.js';
import {edgesOf, graphOf, nodeNamed, problemsOf, tasksIn} from './rig.js';

const site = `
- {name: Control, hosts: a, tasks: [{name: Init, command: "true", tags: init}, {name: Token, command: "true", register: join, tags: token}]}
- {name: Workers, hosts: workers, tasks: [{name: Prepare, command: "true", tags: [prepare]}, {name: Join, command: "join {{hostvars.a.join.stdout}}", tags: join}]}
`;

describe('a selection', () => {
  it('by host observes a producer that it leaves out', async () => {
    const graph = await graphOf(site, {select: {limit: 'b'}});
    expect(tasksIn(graph)).to.deep.equal(['a:Token', 'b:Prepare', 'b:Join']);
    expect(nodeNamed(graph, 'a:Token').observed).to.equal('left out by --limit');
    expect(edgesOf(graph, 'value')).to.deep.equal(['a:Token value join b:Join']);
    expect(graph.hosts).to.deep.equal(['a', 'b']);
  });

  it('by tag keeps identities, and observes what is wanted', async () => {
    const graph = await graphOf(site, {select: {tags: ['join']}});
    expect(tasksIn(graph)).to.deep.equal(['a:Token', 'b:Join', 'c:Join']);
    expect(nodeNamed(graph, 'a:Token').observed).to.equal('left out by --tags');
    expect(nodeNamed(graph, 'b:Join').id).to.equal(nodeNamed(await graphOf(site), 'b:Join').id);
  });

  it('observes on its own host after what is done there', async () => {
    const own = `- {hosts: a, tasks: [{name: One, command: "true", tags: t}, {name: Token, command: "true", register: r}, {name: Use, command: "{{r.stdout}}", tags: t}]}\n`;
    const graph = await graphOf(own, {select: {tags: ['t']}});
    expect(edgesOf(graph)).to.include.members(['a:One after a:Token', 'a:Token value r a:Use', 'a:One order a:Use']);
  });

  it('starts at a task', async () => {
    expect(tasksIn(await graphOf(site, {select: {startAtTask: 'Prepare'}}))).to.deep.equal([
      'a:Token',
      'b:Prepare',
      'c:Prepare',
      'b:Join',
      'c:Join',
    ]);
    expect(tasksIn(await graphOf(site, {select: {startAtTask: 'Jo*'}}))).to.deep.equal(['a:Token', 'b:Join', 'c:Join']);
  });

  it('of what is not there is told', async () => {
    expect(await problemsOf(site, {select: {tags: ['jion'], startAtTask: 'Prepar'}})).to.deep.equal([
      'no task has the tag "jion" (--tags); did you mean "join"?',
      'no task is named "Prepar" (--start-at-task); did you mean "Prepare"?',
    ]);
    const hosts = 'all: {hosts: {a: , d: }, children: {workers: {hosts: {b: }}}}\n';
    expect(await problemsOf(site, {hosts, select: {limit: 'd'}})).to.deep.equal([
      '--limit "d" leaves no host of any play; plays have a, b',
    ]);
  });

  for (const [tags, only, skipTags, stays] of [
    ['', '', '', true],
    ['never', '', '', false],
    ['never x', 'x', '', true],
    ['never', 'all', '', false],
    ['always', 'x', '', true],
    ['always', 'x', 'always', false],
    ['x', 'tagged', '', true],
    ['', 'tagged', '', false],
    ['', 'untagged', '', true],
    ['x y', 'x', 'y', false],
    ['x', '', 'tagged', false],
    ['y', 'x', '', false],
  ] as const) {
    it(`${stays ? 'keeps' : 'drops'} a task with tags (${tags}) for --tags (${only}) --skip-tags (${skipTags})`, () => {
      const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
      expect(chosenByTags(new Set(words(tags)), {tags: words(only), skipTags: words(skipTags)}) === undefined).to.equal(
        stays,
      );
    });
  }
});
