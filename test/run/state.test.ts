import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {hostname, tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {BadInput} from '../../engine/diagnostic.js';
import {lockInventory} from '../../engine/run/inventory-lock.js';
import {openJournal} from '../../engine/run/journal.js';
import {stateFolder} from '../../engine/run/state-folder.js';
import {lost} from './machine.js';
import {scene} from './rig.js';

describe('what outlives a run', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'u7s-state-'))));
  afterEach(() => rmSync(folder, {recursive: true, force: true}));

  it('lies in a folder for its inventories', () => {
    const one = stateFolder(['a.yml'], {XDG_STATE_HOME: folder});
    expect(one).to.match(/u7s-play\/[0-9a-f]{16}$/);
    expect(stateFolder(['a.yml'], {XDG_STATE_HOME: folder})).to.equal(one);
    expect(stateFolder(['b.yml'], {XDG_STATE_HOME: folder})).not.to.equal(one);
    expect(existsSync(one)).to.equal(true);
  });

  it('are all events, as JSON lines', async () => {
    const {run} = await scene('- hosts: all\n  tasks:\n    - {name: A, file: {path: /a}}\n');
    const {journal, events} = await run({stateFolder: folder});
    const written = readFileSync(journal ?? '', 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(written).to.deep.equal(JSON.parse(JSON.stringify(events)));
  });

  it('are the journals of the last fifty runs', () => {
    for (let index = 0; index < 60; index++) openJournal(folder, `run-${String(index).padStart(2, '0')}`).close();
    const names = readdirSync(join(folder, 'runs')).sort();
    expect(names).to.have.length(50);
    expect(names.at(-1)).to.equal('run-59.jsonl');
  });

  it('are handlers that were notified and had no turn: they run in the next run', async () => {
    const {run, check, machine} = await scene(`
- hosts: all
  tasks:
    - {name: Write, file: {path: /a, text: a}, notify: Restart}
    - {name: Risk, file: {path: /risk, text: a}}
  handlers:
    - {name: Restart, command: {cmd: echo restart}}
`);
    machine('h1').before = ([verb, name]) => {
      if (verb === 'write' && name === '/risk') throw lost('h1');
    };
    const first = await run({stateFolder: folder});
    expect(first.outcome('Restart')?.status).to.equal('blocked');
    expect(first.notes).to.deep.equal(['handlers that are still to run: h1: Restart (play "all")']);
    machine('h1').before = undefined;
    expect((await check({stateFolder: folder})).outcome('Restart')?.status).to.equal('would-change');
    expect((await run({stateFolder: folder})).outcome('Restart')?.status).to.equal('changed');
    expect((await run({stateFolder: folder})).outcome('Restart')?.status).to.equal('idle');
  });

  it('is no lock: it is given back', async () => {
    const {run} = await scene('- hosts: all\n  tasks:\n    - {name: A, file: {path: /a}}\n');
    await run({stateFolder: folder});
    expect(existsSync(join(folder, 'lock'))).to.equal(false);
  });
});

describe('the lock of an inventory', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'u7s-lock-'))));
  afterEach(() => rmSync(folder, {recursive: true, force: true}));

  it('keeps a second run out and says who holds it', () => {
    const unlock = lockInventory(folder, {command: 'u7s-play site.yml'});
    expect(() => lockInventory(folder)).to.throw(
      BadInput,
      new RegExp(`process ${process.pid} of \\S+, since .*: u7s-play site.yml`),
    );
    unlock();
    lockInventory(folder)();
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it('is taken over from a process that is gone', () => {
    mkdirSync(folder, {recursive: true});
    writeFileSync(
      join(folder, 'lock'),
      JSON.stringify({pid: 2 ** 22 + 1, started: '1', controller: hostname(), user: 'x', since: '', command: ''}),
    );
    lockInventory(folder)();
  });

  it('is taken over from an earlier process of the same number', () => {
    writeFileSync(
      join(folder, 'lock'),
      JSON.stringify({pid: process.pid, started: '1', controller: hostname(), user: 'x', since: '', command: ''}),
    );
    lockInventory(folder)();
  });

  it('of another machine is respected', () => {
    writeFileSync(
      join(folder, 'lock'),
      JSON.stringify({pid: 1, started: '1', controller: 'elsewhere', user: 'x', since: '', command: ''}),
    );
    expect(() => lockInventory(folder)).to.throw(BadInput);
  });

  it('is not taken by a check', async () => {
    const unlock = lockInventory(folder);
    const {check} = await scene('- hosts: all\n  tasks:\n    - {name: A, file: {path: /a}}\n');
    expect((await check({stateFolder: folder})).code).to.equal(0);
    unlock();
  });
});
