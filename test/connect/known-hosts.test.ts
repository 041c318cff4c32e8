import {expect} from 'chai';
import {createHmac} from 'node:crypto';
import {
  judge,
  keyAlgorithms,
  keysByName,
  knownHostName,
  knownHostsLine,
  parseKnownHosts,
} from '../../engine/connect/known-hosts.js';
import {someKey} from './server.js';

const key = someKey();
const other = someKey();

function verdict(text: string, name = 'h', shown = key): string {
  return judge(keysByName(parseKnownHosts(text, 'f'))(name), shown).kind;
}

describe('known_hosts', () => {
  it('knows a key by its name', () => {
    expect(verdict(knownHostsLine('h', key))).to.equal('known');
    expect(verdict(knownHostsLine('a,h,b', key))).to.equal('known');
    expect(verdict(knownHostsLine('other', key))).to.equal('unknown');
    expect(verdict('')).to.equal('unknown');
  });

  it('tells a changed key with the line that knows another', () => {
    const known = keysByName(parseKnownHosts(`# comment\n\n${knownHostsLine('h', other)}`, 'f'))('h');
    expect(judge(known, key)).to.deep.include({kind: 'changed'}).and.to.have.nested.property('known.line', 3);
  });

  it('takes a key of a new type for a changed one when keys of the machine are known', () => {
    expect(verdict('h ssh-rsa AAAA\n')).to.equal('changed');
  });

  it('accepts any of several keys of a name', () => {
    expect(verdict(knownHostsLine('h', other) + knownHostsLine('h', key))).to.equal('known');
  });

  it('refuses a revoked key even where it is known', () => {
    expect(verdict(`${knownHostsLine('h', key)}@revoked ${knownHostsLine('*', key)}`)).to.equal('revoked');
  });

  it('asks no certificate authority', () => {
    expect(verdict(`@cert-authority ${knownHostsLine('h', key)}`)).to.equal('unknown');
  });

  it('reads hashed names', () => {
    const salt = Buffer.from('01234567890123456789');
    const hash = createHmac('sha1', salt).update('[h]:2222').digest('base64');
    const line = knownHostsLine(`|1|${salt.toString('base64')}|${hash}`, key);
    expect(verdict(line, knownHostName('h', 2222))).to.equal('known');
    expect(verdict(line, 'h')).to.equal('unknown');
  });

  it('reads patterns, and names that are excepted', () => {
    expect(verdict(knownHostsLine('*.example.com,!bad.example.com', key), 'a.example.com')).to.equal('known');
    expect(verdict(knownHostsLine('*.example.com,!bad.example.com', key), 'bad.example.com')).to.equal('unknown');
    expect(verdict(knownHostsLine('10.0.0.?', key), '10.0.0.7')).to.equal('known');
    expect(verdict(knownHostsLine('10.0.0.?', key), '10.0.007')).to.equal('unknown');
  });

  it('brackets a name with a port other than 22', () => {
    expect(knownHostName('H', 22)).to.equal('h');
    expect(knownHostName('::1', 2222)).to.equal('[::1]:2222');
  });

  it('asks for the algorithms of the known keys first', () => {
    expect(keyAlgorithms(parseKnownHosts('h ssh-rsa AAAA\n', 'f')).slice(0, 2)).to.deep.equal([
      'rsa-sha2-512',
      'rsa-sha2-256',
    ]);
    expect(keyAlgorithms([])[0]).to.equal('ssh-ed25519');
  });
});
