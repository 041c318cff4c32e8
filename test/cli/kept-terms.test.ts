import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {mostKept, openKeptTerms} from '../../engine/cli/kept-terms.js';
import type {KeptTerm} from '../../engine/load/kept-term.js';

const term: KeptTerm = ['value', [1, 1, 1], 7];

describe('terms that are kept from command to command', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'u7s-kept-'));
    file = join(folder, 'terms', 'set');
  });

  afterEach(() => {
    rmSync(folder, {recursive: true});
  });

  function keep(...digests: readonly string[]): void {
    const kept = openKeptTerms(file, 'build');
    for (const digest of digests) if (kept.find(digest) === undefined) kept.keep(digest, () => term);
    kept.save();
  }

  it('are found again by the same build, and are their user’s alone', () => {
    keep('a');
    expect(openKeptTerms(file, 'build').find('a')).to.deep.equal(term);
    expect(openKeptTerms(file, 'another').find('a')).to.equal(undefined);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(statSync(join(folder, 'terms')).mode & 0o777).to.equal(0o700);
  });

  it('are forgotten when nobody asks for them any more', () => {
    keep('a', 'b');
    keep('b', 'c');
    const kept = openKeptTerms(file, 'build');
    expect(['a', 'b', 'c'].map((digest) => kept.find(digest) !== undefined)).to.deep.equal([false, true, true]);
  });

  it('are written only when there are new ones', () => {
    keep('a', 'b');
    const before = readFileSync(file, 'utf8');
    keep('a');
    expect(readFileSync(file, 'utf8')).to.equal(before);
  });

  it('are of no use, and do no harm, where they are broken', () => {
    keep('a');
    const whole = readFileSync(file, 'utf8');
    for (const broken of ['', 'x', whole.slice(0, -2), whole.replace('7', '8'), `${whole}\n`]) {
      writeFileSync(file, broken);
      expect(openKeptTerms(file, 'build').find('a')).to.equal(undefined);
    }
    keep('a');
    expect(openKeptTerms(file, 'build').find('a')).to.deep.equal(term);
  });

  it('are few', () => {
    for (let set = 0; set < mostKept.sets + 2; set++) {
      const kept = openKeptTerms(join(folder, 'terms', String(set)), 'build');
      kept.keep('a', () => term);
      kept.save();
    }
    expect(readdirSync(join(folder, 'terms'))).to.have.length(mostKept.sets);
  });

  it('are not kept where there is no room for them', () => {
    writeFileSync(join(folder, 'terms'), 'no folder');
    expect(() => {
      keep('a');
    }).not.to.throw();
    expect(openKeptTerms(file, 'build').find('a')).to.equal(undefined);
  });
});
