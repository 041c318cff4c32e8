import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {lost} from './machine.js';
import {scene} from './rig.js';

describe('hosts that did not come to the end of a run', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'u7s-failed-'))));
  afterEach(() => rmSync(folder, {recursive: true, force: true}));

  it('are kept in a file for --limit, named where others came to it, until a run goes well', async () => {
    const {run, check, machine} = await scene('- hosts: all\n  tasks:\n    - {name: A, file: {path: /a, text: a}}\n', {
      hosts: ['h1', 'h2', 'h3'],
    });
    const file = join(folder, 'failed-hosts');
    for (const name of ['h1', 'h3'])
      machine(name).before = ([verb]) => {
        if (verb === 'write') throw lost(name);
      };
    const first = await run({stateFolder: folder});
    expect(first.notes).to.deep.equal([`to go on with the hosts that did not come to the end alone: --limit @${file}`]);
    expect(readFileSync(file, 'utf8')).to.equal('h1\nh3\n');
    for (const name of ['h1', 'h3']) machine(name).before = undefined;
    await check({stateFolder: folder});
    expect(existsSync(file)).to.equal(true);
    expect((await run({stateFolder: folder})).notes).to.deep.equal([]);
    expect(existsSync(file)).to.equal(false);
  });
});
