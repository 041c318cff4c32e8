import {expect} from 'chai';
import {seal, unseal} from '../../engine/vault/cipher.js';
import {formatEnvelope, parseEnvelope} from '../../engine/vault/format.js';
import {
  binary,
  fileOfProd,
  fileWithoutId,
  inlineOfProd,
  inlineWithoutId,
  nothing,
  passwords,
  variables,
} from './ansible-made.js';

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

describe('what ansible-vault encrypted', () => {
  const opened = (text: string, label: keyof typeof passwords): Buffer | undefined => {
    const envelope = parseEnvelope(text);
    return 'problem' in envelope ? undefined : unseal(envelope.digits, Buffer.from(passwords[label]));
  };
  const inline = (text: string): string => text.replace(/^.*\n/, '');

  it('is opened, in both formats', () => {
    expect(opened(fileWithoutId, 'default')?.toString()).to.equal(variables);
    expect(opened(fileOfProd, 'prod')?.toString()).to.equal(variables);
    expect(opened(inline(inlineWithoutId), 'default')?.toString()).to.equal('canary-inline-öäü "quoted"');
    expect(opened(inline(inlineOfProd), 'prod')?.toString()).to.equal('first line of it\nsecond line of it\n');
    expect(opened(binary, 'default')).to.deep.equal(Buffer.from('\0\x01\xffbinary', 'latin1'));
    expect(opened(nothing, 'default')).to.deep.equal(Buffer.alloc(0));
  });

  it('is what we seal, with the same salt', () => {
    const envelope = parseEnvelope(fileOfProd);
    if ('problem' in envelope) throw new Error(envelope.problem);
    const [salt = ''] = Buffer.from(envelope.digits, 'hex').toString().split('\n');
    const digits = seal(Buffer.from(variables), Buffer.from(passwords.prod), Buffer.from(salt, 'hex'));
    expect(formatEnvelope({label: 'prod', digits})).to.equal(fileOfProd);
  });
});
