import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Writable} from 'node:stream';
import {expect} from 'chai';
import {BadInput} from '../../engine/diagnostic.js';
import {openRenderers, type OutputChoice} from '../../engine/render/open.js';
import {counts, finished, started} from './feed.js';

async function shown(
  outputs: readonly OutputChoice[],
  {isTTY = false, environment = {}}: {isTTY?: boolean; environment?: NodeJS.ProcessEnv} = {},
): Promise<string> {
  let text = '';
  const stream = new Writable({
    write: (chunk: Buffer, _, done) => {
      text += chunk.toString();
      done();
    },
  });
  const stdout = Object.assign(stream, {isTTY, columns: 100, rows: 24}) as unknown as NodeJS.WriteStream;
  const renderer = await openRenderers({outputs, verbosity: 0, stdout, environment});
  renderer.show(started(['w1']));
  renderer.show(finished({w1: counts({ok: 1})}));
  await renderer.end();
  return text;
}

const hideCursor = '\u001B[?25l';

describe('the choice of output', () => {
  it('for people is a board on a terminal', async () => {
    expect(await shown([{format: 'human'}], {isTTY: true}))
      .to.include(hideCursor)
      .and.include('PLAY RECAP');
  });

  it('for people is plain lines without a terminal, in CI, and on a dumb terminal', async () => {
    for (const surroundings of [
      {},
      {isTTY: true, environment: {CI: 'true'}},
      {isTTY: true, environment: {TERM: 'dumb'}},
    ]) {
      expect(await shown([{format: 'human'}], surroundings))
        .to.include('PLAY RECAP')
        .and.not.include(hideCursor);
    }
  });

  it('has no colour with NO_COLOR, also on a terminal', async () => {
    const text = await shown([{format: 'plain'}], {isTTY: true, environment: {NO_COLOR: '1'}});
    expect(text).not.to.include('\u001B[');
  });

  it('may be several at once, those in files without colour', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'u7s-play-output-'));
    try {
      const file = join(folder, 'log');
      const outputs = [{format: 'json'}, {format: 'plain', file}] as const;
      const text = await shown(outputs, {isTTY: true, environment: {FORCE_COLOR: '1'}});
      expect(text.split('\n').filter((line) => line.startsWith('{"time"'))).to.have.length(2);
      expect(readFileSync(file, 'utf8')).to.include('PLAY RECAP').and.not.include('\u001B[');
    } finally {
      rmSync(folder, {recursive: true});
    }
  });

  it('into a file that cannot be written is bad input', async () => {
    const error: unknown = await shown([{format: 'json', file: '/no/such/folder/x'}]).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(BadInput);
  });
});
