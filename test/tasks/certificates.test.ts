import {execFileSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {registry} from '../../tasks/index.js';
import {createLocalHost} from './local-host.js';
import {refusal, taskOf, type Args} from './on-shells.js';
import {performOn, planOn, readFacts} from './perform.js';

describe('certificates, on this machine', function () {
  this.timeout(30_000);
  const host = createLocalHost();
  let folder = '';
  const perform = async (args: Args): Promise<string | undefined> => {
    const performed = await performOn(host, {...taskOf('openssl_certificate', args), kinds: registry.kinds});
    expect(performed.broken).to.deep.equal([]);
    expect(performed.again).to.equal(undefined);
    return performed.change?.summary;
  };
  const openssl = (...words: readonly string[]): string => execFileSync('openssl', words, {encoding: 'utf8'});
  const own = (name: string): Args => ({
    path: join(folder, `${name}.crt`),
    key: join(folder, `${name}.key`),
    common_name: name,
  });

  before(function () {
    try {
      execFileSync('openssl', ['version'], {stdio: 'ignore'});
    } catch {
      console.warn('    SKIPPED: needs openssl');
      this.skip();
    }
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "u7s certificates' "));
  });
  afterEach(() => {
    rmSync(folder, {recursive: true, force: true});
  });

  it('are made by an authority of the machine, and are trusted by who trusts it', async () => {
    await perform({
      ...own('ca'),
      ca: true,
      usages: ['keyCertSign', 'cRLSign'],
      days: 3650,
      subject: {O: 'A/B + C, "D" ü'},
    });
    const signer = {certificate: join(folder, 'ca.crt'), key: join(folder, 'ca.key')};
    const web = {...own('web'), signer, subject_alt_name: ['DNS:web.example.org', 'IP:192.0.2.7', 'IP:2001:db8::1']};
    await perform(web);
    const args = [
      'verify',
      '-CAfile',
      signer.certificate,
      '-purpose',
      'sslserver',
      '-verify_hostname',
      'web.example.org',
    ];
    expect(openssl(...args, join(folder, 'web.crt'))).to.include('OK');
    expect(
      openssl('x509', '-in', signer.certificate, '-noout', '-subject', '-nameopt', 'utf8,sep_multiline'),
    ).to.include('O=A/B + C, "D" ü');
    expect(statSync(join(folder, 'web.key')).mode & 0o7777).to.equal(0o600);
    expect(readdirSync(folder).sort()).to.deep.equal(['ca.crt', 'ca.key', 'web.crt', 'web.key']);
    const task = taskOf('openssl_certificate', web);
    const told = task.module.output?.(task.args, await readFacts(host, task.module, task.args));
    expect(told).to.include({subject: 'CN=web', issuer: 'O=A/B + C, "D" ü, CN=ca'});
    expect(told?.['days_left']).to.be.within(364, 365);
  });

  for (const type of ['ecdsa', 'rsa2048', 'ed25519']) {
    it(`are made with a key of ${type}, and renewed with the same key`, async () => {
      await perform({...own('one'), key_type: type, days: 5, at_least: 1, usages: ['digitalSignature']});
      const key = readFileSync(join(folder, 'one.key'), 'utf8');
      const why = await perform({...own('one'), key_type: type, usages: ['digitalSignature']});
      expect(why).to.match(/[45] days left/);
      expect(readFileSync(join(folder, 'one.key'), 'utf8')).to.equal(key);
      expect(await perform({...own('one'), key_type: type})).to.include('other usages');
    });
  }

  it('are made anew when their key is another one, when they are cut off, when another shall sign', async () => {
    await perform(own('one'));
    openssl('genpkey', '-algorithm', 'ED25519', '-out', join(folder, 'one.key'));
    expect(await perform(own('one'))).to.include('not of its key');
    const text = readFileSync(join(folder, 'one.crt'), 'utf8');
    writeFileSync(join(folder, 'one.crt'), text.slice(0, text.length / 2));
    expect(await perform(own('one'))).to.include('there is none');
    await perform({...own('ca'), ca: true, usages: ['keyCertSign']});
    const signer = {certificate: join(folder, 'ca.crt'), key: join(folder, 'ca.key')};
    expect(await perform({...own('one'), signer})).to.include('signed by another');
    expect(await perform({...own('one'), signer})).to.equal(undefined);
  });

  it('are refused with a key that is none', async () => {
    writeFileSync(join(folder, 'one.key'), 'no key\n');
    expect(await refusal(planOn(host, taskOf('openssl_certificate', own('one'))))).to.include('no private key');
    expect(await perform({...own('one'), new_key: true})).to.include('there is none');
  });
});
