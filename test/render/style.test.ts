import {expect} from 'chai';
import {wantsColor} from '../../engine/render/style.js';

describe('the choice of colour', () => {
  it('follows the terminal', () => {
    expect(wantsColor(true, {TERM: 'xterm'})).to.equal(true);
    expect(wantsColor(false, {TERM: 'xterm'})).to.equal(false);
    expect(wantsColor(true, {TERM: 'dumb'})).to.equal(false);
  });

  it('is none with NO_COLOR, whatever else is set', () => {
    expect(wantsColor(true, {NO_COLOR: '1', FORCE_COLOR: '1'})).to.equal(false);
    expect(wantsColor(true, {NO_COLOR: ''})).to.equal(true);
  });

  it('can be forced into a pipe', () => {
    expect(wantsColor(false, {ANSIBLE_FORCE_COLOR: 'true'})).to.equal(true);
    expect(wantsColor(true, {FORCE_COLOR: '0'})).to.equal(false);
  });
});
