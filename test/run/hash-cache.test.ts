import {mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {openHashCache, type HashCache} from '../../engine/run/hash-cache.js';

describe('what is kept of small files', () => {
  let folder: string;
  let file: string;
  let hashes: HashCache;
  let found: number;
  /** The file's time cannot be set for the change of its state: it is told to be so. */
  const look = (time: number, answer: string | undefined): Promise<string | undefined> => {
    const status = Object.assign(statSync(file), {ctimeMs: time, mtimeMs: 1_000_000});
    return hashes.digest(file, status, () => Promise.resolve((found++, answer)));
  };
  const old = (answer?: string): Promise<string | undefined> => look(1_000_000, answer);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'u7s-hashes-'));
    file = join(folder, 'file');
    writeFileSync(file, 'text');
    hashes = openHashCache(undefined);
    found = 0;
  });
  afterEach(() => rmSync(folder, {recursive: true}));

  it('is found out once for all who ask, as long as the file looks the same', async () => {
    expect(await Promise.all([old('a'), old('b')])).to.deep.equal(['a', 'a']);
    expect(await old('c')).to.equal('a');
    expect(found).to.equal(1);
    writeFileSync(file, 'longer text');
    expect(await old('d')).to.equal('d');
  });

  it('is not believed of a file that was written just now', async () => {
    expect(await look(Date.now() + 60_000, 'digest')).to.equal('digest');
    expect(await look(Date.now() + 60_000, 'digest')).to.equal('digest');
    expect(found).to.equal(2);
  });

  it('is nothing where nothing was found, or the finding failed', async () => {
    expect(await old(undefined)).to.equal(undefined);
    expect(await old('a')).to.equal('a');
    hashes = openHashCache(undefined);
    const status = Object.assign(statSync(file), {ctimeMs: 1, mtimeMs: 1});
    const failed = await hashes.digest(file, status, () => Promise.reject(new Error('no'))).catch(String);
    expect(failed).to.equal('Error: no');
    expect(await hashes.digest(file, status, () => Promise.resolve('b'))).to.equal('b');
  });
});
