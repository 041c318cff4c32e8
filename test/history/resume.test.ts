import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {buildGraph} from '../../engine/graph/build.js';
import {journalsIn, readJournal} from '../../engine/history/journals.js';
import {resume} from '../../engine/history/resume.js';
import type {RunOptions} from '../../engine/run/run.js';
import {lost} from '../run/machine.js';
import {scene, type Scene} from '../run/rig.js';

describe('going on with a run', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'u7s-history-'))));
  afterEach(() => rmSync(folder, {recursive: true, force: true}));

  function past(site: Scene, changedFilesOf: readonly string[] = []): Partial<RunOptions> {
    const [file] = journalsIn([folder]).slice(-1);
    if (file === undefined) throw new Error('no journal');
    const graph = buildGraph(
      site.project,
      {limit: undefined, tags: [], skipTags: [], startAtTask: undefined},
      {names: new Set(['os']), hostsOf: () => [], setsVariables: (module) => module === 'set_fact'},
    );
    const instead = resume(graph, {
      run: file.run,
      events: readJournal(file),
      sameFiles: (node) => !changedFilesOf.includes(node),
      setsVariables: (module) => module === 'set_fact',
    });
    return {stateFolder: folder, instead, now: () => Date.now() + 5000};
  }

  it('does not repeat what ended well, and takes its values from the journal', async () => {
    const site = await scene(`
- hosts: all
  tasks:
    - {name: Ask, command: {cmd: echo one}, register: said}
    - {name: Set, set_fact: {word: "{{said.stdout}}"}}
    - {name: Write, file: {path: /a, text: "{{word}}"}}
    - {name: Break, file: {path: /b}}
    - {name: Last, file: {path: /c, text: "{{said.stdout}} {{word}}"}}
`);
    site.machine('h1').before = ([verb, path]) => {
      if (verb === 'write' && path === '/b') throw lost('h1');
    };
    await site.run({stateFolder: folder});
    site.machine('h1').before = undefined;
    site.machine('h1').log.length = 0;
    const story = await site.run(past(site));
    expect(story.lines).to.deep.equal([
      'h1: Ask → skipped',
      'h1: Set → ok',
      'h1: Write → skipped',
      'h1: Break → changed',
      'h1: Last → changed',
    ]);
    expect(story.outcome('Ask'))
      .to.have.property('reason')
      .that.matches(/^done in the run \d{8}T\d{6}Z-\d+$/);
    expect(site.machine('h1').files.get('/c')).to.equal('one one');
    expect(site.machine('h1').log).not.to.include('echo one');
    // What was gone on with can be gone on with again.
    expect((await site.run(past(site))).lines)
      .to.include('h1: Last → skipped')
      .and.include('h1: Break → skipped');
  });

  it('repeats what depends on a value that is made anew, and what sends a file that has changed', async () => {
    const site = await scene(`
- hosts: all
  tasks:
    - {name: First, file: {path: /first}, register: first}
    - {name: Uses, file: {path: /uses, text: "{{first.path}}"}}
    - {name: Other, file: {path: /other}}
    - {name: Break, fail: {msg: no}}
`);
    await site.run({stateFolder: folder});
    const story = await site.run(past(site, ['h1/1']));
    expect(story.lines).to.deep.equal(['h1: First → ok', 'h1: Uses → ok', 'h1: Other → skipped', 'h1: Break → failed']);
  });

  it('finds a value out again that the journal does not hold, and says so where that cannot be', async () => {
    const site = await scene(`
- hosts: all
  tasks:
    - {name: State, file: {path: /s, text: secret-of-state}, register: state, no_log: true}
    - {name: Action, command: {cmd: echo secret}, register: action, no_log: true}
    - {name: Unused, command: {cmd: echo unused}, register: unused, no_log: true}
    - {name: Break, file: {path: /b}}
    - {name: Copy, file: {path: /copy, text: "{{state.text}}"}, when: size(state.text) > 0}
    - {name: Tell, debug: {msg: "{{action.stdout}}"}}
`);
    site.machine('h1').before = ([verb, path]) => {
      if (verb === 'write' && path === '/b') throw lost('h1');
    };
    await site.run({stateFolder: folder});
    site.machine('h1').before = undefined;
    const story = await site.run(past(site));
    expect(story.outcome('State')?.status).to.equal('skipped');
    expect(story.outcome('Unused')?.status).to.equal('skipped');
    expect(story.outcome('Action')?.status).to.equal('skipped');
    expect(story.outcome('Copy')?.status).to.equal('changed');
    expect(story.outcome('Tell')).to.deep.include({status: 'blocked', by: 'h1/Action'});
    expect(story.code).to.equal(2);
    expect(site.machine('h1').log.filter((line) => line === 'echo secret')).to.have.length(1);
  });

  it('runs the handlers that were left over, and no others', async () => {
    const site = await scene(`
- hosts: all
  tasks:
    - {name: One, file: {path: /a}, notify: Left}
    - {name: Break, file: {path: /b}}
  handlers:
    - {name: Left, command: {cmd: echo left}}
    - {name: Other, command: {cmd: echo other}}
`);
    site.machine('h1').before = ([verb, path]) => {
      if (verb === 'write' && path === '/b') throw lost('h1');
    };
    await site.run({stateFolder: folder});
    site.machine('h1').before = undefined;
    const story = await site.run(past(site));
    expect(story.lines).to.deep.equal(['h1: One → skipped', 'h1: Break → changed', 'h1: Left → changed']);
  });

  it('takes a journal whose last line was cut off', async () => {
    const site = await scene(
      '- hosts: all\n  tasks:\n    - {name: A, file: {path: /a}}\n    - {name: B, file: {path: /b}}\n',
    );
    const {journal = ''} = await site.run({stateFolder: folder});
    const text = readFileSync(journal, 'utf8');
    writeFileSync(journal, text.slice(0, text.indexOf('"node-ended"', text.indexOf('"node-ended"') + 1) + 30));
    expect((await site.run(past(site))).lines).to.deep.equal(['h1: A → skipped', 'h1: B → ok']);
  });
});
