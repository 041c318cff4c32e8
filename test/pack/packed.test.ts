import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {cacheOf, loadPacked} from '../../engine/cli/packed.js';
import {packIntoOneFile} from '../../engine/pack/one-file.js';

describe('a packed program', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'u7s-pack-'));
  });
  afterEach(() => {
    rmSync(folder, {recursive: true});
  });

  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('is one file that knows where it lies, with all that its modules import', async () => {
    write('other.mjs', "export const word = 'grüß';\n");
    const entry = write(
      'entry.mjs',
      "import {word} from './other.mjs';\nexport const main = () => word;\nexport const url = import.meta.url;\n",
    );
    const file = join(folder, 'program.cjs');
    await packIntoOneFile(entry, file);
    rmSync(entry);
    rmSync(join(folder, 'other.mjs'));
    const {program} = loadPacked(file) as unknown as {program: {main: () => string; url: string}};
    expect(program.main()).to.equal('grüß');
    expect(program.url).to.equal(new URL(`file://${file}`).href);
  });

  it('loads what is asked for later when it is asked for', async () => {
    write('late.mjs', "globalThis.loadedLate = true;\nexport const word = 'late';\n");
    const entry = write('entry.mjs', "export const main = async () => (await import('./late.mjs')).word;\n");
    const file = join(folder, 'program.cjs');
    await packIntoOneFile(entry, file);
    const {program} = loadPacked(file) as unknown as {program: {main: () => Promise<string>}};
    expect(globalThis).not.to.have.property('loadedLate');
    expect(await program.main()).to.equal('late');
    Reflect.deleteProperty(globalThis, 'loadedLate');
  });

  it('takes what V8 compiled before, and does without it where it is of another making', () => {
    const file = write('program.cjs', 'exports.main = () => 5;\n');
    const first = loadPacked(file);
    expect(first.script.cachedDataRejected).to.equal(undefined);
    writeFileSync(cacheOf(file), first.script.createCachedData());
    expect(loadPacked(file).script.cachedDataRejected).to.equal(false);
    const other = write('other.cjs', 'exports.main = () => 50;\n');
    writeFileSync(cacheOf(other), 'of another making');
    const again = loadPacked(other) as unknown as {
      program: {main: () => number};
      script: {cachedDataRejected: boolean};
    };
    expect(again.script.cachedDataRejected).to.equal(true);
    expect(again.program.main()).to.equal(50);
  });

  it('may be started from anywhere', async () => {
    const entry = write(
      'entry.mjs',
      "import {createHash} from 'node:crypto';\nexport const main = () => createHash('md5').digest('hex');\n",
    );
    await packIntoOneFile(entry, join(folder, 'program.cjs'));
    const out = execFileSync(
      process.execPath,
      ['-e', `process.stdout.write(require(${JSON.stringify(join(folder, 'program.cjs'))}).main())`],
      {cwd: '/'},
    );
    expect(String(out)).to.have.length(32);
  });
});
