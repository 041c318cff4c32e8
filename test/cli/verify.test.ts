import {expect} from 'chai';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {codeOf, judgeRows, type Verdict} from '../../engine/cli/verify/judge.js';
import {readRows} from '../../engine/cli/verify/rows.js';
import {tableText} from '../../engine/cli/verify/table.js';
import {BadInput} from '../../engine/diagnostic.js';
import type {Event} from '../../engine/event.js';
import type {Outcome} from '../../engine/outcome.js';
import {packageRoot} from '../../engine/root.js';

type Ended = Extract<Event, {type: 'node-ended'}>;

/** A node that ended; its id holds its tags. */
function ended(tags: string, host: string, outcome: Outcome): Ended {
  const at = {file: 'verify.yml', line: 1, column: 1, length: 1};
  const node = {id: `${tags} ${host}`, host, play: 'Look', task: `task ${tags}`, module: 'assert', at};
  return {time: 0, type: 'node-ended', node, outcome, milliseconds: 1};
}

const tagsOf = (id: string): readonly string[] => id.split(' ')[0]?.split(',') ?? [];

function judge(events: readonly Ended[], ...rows: readonly string[]): readonly Verdict[] {
  return judgeRows(events, {rows: rows.map((name) => ({name, about: `about ${name}`})), tagsOf});
}

const change: Outcome = {status: 'would-change', changes: [{kind: 'state', summary: 'create /a', diff: []}]};

describe('the rows of u7s-play verify', () => {
  it('are ok where every task that states them is, on every host', () => {
    const [row] = judge([ended('A', 'w1', {status: 'ok'}), ended('A,B', 'w2', {status: 'ok'})], 'A');
    expect(row).to.deep.include({name: 'A', status: 'ok', tasks: 2, hosts: ['w1', 'w2'], problems: []});
  });

  it('fail where something would change, cannot be told, or fails', () => {
    const failure = {message: 'shell exited with 1', stderr: 'first\nnobody listens\n'};
    const outcomes: readonly Outcome[] = [
      change,
      {status: 'deferred', needs: 'cp1/kubeadm_token'},
      {status: 'failed', failure, ignored: true},
      {status: 'would-wait', what: 'wait for three nodes'},
      {status: 'blocked', by: 'cp1/kubeadm_init'},
    ];
    const [row] = judge(
      outcomes.map((outcome) => ended('A', 'w1', outcome)),
      'A',
    );
    expect(row?.status).to.equal('failed');
    expect(row?.problems.map(({message}) => message)).to.deep.equal([
      'would create /a',
      'cannot be told: needs cp1/kubeadm_token',
      'nobody listens',
      'would wait for three nodes',
      'could not be looked at, because of cp1/kubeadm_init',
    ]);
  });

  it('are not here where nothing states them, or all that does is skipped', () => {
    const rows = [
      {name: 'A', about: 'a', absent: 'there is one balancer'},
      {name: 'B', about: 'b'},
      {name: 'C', about: 'c'},
    ];
    const verdicts = judgeRows([ended('B', 'w1', {status: 'skipped', reason: 'when: false'})], {rows, tagsOf});
    expect(verdicts.map(({status, reason}) => `${status}: ${reason ?? ''}`)).to.deep.equal([
      'not here: there is one balancer',
      'not here: when: false',
      'not here: no task of the playbook states it',
    ]);
  });

  it('tell of what no row names only where it is not as it shall be', () => {
    const fine = ended('x', 'w1', {status: 'ok'});
    expect(judge([fine], 'A').map(({name}) => name)).to.deep.equal(['A']);
    const verdicts = judge([fine, ended('x', 'w2', change)], 'A');
    expect(verdicts.map(({name, status}) => `${name} ${status}`)).to.deep.equal(['A not here', 'other failed']);
  });

  it('are the tags, where none are declared', () => {
    const verdicts = judgeRows([ended('b,always', 'w1', {status: 'ok'}), ended('a', 'w1', change)], {rows: undefined, tagsOf}); // prettier-ignore
    expect(verdicts.map(({name, status}) => `${name} ${status}`)).to.deep.equal(['a failed', 'b ok']);
  });

  it('make the exit code', () => {
    const fine = [ended('A', 'w1', {status: 'ok'})];
    const lost = [ended('A', 'w1', {status: 'unreachable', failure: {message: 'no route'}})];
    expect(codeOf(judge(fine, 'A', 'B'), fine)).to.equal(0);
    expect(codeOf(judge([ended('A', 'w1', change)], 'A'), [])).to.equal(2);
    expect(codeOf(judge(lost, 'A'), lost)).to.equal(4);
  });

  it('are a table in which the same problem of several hosts is one line', () => {
    const events = [ended('M44', 'w1', change), ended('M44', 'w2', change), ended('M4', 'w1', {status: 'ok'})];
    expect(tableText(judge(events, 'M4', 'M44', 'M5'), (_, text) => text)).to.equal(
      [
        'M4   ok        about M4',
        'M44  failed    about M44',
        '               w1, w2: task M44: would create /a',
        'M5   not here  about M5',
        '               no task of the playbook states it',
        '',
        '1 ok, 1 failed, 1 not here',
        '',
      ].join('\n'),
    );
  });
});

describe('the file of the rows', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'u7s-play-rows-'));
  });
  afterEach(() => {
    rmSync(folder, {recursive: true});
  });

  it('lies beside the playbook', () => {
    writeFileSync(join(folder, 'site.rows.yml'), 'A: {about: a}\nB: {about: b, absent: no b}\n');
    expect(readRows(['site.yml'], folder)).to.deep.equal([
      {name: 'A', about: 'a'},
      {name: 'B', about: 'b', absent: 'no b'},
    ]);
    expect(readRows(['other.yml'], folder)).to.equal(undefined);
  });

  it('is told what is wrong with it', () => {
    writeFileSync(join(folder, 'site.rows.yml'), 'A: {abuot: a}\n');
    expect(() => readRows(['site.yml'], folder))
      .to.throw(BadInput)
      .with.nested.property('diagnostics[0].message', 'site.rows.yml: row "A": expected {about: TEXT}, and {absent: TEXT} where nothing states it'); // prettier-ignore
  });

  it('of the package has a row for each of M01 to M65', () => {
    const rows = readRows([join(packageRoot, 'playbooks/verify.yml')], packageRoot) ?? [];
    const names = Array.from({length: 65}, (_, index) => `M${String(index + 1).padStart(2, '0')}`);
    expect(rows.map(({name}) => name)).to.deep.equal(names);
  });
});
