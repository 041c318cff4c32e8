import {mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {BadInput} from '../../engine/diagnostic.js';
import type {Event} from '../../engine/event.js';
import {findJournal, journalsIn, readJournal} from '../../engine/history/journals.js';
import {replay} from '../../engine/history/replay.js';
import {summaryOf} from '../../engine/history/summary.js';
import {openJournal} from '../../engine/run/journal.js';
import {scene} from '../run/rig.js';

const playbook = `
- hosts: all
  tasks:
    - {name: A, file: {path: /a}}
    - {name: Break, fail: {msg: no}}
    - {name: B, file: {path: /b}}
`;

describe('the journals of runs', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'u7s-journals-'));
    mkdirSync(join(folder, 'runs'));
  });
  afterEach(() => rmSync(folder, {recursive: true, force: true}));

  const write = (run: string, events: readonly Event[]): void =>
    writeFileSync(join(folder, 'runs', `${run}.jsonl`), events.map((event) => `${JSON.stringify(event)}\n`).join(''));

  it('are found by name, by its beginning, or as the last one', () => {
    for (const run of ['20260101T000000Z-1', '20260102T000000Z-1', '20260102T000000Z-2']) write(run, []);
    const journals = journalsIn([folder, join(folder, 'nothing')]);
    expect(findJournal(journals, 'last').run).to.equal('20260102T000000Z-2');
    expect(findJournal(journals, '20260101').run).to.equal('20260101T000000Z-1');
    expect(() => findJournal(journals, '20260102')).to.throw(BadInput, 'several runs begin with');
    expect(() => findJournal(journals, 'x')).to.throw(BadInput, 'no run "x" is kept');
    expect(() => findJournal([], 'last')).to.throw(BadInput, 'no run is kept');
  });

  it('sum up what a run did, and tell a run that was cut off', async () => {
    const {run} = await scene(playbook, {hosts: ['h1', 'h2']});
    const {events} = await run();
    write('20260101T000000Z-99999999', events);
    write('20260102T000000Z-99999999', events.slice(0, -1));
    write(`20260103T000000Z-${process.pid}`, events.slice(0, -1));
    write('20260104T000000Z-1', []);
    const [whole, cut, running, empty] = journalsIn([folder]).map(summaryOf);
    expect(whole).to.deep.include({playbooks: ['site.yml'], check: false, hosts: 2, changed: 2, failed: 4});
    expect(whole?.ending).to.include({kind: 'ended', code: 2});
    expect(cut).to.deep.include({changed: 2, failed: 4});
    expect(cut?.ending.kind).to.equal('cut-off');
    expect(running?.ending.kind).to.equal('running');
    expect(empty).to.equal(undefined);
  });

  it('are shown again: whole, what failed, one host, with an end where they have none', async () => {
    const {run} = await scene(playbook, {hosts: ['h1', 'h2']});
    const {events} = await run();
    const ended = {kind: 'ended', code: 2, milliseconds: 1} as const;
    const whole = {diff: false, failed: false, host: undefined};
    expect(replay(events, {...whole, ending: ended})).to.deep.equal(events);
    const failed = replay(events, {...whole, failed: true, host: 'h2', ending: ended});
    expect(
      failed.flatMap((event) => ('node' in event ? [`${event.type} ${event.node.host} ${event.node.task}`] : [])),
    ).to.deep.equal(['node-ended h2 Break', 'node-ended h2 B']);
    expect(failed.at(-1)).to.have.property('hosts').that.has.all.keys('h2');
    const cut = replay(events.slice(0, -1), {...whole, ending: {kind: 'cut-off', milliseconds: 5}}).at(-1);
    expect(cut).to.deep.include({type: 'run-ended', code: 99, milliseconds: 5});
    expect(cut)
      .to.have.property('hosts')
      .that.deep.equals(events.at(-1)?.type === 'run-ended' ? (events.at(-1) as {hosts: unknown}).hosts : {});
  });

  it('are kept up to a number and up to a size, with what is kept beside them', () => {
    mkdirSync(join(folder, 'inputs'));
    for (let index = 0; index < 6; index++) {
      openJournal(folder, `run-${index}`, {runs: 4, bytes: 1e6}).close();
      writeFileSync(join(folder, 'inputs', `run-${index}.jsonl`), '{}\n');
    }
    const last = [2, 3, 4, 5].map((index) => `run-${index}.jsonl`);
    expect(readdirSync(join(folder, 'runs'))).to.have.members(last);
    expect(readdirSync(join(folder, 'inputs'))).to.have.members(last);
    writeFileSync(join(folder, 'runs', 'run-5.jsonl'), 'x'.repeat(900));
    openJournal(folder, 'run-6', {runs: 40, bytes: 1000}).close();
    writeFileSync(join(folder, 'runs', 'run-6.jsonl'), 'x'.repeat(900));
    openJournal(folder, 'run-7', {runs: 40, bytes: 1000}).close();
    expect(journalsIn([folder]).map(({run}) => run)).to.deep.equal(['run-6', 'run-7']);
  });

  it('are read as far as they were written', () => {
    write('20260101T000000Z-1', []);
    const [file] = journalsIn([folder]);
    writeFileSync(file?.path ?? '', '{"type":"warning","time":1,"message":"x"}\n{"type":"warn');
    expect(file && readJournal(file)).to.have.length(1);
  });
});
