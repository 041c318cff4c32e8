import {expect} from 'chai';
import {capture} from '../../engine/connect/capture.js';

describe('capture', () => {
  it('keeps all up to its bound', () => {
    const kept = capture(16);
    kept.add(Buffer.from('0123456789'));
    kept.add(Buffer.from('abcdef'));
    expect(kept.bytes().toString()).to.equal('0123456789abcdef');
    expect(kept.truncated).to.equal(false);
  });

  it('keeps the beginning and the end of what is longer, and says how much is missing', () => {
    const kept = capture(16);
    for (const letter of 'abcdefghijklmnopqrstuvwxyz') kept.add(Buffer.from(letter));
    expect(kept.bytes().toString()).to.equal('abcdefghijklmn\n[10 bytes left out]\nyz');
    expect(kept.truncated).to.equal(true);
  });
});
