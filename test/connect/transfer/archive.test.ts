import {createHash} from 'node:crypto';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {expect} from 'chai';
import {extract} from 'tar-stream';
import {archive, type Member} from '../../../engine/connect/transfer/archive.js';
import {isMemberName, isMemberSize, isMemberTime} from '../../../engine/connect/transfer/archive-header.js';

/** An archive whose pieces may be kept. */
async function* copied(members: readonly Member[]): AsyncGenerator<Buffer> {
  for await (const piece of archive(members)) yield Buffer.from(piece);
}

/** What another reader finds in an archive: `name size mode mtime`, and the digest. */
async function unpacked(members: readonly Member[]): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const entry of Readable.from(copied(members)).pipe(extract())) {
    const hash = createHash('sha256');
    for await (const chunk of entry as AsyncIterable<Buffer>) hash.update(chunk);
    const {name, size, mode, mtime} = entry.header;
    found.push([name, size, mode.toString(8), mtime.getTime() / 1000, hash.digest('hex')].join(' '));
  }
  return found;
}

/** The sizes of its pieces. */
async function read(members: readonly Member[]): Promise<readonly number[]> {
  const pieces: number[] = [];
  for await (const piece of archive(members)) pieces.push(piece.length);
  return pieces;
}

const member = (name: string, bytes: Buffer, mtime?: number): Member => ({name, content: contentOf(bytes), mtime});
const sum = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const contentOf = (bytes: Buffer) => ({bytes, size: bytes.length, sha256: sum(bytes)});

describe('an archive', () => {
  it('is read by others: sizes, times and names of every kind that it may have', async () => {
    const sizes = [0, 1, 511, 512, 513, 65_535, 65_536, 65_537, 300_000];
    const folder = 'd/'.repeat(70);
    const names = ['a', 'b c', 'x'.repeat(90), `${'y'.repeat(140)}/z`, `${folder}f`, `${folder}${'x'.repeat(96)}`];
    const all = sizes.flatMap((size, at) =>
      names.map((name, nth) => member(`${at}-${name}`, Buffer.alloc(size, `${at}${nth}`), at === 0 ? 2 ** 31 - 1 : at)),
    );
    expect(await unpacked(all)).to.deep.equal(
      all.map(({name, content, mtime}) => `${name} ${content.size} 600 ${mtime ?? 0} ${content.sha256}`),
    );
  });

  it('streams files of the controller, and ends where one is not as it was told', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'u7s-archive-'));
    try {
      const bytes = Buffer.alloc(200_001, 'abc');
      const local = join(folder, 'file');
      writeFileSync(local, bytes);
      const told = {local, size: bytes.length, sha256: sum(bytes)};
      expect(await unpacked([{name: 'a', content: told}])).to.deep.equal([`a 200001 600 0 ${told.sha256}`]);
      const others = [...[10, 200_000, 200_002, 400_000].map((size) => ({size})), {sha256: sum(Buffer.from('other'))}];
      for (const other of others) {
        const error = await read([{name: 'a', content: {...told, ...other}}]).catch(String);
        expect(error).to.include('has changed meanwhile');
      }
    } finally {
      rmSync(folder, {recursive: true});
    }
  });

  it('has no names and times that need more than the plain header', () => {
    const name = 'x'.repeat(100);
    for (const plain of ['a', `/a b/${name}`, `/${'y'.repeat(153)}/${name}`, `/${'d/'.repeat(120)}a`])
      expect(isMemberName(plain), plain).to.equal(true);
    for (const odd of ['', 'é', `${name}x`, `/${'y'.repeat(155)}/${name}`, `/${'d/'.repeat(130)}a`])
      expect(isMemberName(odd), odd).to.equal(false);
    expect([-1, 0, 2 ** 31 - 1, 2 ** 31].map(isMemberTime)).to.deep.equal([false, true, true, false]);
    expect([0, 2 ** 33 - 1, 2 ** 33].map(isMemberSize)).to.deep.equal([true, true, false]);
  });

  it('comes in large pieces', async () => {
    const members = Array.from({length: 500}, (_, index) => member(`f${index}`, Buffer.alloc(1000)));
    const pieces = await read(members);
    expect(pieces.length).to.be.below(6);
    expect(pieces.reduce((total, size) => total + size, 0)).to.equal(500 * 1536 + 1024);
  });
});
