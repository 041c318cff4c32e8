import {expect} from 'chai';
import {resultsOfAnsible} from './ansible.js';
import type {Case} from './case.js';
import {differencesOf, type Performance} from './compare.js';
import {judgeCase} from './known.js';
import {refusalsIn, resultsOfOurs} from './ours.js';
import {playbookOf} from './playbook.js';
import {reportOf} from './report.js';
import type {Pass, PassResults, Said} from './result.js';
import {machineChanges, timeOf, type Snapshot} from './snapshot.js';

const sample: Case = {
  id: 'file/makes',
  module: 'file',
  folder: '/twins/file/makes',
  setup: '',
  ansible: [{file: {path: 'DIR/a'}}],
  ours: [{file: {path: 'DIR/a'}}],
  look: '',
  hide: [],
  values: ['mode'],
};

const quiet = {setup: ['x'], check: ['x'], run: ['y'], again: ['y'], recheck: ['y']};

function performance(
  said: Readonly<Record<Pass, Said>>,
  {states = quiet, mode = '0644'}: {readonly states?: ReturnType<Performance['states']>; readonly mode?: string} = {},
): Performance {
  const one = (each: Said): PassResults =>
    new Map([['/twins/file/makes#0', {said: each, values: {mode}, message: each === 'failed' ? 'why' : ''}]]);
  return {
    results: {check: one(said.check), run: one(said.run), again: one(said.again), recheck: one(said.recheck)},
    states: () => states,
  };
}

const usual = {check: 'changed', run: 'changed', again: 'ok', recheck: 'ok'} as const;

function aspects(ansible: Performance, ours: Performance): readonly string[] {
  return differencesOf(sample, {ansible, ours}).map(({aspect}) => aspect);
}

describe('the comparison with Ansible', () => {
  it('finds nothing where both say and leave the same', () => {
    expect(aspects(performance(usual), performance(usual))).to.deep.equal([]);
  });

  it('finds the pass in which they say otherwise', () => {
    expect(aspects(performance(usual), performance({...usual, again: 'changed'}))).to.deep.equal(['again']);
  });

  it('finds values that differ', () => {
    expect(aspects(performance(usual), performance(usual, {mode: '0600'}))).to.deep.equal(['values']);
  });

  it('finds states that differ, and tells them once', () => {
    const states = {...quiet, run: ['z'], again: ['z'], recheck: ['z']};
    expect(aspects(performance(usual), performance(usual, {states}))).to.deep.equal(['state']);
  });

  it('finds a check of ours that wrote', () => {
    const states = {...quiet, check: ['x', 'more']};
    expect(aspects(performance(usual), performance(usual, {states}))).to.deep.equal(['touched']);
  });

  it('takes a refusal for equal where Ansible fails', () => {
    const refused = performance({check: 'refused', run: 'refused', again: 'refused', recheck: 'refused'});
    const failed = performance({check: 'failed', run: 'failed', again: 'failed', recheck: 'failed'});
    expect(aspects(failed, refused)).to.deep.equal([]);
    expect(aspects(performance(usual), refused)).to.deep.equal(['refused']);
  });

  it('takes no result for a difference', () => {
    const nothing: Performance = {...performance(usual), results: {...performance(usual).results, run: new Map()}};
    expect(aspects(performance(usual), nothing)).to.include('run');
  });
});

describe('the known differences', () => {
  const known = [{reason: 'on purpose', cases: {'file/makes': ['check', 'state']}}];
  const difference = (aspect: string): {readonly aspect: string; readonly details: readonly string[]} => ({
    aspect,
    details: ['so'],
  });

  it('explain what is listed, and nothing else', () => {
    const verdict = judgeCase('file/makes', [difference('check'), difference('run')], known);
    expect(verdict.reasons).to.deep.equal(['on purpose']);
    expect(verdict.unlisted.map(({aspect}) => aspect)).to.deep.equal(['run']);
    expect(verdict.gone).to.deep.equal(['state']);
  });

  it('are good only where all of them are seen', () => {
    const judged = (...seen: readonly string[]): readonly Parameters<typeof reportOf>[0][number][] => [
      {case: {id: 'file/makes', module: 'file'}, differences: seen.map(difference)},
    ];
    expect(reportOf(judged('check', 'state'), known).good).to.equal(true);
    expect(reportOf(judged('check'), known).good).to.equal(false);
    expect(reportOf(judged('check', 'state', 'run'), known).good).to.equal(false);
  });
});

describe('what the engines print', () => {
  it('is read from lines of Ansible', () => {
    const line = (event: string, values: object): string =>
      JSON.stringify({_event: event, task: {name: 'a#0'}, hosts: {twin: values}});
    const said = (event: string, values: object): string | undefined =>
      resultsOfAnsible(`noise\n${line(event, values)}\n`).get('a#0')?.said;
    expect(said('v2_runner_on_ok', {changed: true})).to.equal('changed');
    expect(said('v2_runner_on_ok', {changed: false})).to.equal('ok');
    expect(said('v2_runner_on_failed', {msg: 'no'})).to.equal('failed');
    expect(said('v2_runner_on_skipped', {})).to.equal('skipped');
    expect(said('v2_playbook_on_task_start', {})).to.equal(undefined);
  });

  it('is read from our events', () => {
    const event = (outcome: object): string =>
      JSON.stringify({time: 1, type: 'node-ended', node: {task: 'a#0'}, outcome, values: {mode: '0600'}});
    const results = resultsOfOurs(`${event({status: 'would-change', changes: []})}\n`);
    expect(results.get('a#0')).to.deep.equal({said: 'changed', values: {mode: '0600'}, message: ''});
  });

  it('tells the lines that are refused', () => {
    const text = '/p.yml:7:9 unknown key "x"\n    - {...}\n/p.yml:7:20 more\nq.hbs:1:1 other\n';
    expect(refusalsIn(text).map(({file, line, message}) => [file, line, message])).to.deep.equal([
      ['/p.yml', 7, 'unknown key "x"'],
      ['/p.yml', 7, 'more'],
      ['q.hbs', 1, 'other'],
    ]);
  });

  it('belongs to the case of its line', () => {
    const {text, lines} = playbookOf([sample], ({ours}) => ours, {places: {local: '/l', url: 'http://web'}});
    const [[line, found] = [0, undefined]] = lines;
    expect(found).to.equal(sample);
    expect(text.split('\n')[line - 1]).to.include('"path":"/twins/file/makes/a"');
  });
});

describe('the snapshots of twins', () => {
  it('tell a time as the pass in which it came to be', () => {
    const beginnings = [
      {name: 'setup', at: 1000},
      {name: 'check', at: 1010},
    ];
    expect(timeOf(1005, beginnings)).to.equal('setup');
    expect(timeOf(1010, beginnings)).to.equal('check');
    expect(
      timeOf(
        981173106,
        beginnings.map(({name, at}) => ({name, at: at + 2e9})),
      ),
    ).to.equal('981173106');
  });

  it('tell what came and went beside the cases', () => {
    const snapshot = (...users: readonly string[]): Snapshot => ({
      tree: new Map(),
      looks: new Map(),
      machine: new Map([['users', users]]),
    });
    expect([...machineChanges(snapshot('a', 'b'), snapshot('b', 'c'))]).to.deep.equal([['users', ['- a', '+ c']]]);
  });
});
