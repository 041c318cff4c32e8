import {expect} from 'chai';
import {splitter} from '../../engine/connect/splitter.js';

function split(chunks: readonly Buffer[]): readonly string[] {
  const seen: string[] = [];
  let open: Buffer[] = [];
  const feed = splitter('MARK-', {
    data: (bytes) => open.push(Buffer.from(bytes)),
    end: (trailer) => {
      seen.push(`${Buffer.concat(open).toString()}|${trailer}`);
      open = [];
    },
  });
  for (const chunk of chunks) feed(chunk);
  return [...seen, Buffer.concat(open).toString()];
}

describe('the splitter of frames', () => {
  const text = Buffer.from('é output MARMARK-1 0\nMARK-2 3\n\u20ac MAR');

  it('finds the frames in one chunk', () => {
    expect(split([text])).to.deep.equal(['é output MAR|1 0', '|2 3', '\u20ac ']);
  });

  it('finds the same frames wherever the stream is cut', () => {
    for (let at = 0; at <= text.length; at++) {
      expect(split([text.subarray(0, at), text.subarray(at)])).to.deep.equal(split([text]));
    }
    expect(split([...text].map((byte) => Buffer.from([byte])))).to.deep.equal(split([text]));
  });
});
