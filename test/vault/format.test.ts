import {expect} from 'chai';
import {formatEnvelope, isSealed, parseEnvelope} from '../../engine/vault/format.js';

describe('the format of a vault', () => {
  it('has a vault id from 1.2 on', () => {
    expect(parseEnvelope('$ANSIBLE_VAULT;1.1;AES256\n6162\n')).to.deep.equal({label: 'default', digits: '6162'});
    expect(parseEnvelope('$ANSIBLE_VAULT;1.2;AES256;prod\n6162\n')).to.deep.equal({label: 'prod', digits: '6162'});
    expect(parseEnvelope('$ANSIBLE_VAULT;1.2;AES256;a;b\n61\n')).to.include({label: 'a'});
  });

  it('may be indented, and end its lines as Windows does', () => {
    expect(parseEnvelope('\n  $ANSIBLE_VAULT;1.1;AES256\r\n  6162\r\n  63\r\n')).to.deep.equal({
      label: 'default',
      digits: '616263',
    });
  });

  it('is written as it is read', () => {
    for (const label of ['default', 'prod']) {
      const text = formatEnvelope({label, digits: 'ab'.repeat(100)});
      expect(parseEnvelope(text)).to.deep.equal({label, digits: 'ab'.repeat(100)});
      expect(
        text
          .split('\n')
          .slice(1, 3)
          .map(({length}) => length),
      ).to.deep.equal([80, 80]);
    }
  });

  it('is known by its first characters', () => {
    expect(isSealed('$ANSIBLE_VAULT;1.1;AES256\n')).to.equal(true);
    expect(isSealed(Buffer.from('$ANSIBLE_VAULT;9'))).to.equal(true);
    expect(isSealed('ANSIBLE_VAULT;')).to.equal(false);
    expect(isSealed(Buffer.from('$ANS'))).to.equal(false);
  });

  it('says what is wrong with other versions, other ciphers and broken texts', () => {
    const problem = (text: string): string => {
      const found = parseEnvelope(text);
      return 'problem' in found ? found.problem : 'none';
    };
    expect(problem('$ANSIBLE_VAULT;1.0;AES\n61\n')).to.equal('in the vault format "1.0", which is not supported');
    expect(problem('$ANSIBLE_VAULT;1.1;ROT13\n61\n')).to.equal('encrypted by "ROT13", which is not supported');
    for (const broken of ['', '6', 'xyz1', '61 6'])
      expect(problem(`$ANSIBLE_VAULT;1.1;AES256\n${broken}\n`)).to.equal('encrypted, and cut off or changed since');
  });
});
