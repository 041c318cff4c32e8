import {randomBytes} from 'node:crypto';
import {expect} from 'chai';
import {digestWith} from '../../engine/plan/digest.js';
import {guardPlan} from '../../engine/plan/guard.js';
import type {KeptNode} from '../../engine/plan/plan.js';
import {recordPlan} from '../../engine/plan/record.js';
import {lost} from '../run/machine.js';
import {scene, type Scene, type Story} from '../run/rig.js';

const digest = digestWith(randomBytes(32));

async function planOf({check}: Scene): Promise<readonly KeptNode[]> {
  const record = recordPlan(digest);
  await check({watches: [record.watch]});
  return record.nodes();
}

function apply({run}: Scene, nodes: readonly KeptNode[]): Promise<Story> {
  return run({watches: [guardPlan(nodes, digest)]});
}

function messageOf(story: Story, task: string, host?: string): string {
  const outcome = story.outcome(task, host);
  return outcome?.status === 'failed' ? outcome.failure.message : `not failed but ${outcome?.status ?? 'nothing'}`;
}

describe('a plan', () => {
  it('holds each node with its arguments, the facts that it read, and its change', async () => {
    const site = await scene('- hosts: all\n  tasks:\n    - {name: Write, file: {path: /a, text: new}}\n', {
      files: {'/a': 'old'},
    });
    const [node] = await planOf(site);
    expect(node).to.deep.include({
      host: 'h1',
      task: 'Write',
      module: 'file',
      at: 'site.yml:3:7',
      status: 'would-change',
    });
    const [item] = node?.items ?? [];
    expect(item?.args).to.match(/^[0-9a-f]{32}$/);
    expect(item?.facts).to.deep.equal([
      {fact: 'file /a', members: {exists: 'true', text: '"old"'}, promised: ['exists', 'text']},
    ]);
    expect(item?.change).to.deep.include({kind: 'state', summary: 'write /a'});
  });

  it('is done as it is: changes, commands, loops and handlers', async () => {
    const site = await scene(`
- hosts: all
  tasks:
    - {name: Write, file: {path: /a, text: x}, notify: Restart}
    - {name: Many, file: {path: "/{{item}}", text: y}, loop: [b, c]}
    - {name: Say, command: {cmd: echo hi}}
    - {name: There, file: {path: /a, text: x}}
  handlers:
    - {name: Restart, command: {cmd: echo restart}}
`);
    const nodes = await planOf(site);
    const story = await apply(site, nodes);
    expect(story.lines).to.deep.equal([
      'h1: Write → changed',
      'h1: Many → changed',
      'h1: Say → changed',
      'h1: There → ok',
      'h1: Restart → changed',
    ]);
    expect(story.code).to.equal(0);
  });

  it('is refused host by host where a fact has moved on, and the others go on', async () => {
    const site = await scene(
      '- hosts: all\n  tasks:\n    - {name: One, file: {path: /a, text: new}}\n    - {name: Two, file: {path: /b}}\n',
      {hosts: ['h1', 'h2'], files: {'/a': 'old'}},
    );
    const nodes = await planOf(site);
    site.machine('h1').files.set('/a', 'other');
    const story = await apply(site, nodes);
    expect(messageOf(story, 'One')).to.equal('refused: file /a text was "old", is "other"');
    expect(story.outcome('Two')?.status).to.equal('blocked');
    expect(story.outcome('Two', 'h2')?.status).to.equal('changed');
    expect(site.machine('h1').files.get('/a')).to.equal('other');
    expect(story.code).to.equal(2);
  });

  it('is refused where there is something else to do, or nothing any more', async () => {
    const site = await scene(
      '- hosts: h1\n  tasks:\n    - {name: One, file: {path: /a, text: new}}\n- hosts: h2\n  tasks:\n    - {name: Two, file: {path: /a, text: new}}\n',
      {hosts: ['h1', 'h2']},
    );
    site.machine('h1').files.set('/a', 'new');
    const nodes = await planOf(site);
    site.machine('h1').files.set('/a', 'broken');
    site.machine('h2').files.set('/a', 'new');
    const story = await apply(site, nodes);
    expect(messageOf(story, 'One')).to.equal(
      'refused: the plan holds no change here, and now it is to "write /a"; file /a text was "new", is "broken"',
    );
    expect(messageOf(story, 'Two', 'h2')).to.match(
      /^refused: the plan was to "write \/a", and there is nothing to do now/,
    );
    expect(site.machine('h1').files.get('/a')).to.equal('broken');
  });

  it('is refused where a task is skipped now, or comes up now', async () => {
    const site = await scene(
      `
- hosts: all
  tasks:
    - {name: Look, file: {path: /flag, text: "on"}, check_mode: true, register: flag}
    - {name: If, file: {path: /a}, when: "!flag.changed"}
    - {name: Else, file: {path: /b}, when: flag.changed}
`,
      {hosts: ['h1', 'h2'], files: {'/flag': 'on'}},
    );
    const nodes = await planOf(site);
    site.machine('h1').files.set('/flag', 'off');
    const story = await apply(site, nodes);
    expect(messageOf(story, 'If')).to.equal('refused: the plan was to "write /a", and the task is skipped now');
    expect(story.outcome('Else')?.status).to.equal('blocked');
    expect(story.outcome('If', 'h2')?.status).to.equal('changed');
    expect([...site.machine('h1').files.keys()]).to.deep.equal(['/flag']);
  });

  it('is refused whatever a task makes of its failures', async () => {
    const site = await scene(
      `
- hosts: all
  tasks:
    - {name: Lenient, file: {path: /a, text: new}, ignore_errors: true, failed_when: false}
    - block:
        - {name: Inner, file: {path: /b}}
      rescue:
        - {name: Rescue, file: {path: /c}}
`,
      {files: {'/a': 'old'}},
    );
    const nodes = await planOf(site);
    site.machine('h1').files.set('/a', 'other');
    const story = await apply(site, nodes);
    expect(story.code).to.equal(2);
    expect(messageOf(story, 'Lenient')).to.include('is "other"');
    expect([...site.machine('h1').files.keys()]).to.deep.equal(['/a']);
  });

  it('holds deferred tasks with their cause, and lets them be planned in their turn', async () => {
    const site = await scene(`
- hosts: all
  tasks:
    - {name: Ask, command: {cmd: echo x}, register: said}
    - {name: Use, file: {path: /a, text: "{{said.stdout}}"}}
`);
    const nodes = await planOf(site);
    expect(nodes.find(({task}) => task === 'Use')).to.include({status: 'deferred', needs: 'h1/command'});
    const story = await apply(site, nodes);
    expect(story.outcome('Use')?.status).to.equal('changed');
    expect(site.machine('h1').files.get('/a')).to.equal('x');
  });

  it('keeps nothing of secrets, of tasks with no_log, or of long texts', async () => {
    const site = await scene(
      `
- hosts: all
  vars: {secret: canary-one}
  tasks:
    - {name: Add, user: {name: me, password: "{{secret}}"}}
    - {name: Write, file: {path: /a, text: "it is {{secret}}"}}
    - {name: Hidden, file: {path: /b, text: canary-two}, no_log: true}
    - {name: Long, file: {path: /c, text: "canary-three\\nline"}}
`,
      {files: {'/b': 'canary-four', '/c': 'canary-five\n'}},
    );
    const text = JSON.stringify((await planOf(site)).map(({changes: _, ...node}) => node));
    expect(text).not.to.match(/canary/);
    expect(JSON.stringify(await planOf(site))).not.to.match(/canary-(one|two|four)/);
  });

  it('holds what is planned anew after a lost connection, too', async () => {
    const site = await scene('- hosts: all\n  tasks:\n    - {name: One, file: {path: /a, text: new}}\n', {
      files: {'/a': 'old'},
    });
    const nodes = await planOf(site);
    let writes = 0;
    site.machine('h1').before = ([verb]) => {
      if (verb !== 'write' || writes++ > 0) return;
      // Somebody else was there meanwhile.
      site.machine('h1').files.set('/a', 'other');
      throw lost('h1', 'write /a');
    };
    const story = await site.run({watches: [guardPlan(nodes, digest)], reconnectWithin: 5});
    expect(messageOf(story, 'One')).to.include('is "other"');
    expect(site.machine('h1').files.get('/a')).to.equal('other');
  });
});
