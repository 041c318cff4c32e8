import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {scene} from './rig.js';

describe('handlers of a run that is cut off', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'u7s-pending-'))));
  afterEach(() => rmSync(folder, {recursive: true, force: true}));

  const pending = (): string =>
    existsSync(join(folder, 'pending.json')) ? readFileSync(join(folder, 'pending.json'), 'utf8') : '';

  it('are kept before the change that notifies them is made', async () => {
    const {run, machine} = await scene(`
- hosts: all
  tasks:
    - {name: Write, file: {path: /a}, notify: Restart}
  handlers:
    - {name: Restart, command: {cmd: echo restart}}
`);
    const seen: string[] = [];
    machine('h1').before = ([verb]) => {
      if (verb === 'write' || verb === 'echo') seen.push(pending());
    };
    await run({stateFolder: folder});
    expect(seen).to.have.length(2);
    expect(seen[0]).to.include('Restart');
    expect(seen[1]).to.include('Restart');
    expect(pending()).to.equal('');
  });

  it('are forgotten when the change failed or was none, but not those that another task called', async () => {
    const {run} = await scene(`
- hosts: all
  tasks:
    - {name: Quiet, command: {cmd: echo x}, changed_when: false, notify: Quiet}
    - {name: Loud, file: {path: /a}, notify: Loud}
    - {name: Again, command: {cmd: echo x}, changed_when: false, notify: Loud}
    - {name: Broken, command: {cmd: break}, notify: Broken, ignore_errors: true}
    - {name: Stop, fail: {msg: no}}
  handlers:
    - {name: Quiet, command: {cmd: echo quiet}}
    - {name: Loud, command: {cmd: echo loud}}
    - {name: Broken, command: {cmd: echo broken}}
`);
    await run({stateFolder: folder});
    expect(pending()).to.include('Loud').and.not.include('Quiet').and.not.include('"Broken"');
  });

  it('are kept where nobody saw how the change ended', async () => {
    const {run, machine} = await scene(`
- hosts: all
  tasks:
    - {name: Write, file: {path: /a}, notify: Restart}
  handlers:
    - {name: Restart, command: {cmd: echo restart}}
`);
    const cancel = new AbortController();
    machine('h1').before = ([verb]) => {
      if (verb !== 'write') return undefined;
      cancel.abort();
      return new Promise(() => undefined);
    };
    const story = await run({stateFolder: folder, cancel: cancel.signal});
    expect(story.code).to.equal(99);
    expect(pending()).to.include('Restart');
    machine('h1').before = undefined;
    machine('h1').files.set('/a', '');
    const next = await run({stateFolder: folder});
    expect(next.lines).to.deep.equal(['h1: Write → ok', 'h1: Restart → changed']);
    expect(pending()).to.equal('');
  });
});

describe('handlers that are flushed', () => {
  it('run once for all that called them, in the order of their definition, and again only when they are called again', async () => {
    const {run, machine} = await scene(`
- hosts: all
  tasks:
    - {name: One, file: {path: /1}, notify: [Second, First]}
    - {name: Two, file: {path: /2}, notify: First}
    - {meta: flush_handlers}
    - {name: Three, file: {path: /3}, notify: Second}
    - {name: Four, file: {path: /1}, notify: First}
  handlers:
    - {name: First, command: {cmd: echo first}}
    - {name: Second, command: {cmd: echo second}}
`);
    await run();
    expect(machine('h1').log.filter((line) => /^(write|echo)/.test(line))).to.deep.equal([
      'write /1 ',
      'write /2 ',
      'echo first',
      'echo second',
      'write /3 ',
      'echo second',
    ]);
  });
});
