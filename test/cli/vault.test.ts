import {execFileSync, spawnSync} from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import type {Invocation} from '../../engine/cli/invocation.js';
import {parseArguments} from '../../engine/cli/options.js';
import {carryOutVault} from '../../engine/cli/vault/carry-out.js';
import {BadInput} from '../../engine/diagnostic.js';
import {unseal} from '../../engine/vault/cipher.js';
import {parseEnvelope} from '../../engine/vault/format.js';
import {fileWithoutId, passwords, variables} from '../vault/ansible-made.js';
import {mainFile} from './program.js';

describe('the vault command', () => {
  let folder: string;
  const {XDG_RUNTIME_DIR: runtime} = process.env;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'u7s-vault-cli-'));
    process.env['XDG_RUNTIME_DIR'] = folder;
    writeFileSync(path('pass'), passwords.default);
    writeFileSync(path('other'), `${passwords.prod}\n`);
  });
  afterEach(() => {
    if (runtime === undefined) delete process.env['XDG_RUNTIME_DIR'];
    else process.env['XDG_RUNTIME_DIR'] = runtime;
    delete process.env['EDITOR'];
    delete process.env['ANSIBLE_VAULT_PASSWORD_FILE'];
    rmSync(folder, {recursive: true});
  });

  const path = (name: string): string => join(folder, name);
  const text = (name: string): string => readFileSync(path(name), 'utf8');
  const words = (line: string): readonly string[] =>
    line.split(' ').map((word) => word.replaceAll(/%(\w+)/g, path('$1')));

  function parsed(line: string): Invocation {
    const ignore = (): void => undefined;
    return parseArguments(['vault', ...words(line)], {version: '', out: ignore, error: ignore});
  }

  async function vault(line: string): Promise<void> {
    const invocation = parsed(line);
    if (invocation.command !== 'vault') throw new Error(`no vault command: ${line}`);
    await carryOutVault(invocation.action);
  }

  async function refusal(line: string): Promise<string> {
    try {
      await vault(line);
    } catch (error) {
      if (error instanceof BadInput) return error.message.replaceAll(`${folder}/`, '');
      throw error;
    }
    return 'none';
  }

  function inside(name: string, password: keyof typeof passwords): string | undefined {
    const envelope = parseEnvelope(text(name));
    if ('problem' in envelope) return envelope.problem;
    return unseal(envelope.digits, Buffer.from(passwords[password]))?.toString();
  }

  it('encrypts and decrypts files in their place, keeping mode and link', async () => {
    writeFileSync(path('real'), 'plain');
    chmodSync(path('real'), 0o640);
    symlinkSync('real', path('link'));
    await vault('encrypt --vault-password-file %pass %link');
    expect(text('real')).to.match(/^\$ANSIBLE_VAULT;1\.1;AES256\n/);
    expect(inside('real', 'default')).to.equal('plain');
    expect(lstatSync(path('link')).isSymbolicLink()).to.equal(true);
    expect(statSync(path('real')).mode & 0o777).to.equal(0o640);
    await vault('decrypt --vault-password-file %pass %real');
    expect(text('real')).to.equal('plain');
    expect(readdirSync(folder).sort()).to.deep.equal(['link', 'other', 'pass', 'real']);
  });

  it('writes elsewhere when it is told to, for its owner alone', async () => {
    writeFileSync(path('in'), fileWithoutId);
    await vault('decrypt --vault-password-file %pass --output %out %in');
    expect(text('out')).to.equal(variables);
    expect(text('in')).to.equal(fileWithoutId);
    expect(statSync(path('out')).mode & 0o777).to.equal(0o600);
  });

  it('takes the password file of the environment', async () => {
    process.env['ANSIBLE_VAULT_PASSWORD_FILE'] = path('pass');
    writeFileSync(path('in'), fileWithoutId);
    await vault('decrypt %in');
    expect(text('in')).to.equal(variables);
  });

  it('encrypts under a vault id, the one that is chosen among several', async () => {
    writeFileSync(path('in'), 'plain');
    expect(await refusal('encrypt --vault-id dev@%pass --vault-id prod@%other %in')).to.equal(
      'passwords of several vault ids are given: dev, prod',
    );
    expect(await refusal('encrypt --vault-id dev@%pass --encrypt-vault-id x %in')).to.equal(
      'no password of the vault id "x" is given',
    );
    await vault('encrypt --vault-id dev@%pass --vault-id prod@%other --encrypt-vault-id prod %in');
    expect(text('in')).to.match(/^\$ANSIBLE_VAULT;1\.2;AES256;prod\n/);
    expect(inside('in', 'prod')).to.equal('plain');
  });

  it('gives files another password, all or none', async () => {
    for (const name of ['one', 'two']) writeFileSync(path(name), fileWithoutId);
    writeFileSync(path('plain'), 'plain');
    const how = 'rekey --vault-password-file %pass --new-vault-id prod@%other';
    expect(await refusal(`${how} %one %plain`)).to.equal('"plain" is not encrypted');
    expect(text('one')).to.equal(fileWithoutId);
    await vault(`${how} %one %two`);
    for (const name of ['one', 'two']) expect(inside(name, 'prod')).to.equal(variables);
    await vault('rekey --vault-id prod@%other --new-vault-password-file %pass %one');
    expect(text('one')).to.match(/^\$ANSIBLE_VAULT;1\.1/);
  });

  it('edits a file in a folder that is gone afterwards, and writes it only when it was changed', async () => {
    writeFileSync(path('in'), fileWithoutId, {mode: 0o600});
    process.env['EDITOR'] = `stat -c %a "$(dirname "$1")" >${path('seen')}; true`;
    await vault('edit --vault-password-file %pass %in');
    expect(text('in')).to.equal(fileWithoutId);
    expect(text('seen').trim()).to.equal('700');
    process.env['EDITOR'] = 'echo "added: 1" >>';
    await vault('edit --vault-password-file %pass %in');
    expect(inside('in', 'default')).to.equal(`${variables}added: 1\n`);
    expect(readdirSync(folder).sort()).to.deep.equal(['in', 'other', 'pass', 'seen']);
  });

  it('leaves nothing behind when the editor fails', async () => {
    writeFileSync(path('in'), fileWithoutId);
    process.env['EDITOR'] = 'false';
    expect(await refusal('edit --vault-password-file %pass %in')).to.equal(
      'the editor "false" ended with code 1: nothing is written',
    );
    expect(text('in')).to.equal(fileWithoutId);
    expect(readdirSync(folder).sort()).to.deep.equal(['in', 'other', 'pass']);
  });

  it('leaves nothing behind when it is ended while the editor is open', () => {
    writeFileSync(path('in'), fileWithoutId);
    const env = {...process.env, EDITOR: 'kill -TERM $PPID; sleep 1; :', XDG_RUNTIME_DIR: folder};
    const given = [mainFile, 'vault', 'edit', '--vault-password-file', path('pass'), path('in')];
    expect(spawnSync(process.execPath, given, {env, stdio: 'ignore'}).status).to.equal(143);
    expect(text('in')).to.equal(fileWithoutId);
    expect(readdirSync(folder).sort()).to.deep.equal(['in', 'other', 'pass']);
  }).timeout(60_000);

  it('creates a file in the editor, and no other one', async () => {
    process.env['EDITOR'] = 'echo new >';
    await vault('create --vault-id prod@%other %in');
    expect(inside('in', 'prod')).to.equal('new\n');
    expect(statSync(path('in')).mode & 0o777).to.equal(0o600);
    expect(await refusal('create --vault-id prod@%other %in')).to.equal('"in" is there already');
  });

  it('encrypts texts as YAML values', async () => {
    await vault('encrypt_string --vault-id prod@%other -n user -n key --output %out ann k3y');
    const values = text('out').split(/^(\w+): !vault \|\n/m);
    expect([values[1], values[3]]).to.deep.equal(['user', 'key']);
    writeFileSync(path('value'), values[4] ?? '');
    expect(inside('value', 'prod')).to.equal('k3y');
    await vault('encrypt_string --vault-id prod@%other --output %out alone');
    expect(text('out')).to.match(/^!vault \|\n {10}\$ANSIBLE_VAULT;1\.2;AES256;prod\n {10}[0-9a-f]{80}\n/);
    expect(await refusal('encrypt_string --vault-id prod@%other -n a -n b text')).to.equal(
      'there is no text for the name "b"',
    );
  });

  it('says what is wrong with what it is given', async () => {
    writeFileSync(path('plain'), 'plain');
    writeFileSync(path('sealed'), fileWithoutId);
    const how = '--vault-password-file %pass';
    expect(await refusal(`view ${how} %plain`)).to.equal('"plain" is not encrypted');
    expect(await refusal(`encrypt ${how} %sealed`)).to.equal('"sealed" is encrypted already');
    expect(await refusal(`decrypt ${how} %none`)).to.match(/^"none" cannot be read: ENOENT/);
    expect(await refusal(`encrypt ${how} --output %out %plain %plain`)).to.equal('"--output" is for one file');
    expect(await refusal('view --vault-password-file %other %sealed')).to.equal(
      '"sealed" is encrypted with vault id "default", and the password given for it does not open it',
    );
    expect(existsSync(path('out'))).to.equal(false);
    expect(parsed(`view ${how}`)).to.deep.equal({command: 'none', code: 1});
  });

  it('prints what is in a file, and reads and writes the standard streams', () => {
    const run = (line: string, input: string): string =>
      execFileSync(process.execPath, [mainFile, 'vault', ...words(line)], {input, encoding: 'utf8'});
    expect(run('decrypt --vault-password-file %pass', fileWithoutId)).to.equal(variables);
    writeFileSync(path('sealed'), run('encrypt --vault-password-file %pass -', 'through a pipe'));
    expect(run('view --vault-password-file %pass %sealed', '')).to.equal('through a pipe');
  }).timeout(60_000);
});
