import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync, linkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {tarMembers} from '../../tasks/unarchive/tar.js';

const long = `${'deep/'.repeat(30)}${'n'.repeat(120)}`;
const digestOfX = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881';

describe('what an archive of the controller holds', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'u7s-tar-'));
    mkdirSync(join(folder, 'in', long, '..'), {recursive: true});
    writeFileSync(join(folder, 'in', 'a'), 'x', {mode: 0o640});
    writeFileSync(join(folder, 'in', long), 'x');
    symlinkSync('a', join(folder, 'in', 'l'));
    linkSync(join(folder, 'in', 'a'), join(folder, 'in', 'z'));
  });
  afterEach(() => {
    rmSync(folder, {recursive: true});
  });

  for (const words of [['--format=gnu'], ['--format=pax', '-z']])
    it(`is told of ${words.join(' ')}`, () => {
      const archive = join(folder, 'a.tar');
      execFileSync('tar', [...words, '-cf', archive, '--sort=name', '-C', join(folder, 'in'), '.']);
      const members = tarMembers(readFileSync(archive)) ?? [];
      expect(members.find(({path}) => path === 'a')).to.deep.equal({
        path: 'a',
        mode: '0640',
        type: 'file',
        sha256: digestOfX,
        size: 1,
      });
      expect(members.find(({path}) => path === 'l')).to.include({type: 'link', target: 'a'});
      expect(members.find(({path}) => path === 'z')).to.include({type: 'file', sha256: digestOfX});
      expect(members.find(({path}) => path === long)).to.include({type: 'file', sha256: digestOfX});
      expect(members.find(({path}) => path === 'deep')).to.include({type: 'directory'});
    });

  it('is not told of anything else', () => {
    expect(tarMembers(Buffer.from('hello'))).to.equal(undefined);
    expect(tarMembers(Buffer.alloc(2048, 'x'))).to.equal(undefined);
  });
});
