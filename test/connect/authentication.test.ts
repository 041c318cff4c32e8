import {expect} from 'chai';
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {credentials, isEncrypted} from '../../engine/connect/authentication.js';
import {keyPair, settingsFor} from './server.js';

describe('ways to log in', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'u7s-keys-'));
    const {private: plain} = keyPair();
    writeFileSync(join(folder, 'plain'), plain);
    writeFileSync(join(folder, 'locked'), plain, {mode: 0o600});
    execFileSync('ssh-keygen', ['-q', '-p', '-N', 'words', '-f', join(folder, 'locked')], {stdio: 'ignore'});
  });
  after(() => rmSync(folder, {recursive: true, force: true}));

  const text = (name: string): string => readFileSync(join(folder, name), 'utf8');

  it('tell an encrypted key from a plain one', () => {
    expect(isEncrypted(text('plain'))).to.equal(false);
    expect(isEncrypted(text('locked'))).to.equal(true);
    expect(isEncrypted('-----BEGIN ENCRYPTED PRIVATE KEY-----')).to.equal(true);
  });

  it('come in order: keys, agent, password', async () => {
    const settings = {
      ...settingsFor(),
      privateKeyFiles: ['plain', 'locked'].map((name) => join(folder, name)),
      password: 'x',
    };
    const {list, tried} = await credentials(settings);
    expect(list.map(({type}) => type)).to.deep.equal(['publickey', 'password', 'keyboard-interactive']);
    expect(tried[1]).to.include('encrypted').and.include('ssh-add');
  });

  it('leave out an agent that does not answer, and say so', async () => {
    const {list, tried} = await credentials({
      ...settingsFor(),
      identitiesOnly: false,
      agent: join(folder, 'no-socket'),
    });
    expect(list).to.deep.equal([]);
    expect(tried[0]).to.include('does not answer');
  });
}).timeout(20_000);
