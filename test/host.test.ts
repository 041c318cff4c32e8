import {expect} from 'chai';
import {execFileSync} from 'node:child_process';
import {quote, raw, sh} from '../engine/host.js';

const hostile = [
  '',
  ' ',
  '-n',
  "it's",
  '"',
  '$(touch x)',
  '`id`',
  '\\',
  'a\nb',
  '*',
  '~',
  '!',
  'é€😀',
  '\t',
  '#',
  '&;|<>',
  "''",
  'a=b',
  '{a,b}',
];

function words(script: string): readonly string[] {
  const out = execFileSync('/bin/sh', ['-c', `for w in ${script}; do printf '%s\\0' "$w"; done`]);
  return out.toString().split('\0').slice(0, -1);
}

describe('quote', () => {
  it('lets every word survive the shell', () => {
    expect(words(hostile.map(quote).join(' '))).to.deep.equal(hostile);
  });

  it('leaves plain words alone', () => {
    expect(quote('/etc/hosts')).to.equal('/etc/hosts');
  });
});

describe('sh', () => {
  it('quotes values and makes a list into words', () => {
    expect(words(sh`${'a b'} ${hostile} ${12}`)).to.deep.equal(['a b', ...hostile, '12']);
  });

  it('leaves raw script as it is', () => {
    expect(sh`echo ${raw('"$x"')} ${[raw('|'), 'a b']}`).to.equal(`echo "$x" | 'a b'`);
  });

  it('makes an empty list into no word', () => {
    expect(words(sh`${[]} x`)).to.deep.equal(['x']);
  });
});
