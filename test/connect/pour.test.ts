import {PassThrough, Writable} from 'node:stream';
import {expect} from 'chai';
import type {Channel, Ended} from '../../engine/connect/channel.js';
import {pour} from '../../engine/connect/pour.js';

function channelOf(stdin: Writable): {readonly channel: Channel; readonly end: () => void} {
  let end = (_: Ended): void => undefined;
  const closed = new Promise<Ended>((resolve) => (end = resolve));
  const channel = {stdin, stdout: new PassThrough(), stderr: new PassThrough(), closed, close: () => undefined};
  return {channel, end: () => end({code: 0, signal: undefined})};
}

describe('an input that is poured into a channel', () => {
  it('may give all its pieces in one buffer', async () => {
    const got: string[] = [];
    const stdin = new Writable({
      write(chunk: Buffer, _encoding, done) {
        setImmediate(() => {
          got.push(chunk.toString());
          done();
        });
      },
    });
    const one = Buffer.alloc(1);
    async function* input(): AsyncGenerator<Buffer> {
      for (const letter of 'abc') {
        one.write(letter);
        yield await Promise.resolve(one);
      }
    }
    await pour(input(), channelOf(stdin).channel);
    expect(got).to.deep.equal(['a', 'b', 'c']);
    expect(stdin.writableEnded).to.equal(true);
  });

  it('is given up where the channel is closed and takes nothing more, or breaks', async () => {
    let finished = 0;
    async function* input(): AsyncGenerator<Buffer> {
      try {
        for (;;) yield await Promise.resolve(Buffer.from('x'));
      } finally {
        finished++;
      }
    }
    const stuck = channelOf(new Writable({write: () => undefined}));
    setImmediate(() => stuck.end());
    await pour(input(), stuck.channel);
    const broken = new Writable({write: (_chunk, _encoding, done) => done(new Error('broken pipe'))});
    broken.on('error', () => undefined);
    await pour(input(), channelOf(broken).channel);
    expect(finished).to.equal(2);
  });

  it('ends the channel where it fails itself', async () => {
    const stdin = new PassThrough();
    // eslint-disable-next-line require-yield
    async function* input(): AsyncGenerator<Buffer> {
      await Promise.reject(new Error('unreadable'));
    }
    await pour(input(), channelOf(stdin).channel);
    expect(stdin.writableEnded).to.equal(true);
  });
});
