import {expect} from 'chai';
import {Deferred, reveal, unknown} from '../engine/unknown.js';

describe('a value that is known in part', () => {
  it('is read where it is known, and deferred where it is not', () => {
    const revealed = reveal({item: 'kubelet', stat: unknown('cp1/package')}) as {
      readonly item: string;
      readonly stat: unknown;
    };
    expect(revealed.item).to.equal('kubelet');
    expect(() => revealed.stat).to.throw(Deferred, 'cp1/package');
  });

  it('can be a member of another one, and be looked at more than once', () => {
    const inner = reveal({item: 'kubelet', stat: unknown('cp1/package')});
    expect(reveal(inner)).to.equal(inner);
    const outer = reveal({inner, other: unknown('cp1/token')}) as {
      readonly inner: {readonly item: string; readonly stat: unknown};
    };
    expect(outer.inner.item).to.equal('kubelet');
    expect(() => outer.inner.stat).to.throw(Deferred, 'cp1/package');
  });
});
