import {expect} from 'chai';
import {askEachTask} from '../../engine/cli/step.js';
import {buildGraph} from '../../engine/graph/build.js';
import {scene, type Scene, type Story} from '../run/rig.js';

const playbook = `
- hosts: all
  tasks:
    - {name: One, file: {path: /1}, register: one, notify: Restart}
    - {name: Two, file: {path: /2}}
    - {name: Three, file: {path: /3}, when: "!one.skipped"}
  handlers:
    - {name: Restart, command: {cmd: echo restart}}
`;

async function stepThrough(
  site: Scene,
  answers: readonly (string | undefined)[],
): Promise<{asked: string[]; story: Story}> {
  const asked: string[] = [];
  const graph = buildGraph(
    site.project,
    {limit: undefined, tags: [], skipTags: [], startAtTask: undefined},
    {names: new Set(['os']), hostsOf: () => []},
  );
  const stepping = askEachTask(graph, {
    question: (text) => {
      const trips = [...site.machines.values()].reduce((all, {log}) => all + log.length, 0);
      asked.push(`${text} after ${trips}`);
      return Promise.resolve(asked.length > answers.length ? '' : answers[asked.length - 1]);
    },
  });
  return {asked, story: await site.run(stepping)};
}

describe('asking before each task', () => {
  it('asks once for all hosts, before anything is read for it', async () => {
    const site = await scene(playbook, {hosts: ['h1', 'h2']});
    const {asked, story} = await stepThrough(site, ['y', 'n', 'yes', 'y']);
    expect(asked.map((text) => text.replace(/ after \d+$/, ''))).to.deep.equal([
      'Perform task: TASK: One (N)o/(y)es/(c)ontinue',
      'Perform task: TASK: Two (N)o/(y)es/(c)ontinue',
      'Perform task: TASK: Three (N)o/(y)es/(c)ontinue',
      'Perform task: TASK: Restart (N)o/(y)es/(c)ontinue',
    ]);
    expect(asked[0]).to.match(/ after 0$/);
    expect([...site.machine('h1').files.keys()]).to.deep.equal(['/1', '/3']);
    expect(story.outcome('Two', 'h2')).to.deep.equal({status: 'skipped', reason: 'not wanted (--step)'});
    expect(story.outcome('Restart', 'h2')?.status).to.equal('changed');
    const beforeTwo = site.machine('h1').log.slice(0, 3).join('\n');
    expect(beforeTwo).not.to.include('/2').and.not.to.include('/3');
  });

  it('takes no answer for no, and registers what was left out as skipped', async () => {
    const site = await scene(playbook);
    const {asked, story} = await stepThrough(site, []);
    expect(asked).to.have.length(3);
    expect(story.lines).to.deep.equal(['h1: One → skipped', 'h1: Two → skipped', 'h1: Three → skipped']);
    expect(site.machine('h1').log).to.deep.equal([]);
  });

  it('asks no more after "continue"', async () => {
    const site = await scene(playbook);
    const {asked, story} = await stepThrough(site, ['n', 'c']);
    expect(asked).to.have.length(2);
    expect(story.lines).to.deep.equal(['h1: One → skipped', 'h1: Two → changed', 'h1: Three → skipped']);
  });

  it('asks no more, and begins nothing, after an interrupt', async () => {
    const site = await scene(playbook);
    const {asked, story} = await stepThrough(site, ['y', undefined]);
    expect(asked).to.have.length(2);
    expect(story.lines).to.deep.equal([
      'h1: One → changed',
      'h1: Two → interrupted',
      'h1: Three → interrupted',
      'h1: Restart → interrupted',
    ]);
  });
});
