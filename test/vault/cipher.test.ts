import {expect} from 'chai';
import {seal, unseal} from '../../engine/vault/cipher.js';

const password = Buffer.from('correct horse');

describe('the cipher of a vault', () => {
  it('gives back what was sealed, of any length', () => {
    for (const length of [0, 1, 15, 16, 17, 4096]) {
      const plain = Buffer.alloc(length, 0xe9);
      expect(unseal(seal(plain, password), password)?.equals(plain)).to.equal(true);
    }
  });

  it('seals the same text into another one each time', () => {
    const plain = Buffer.from('same');
    expect(seal(plain, password)).not.to.equal(seal(plain, password));
  });

  it('opens nothing for another password', () => {
    expect(unseal(seal(Buffer.from('text'), password), Buffer.from('wrong'))).to.equal(undefined);
  });

  it('opens nothing that was changed or cut off', () => {
    const inner = Buffer.from(seal(Buffer.from('a text that is long enough'), password), 'hex').toString();
    const again = (text: string): string => Buffer.from(text).toString('hex');
    const last = inner.endsWith('0') ? '1' : '0';
    for (const changed of [
      inner.slice(0, -1) + last,
      inner.slice(0, -2),
      inner.replace('\n', 'ff\n'),
      inner.split('\n').slice(0, 2).join('\n'),
      '',
      'no hex',
      '\n\n',
    ])
      expect(unseal(again(changed), password)).to.equal(undefined);
  });
});
