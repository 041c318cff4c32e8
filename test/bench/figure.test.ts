import {spawnSync} from 'node:child_process';
import {expect} from 'chai';
import {judge, median, rowText, tableText, type Row} from './figure.js';
import {interleaved, measured} from './measure.js';

const row: Row = {
  case: 'a thing',
  figures: [
    {side: 'u7s-play', times: [90, 100, 300], processor: 80, memory: 50e6},
    {side: 'other', times: [400, 500, 450]},
  ],
  reaches: [{kind: 'faster', times: 5, than: 'other'}],
};

describe('the figures of the bench', () => {
  it('are medians', () => {
    expect(median([5, 1, 100])).to.equal(5);
    expect(median([4, 1, 2, 3])).to.equal(2.5);
    expect(median([])).to.be.NaN;
  });

  it('are judged by what is to be reached', () => {
    const reached = (reach: Row['reaches'][number]): boolean => judge(row, reach).isReached;
    expect(reached({kind: 'faster', times: 4, than: 'other'})).to.equal(true);
    expect(reached({kind: 'faster', times: 5, than: 'other'})).to.equal(false);
    expect(reached({kind: 'at-most', times: 0.2, of: 'other'})).to.equal(false);
    expect(reached({kind: 'over', milliseconds: 0, floor: 'other'})).to.equal(true);
    expect(reached({kind: 'within', milliseconds: 99})).to.equal(false);
    expect(reached({kind: 'memory', bytes: 50e6})).to.equal(true);
    // What was not measured is not reached.
    expect(reached({kind: 'at-most', times: 1, of: 'nobody'})).to.equal(false);
  });

  it('are shown with their spread, and what was missed', () => {
    const text = rowText(row);
    expect(text).to.match(/u7s-play +100 ms {2}\(90 ms – 300 ms, 3 runs, processor 80 ms, 50 MB\)/);
    expect(text).to.include('MISSED   4.5× faster than other (≥ 5×)');
  });

  it('are shown with where the time goes when they miss', () => {
    const [ours, other] = row.figures;
    const profiled = {...row, figures: [{...ours, profile: 'PROFILE 1 s\n\nstart'}, other]} as Row;
    expect(rowText(profiled)).to.include('(≥ 5×)\n\n  PROFILE 1 s\n\n  start\n');
    expect(rowText({...profiled, reaches: []})).not.to.include('PROFILE');
  });
});

describe('the table of the bench', () => {
  it('has a line for each case, with what was missed', () => {
    const [, , line] = tableText([{...row, reaches: [...row.reaches, {kind: 'within', milliseconds: 200}]}]).split(
      '\n',
    );
    expect(line).to.equal(
      '| a thing | 100 ms | other: 450 ms | **missed**: 4.5× faster than other (≥ 5×)<br>100 ms (≤ 200) |',
    );
  });
});

describe('the stopwatch of the bench', function () {
  this.timeout(30_000);
  before(function () {
    if (spawnSync('python3', ['--version']).error !== undefined) this.skip();
  });

  it('gives how a program ended, what it said and what it took', async () => {
    const taken = await measured(['sh', '-c', 'echo "$WORD"; echo err >&2; exit 3'], {WORD: 'out'});
    expect(taken).to.include({code: 3, said: 'out\nerr\n'});
    expect(taken.time).to.be.within(0, 60_000);
    expect(taken.memory).to.be.above(100_000);
  });

  it('runs all sides in turn, and counts no time of one that did not do its work', async () => {
    const log: string[] = [];
    const side = (name: string): Parameters<typeof interleaved>[0][number] => ({
      name,
      run: () => {
        log.push(name);
        return Promise.resolve({time: log.length, processor: 1, memory: 1, code: 0, said: ''});
      },
    });
    const figures = await interleaved([side('a'), side('b')], {runs: 3, report: () => undefined});
    expect(log.join('')).to.equal('abbaab');
    expect(figures.map(({times}) => times)).to.deep.equal([
      [1, 4, 5],
      [2, 3, 6],
    ]);
    const profiled = {...side('d'), profile: () => Promise.resolve('PROFILE')};
    const [last] = await interleaved([profiled], {runs: 1, report: () => undefined});
    expect(last?.profile).to.equal('PROFILE');
    const idle = {...side('c'), check: () => Promise.reject(new Error('nothing done'))};
    const refused = await interleaved([idle], {runs: 1, report: () => undefined}).catch((error: unknown) =>
      String(error),
    );
    expect(refused).to.equal('Error: nothing done');
  });
});
