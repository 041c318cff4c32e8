import {expect} from 'chai';
import {keeper} from '../../../engine/connect/transfer/keeper.js';

describe('a keeper of contents', () => {
  it('gives them back, and lets the first ones go where there would be too much', () => {
    const kept = keeper(10);
    for (const name of ['a', 'b', 'c']) kept.set(name, Buffer.alloc(4, name));
    expect(['a', 'b', 'c'].map((name) => kept.get(name)?.toString())).to.deep.equal([undefined, 'bbbb', 'cccc']);
    kept.set('b', Buffer.alloc(4, 'b'));
    kept.set('large', Buffer.alloc(11));
    expect(['b', 'c', 'large'].map((name) => kept.get(name))).to.deep.equal([undefined, undefined, undefined]);
  });
});
