import {expect} from 'chai';
import {insertionIndex} from '../../tasks/text/insertion.js';
import {pattern} from '../../tasks/text/pattern.js';

const name = 'regexp';

describe('regular expressions of arguments', () => {
  it('may name groups as Python does', () => {
    expect(pattern('(?P<key>\\w+)=(?P=key)', {name}).exec('a=a')?.groups).to.deep.include({key: 'a'});
    expect(pattern('\\(?P<', {name}).test('P<')).to.equal(true);
  });

  it('may say in front that case does not count', () => {
    expect(pattern('(?i)^port', {name, flags: 'm'}).test('x\nPort')).to.equal(true);
    expect(pattern('^port', {name, flags: 'm'}).test('x\nPort')).to.equal(false);
  });

  it('are refused where they are none', () => {
    expect(() => pattern('(', {name})).to.throw("'regexp' is no regular expression");
  });
});

describe('the place of a new line', () => {
  const lines = ['a 1', 'a 2', 'b'];

  it('is at the last line that matches, or at the first where that is asked', () => {
    expect(insertionIndex(lines, {insertafter: '^a'})).to.equal(2);
    expect(insertionIndex(lines, {insertafter: '^a', firstmatch: true})).to.equal(1);
    expect(insertionIndex(lines, {insertbefore: '^a'})).to.equal(1);
    expect(insertionIndex(lines, {insertbefore: '^a', firstmatch: true})).to.equal(0);
  });
});
