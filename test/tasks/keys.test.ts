import {execFileSync} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {ask} from '../../engine/task.js';
import {openPgpSourceFact} from '../../tasks/facts/openpgp_source.js';
import {keysIn} from '../../tasks/gpg/colons.js';
import {sourceOf} from '../../tasks/gpg/source.js';
import {createLocalHost} from './local-host.js';
import {refusal, taskOf} from './on-shells.js';
import {performOn, planOn, readFact, readFacts, type Performed} from './perform.js';
import {registry} from '../../tasks/index.js';

describe('keys of OpenPGP, on this machine', function () {
  this.timeout(30_000);
  const host = createLocalHost();
  let folder = '';
  const perform = (args: Readonly<Record<string, unknown>>): Promise<Performed> =>
    performOn(host, {...taskOf('gpg_key', args), kinds: registry.kinds});

  before(function () {
    try {
      execFileSync('gpg', ['--version'], {stdio: 'ignore'});
    } catch {
      console.warn('    SKIPPED: needs gpg (package gnupg)');
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'u7s-keys-'));
  });
  after(() => {
    if (folder !== '') rmSync(folder, {recursive: true, force: true});
  });

  it('are made without a terminal, and are there the next time', async () => {
    const args = {user_id: 'O\'Brien $(id) "x" <grüße@example.org>', home: join(folder, 'ring'), expires: '2y'};
    const {broken, again} = await perform(args);
    expect(broken).to.deep.equal([]);
    expect(again).to.equal(undefined);
    const task = taskOf('gpg_key', args);
    const told = task.module.output?.(task.args, await readFacts(host, task.module, task.args));
    expect(told).to.include({secret: true});
    expect(told?.['fingerprint']).to.match(/^[0-9A-F]{40}$/);
    expect(told?.['public_key']).to.match(/^-----BEGIN PGP PUBLIC KEY BLOCK-----/);
    // The agent takes its sockets along when it ends.
    expect(readdirSync(join(folder, 'ring')).filter((name) => name.startsWith('S.gpg-agent'))).to.deep.equal([]);
    writeFileSync(join(folder, 'key.asc'), String(told?.['public_key']));
    const other = join(folder, 'other');
    const imported = await perform({key: join(folder, 'key.asc'), fingerprint: told?.['fingerprint'], home: other});
    expect(imported.broken).to.deep.equal([]);
    expect(imported.again).to.equal(undefined);
    const wrong = taskOf('gpg_key', {key: join(folder, 'key.asc'), fingerprint: 'A'.repeat(40), home: other});
    expect(await refusal(planOn(host, wrong))).to.include(String(told?.['fingerprint']));
    await perform({fingerprint: told?.['fingerprint'], home: join(folder, 'ring'), state: 'absent'});
    expect((await perform({fingerprint: told?.['fingerprint'], home: other, state: 'absent'})).again).to.equal(
      undefined,
    );
  });

  it('leave no ring where only is asked for one', async () => {
    await planOn(host, taskOf('gpg_key', {user_id: 'nobody', home: join(folder, 'none')}));
    expect(existsSync(join(folder, 'none'))).to.equal(false);
  });

  it('are looked for in what is none', async () => {
    expect(await readFact(host, ask(openPgpSourceFact, {path: join(folder, "no 'such' file")}))).to.deep.equal({
      tool: true,
      found: false,
      keys: [],
    });
    writeFileSync(join(folder, '-rf'), 'no key');
    expect((await readFact(host, ask(openPgpSourceFact, {path: join(folder, '-rf')}))).keys).to.deep.equal([]);
    expect((await readFact(host, ask(openPgpSourceFact, {url: 'file:///no/such/key'}))).found).to.equal(false);
  });
});

describe('what gpg lists', () => {
  it('is read by keys, each with its names', () => {
    const fingerprint = 'EBC6E12C62B1C734026B2122A20E52146B8D79E6';
    const text = `tru::1:1:0:3:1:5\npub:e:255:22:A20E:1:99::u:::scESC::::::23::0:\nfpr:::::::::${fingerprint}:\ngrp:::::::::AB:\nuid:e::::1::X::Gr\\xc3\\xbc\\x3a n <g@x>::::::::::0:\nsub:e:255:18:B:1::::::e::::::23:\nfpr:::::::::FFFF:\n`;
    expect(keysIn(text, new Set(['AB']))).to.deep.equal([
      {fingerprint, uids: ['Grü: n <g@x>'], secret: true, expires: 99, dead: true},
    ]);
    expect(keysIn('')).to.deep.equal([]);
  });

  it('comes from a file, an address or a text', () => {
    expect(sourceOf('/root/k')).to.deep.equal({path: '/root/k'});
    expect(sourceOf('https://x/k', {insecure: true})).to.deep.equal({url: 'https://x/k', insecure: true});
    expect(sourceOf('-----BEGIN PGP PUBLIC KEY BLOCK-----\n')).to.have.property('text');
  });
});
