import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {createSecrets, type Secrets} from '../../engine/secrets.js';
import {seal} from '../../engine/vault/cipher.js';
import {formatEnvelope} from '../../engine/vault/format.js';
import {createVault, type Vault} from '../../engine/vault/vault.js';
import {identityOf} from '../../engine/vault/identity.js';
import {dataOf, load, problemsOf} from '../load/rig.js';
import {fileOfProd, fileWithoutId, inlineOfProd, inlineWithoutId, passwords} from './ansible-made.js';

/** A vault that asks for its passwords, and is answered. */
function vaultOf(...labels: readonly (keyof typeof passwords)[]): Vault {
  return createVault({
    identities: labels.map((label) => identityOf(`${label}@prompt`)),
    ask: (label) => Promise.resolve(passwords[label as keyof typeof passwords]),
    cwd: '/',
  });
}

const play = {'site.yml': '- {hosts: all, tasks: []}\n'};
const indented = (text: string): string => text.replaceAll(/^/gm, '      ');
const inventory = `all:\n  hosts:\n    h1:\n${indented(inlineWithoutId)}\n`;

describe('encrypted input', () => {
  let secrets: Secrets;
  beforeEach(() => {
    secrets = createSecrets();
  });

  it('is read in inventories, in both formats, value by value', async () => {
    const hosts = `${inventory}${indented(inlineOfProd)}\n`;
    const {inventory: read} = await load({...play, 'hosts.yml': hosts}, {vault: vaultOf('default', 'prod'), secrets});
    const [layer] = read.hosts.get('h1')?.layers ?? [];
    expect(dataOf(layer?.entries.get('token'))).to.equal('canary-inline-öäü "quoted"');
    expect(dataOf(layer?.entries.get('multi'))).to.equal('first line of it\nsecond line of it\n');
    expect(secrets.mask('it is canary-inline-öäü "quoted", the second line of it')).to.equal('it is ***, the ***');
  });

  it('is read as whole files, wherever variables lie', async () => {
    const files = {
      'group_vars/all.yml': fileWithoutId,
      'host_vars/h1/secret': fileOfProd,
      'extra.yml': fileOfProd,
      'vars/more.yml': fileWithoutId,
      'roles/r/defaults/main.yml': fileOfProd,
      'roles/r/vars/main.yml': fileWithoutId,
      'roles/r/tasks/main.yml': '- debug: {msg: "{{db_password}} {{port}}"}\n',
      'site.yml': '- {hosts: all, vars_files: [vars/more.yml], roles: [r]}\n',
    };
    const project = await load(files, {vault: vaultOf('default', 'prod'), extraVars: ['@extra.yml'], secrets});
    const layers = [...(project.inventory.hosts.get('h1')?.layers ?? []), project.extraVars];
    expect(layers.length).to.be.greaterThan(2);
    expect(layers.map(({entries}) => dataOf(entries.get('db_password')))).to.deep.equal(
      layers.map(() => 'canary-file-7b1e'),
    );
    expect(layers.map(({entries}) => dataOf(entries.get('port')))).to.deep.equal(layers.map(() => 6443));
    expect(
      secrets.mask({password: 'canary-file-7b1e', port: 6443, item: 'a-secret-item', on: true, few: 12}),
    ).to.deep.equal({password: '***', port: '***', item: '***', on: true, few: 12});
  });

  it('may be files of tasks, whose words are no secrets but whose variables are', async () => {
    const {seal: sealed} = vaultFor('pass');
    const tasks = '- name: Say hello\n  debug: {msg: "{{word}}"}\n  vars: {word: canary-5d0}\n';
    const files = {'site.yml': '- hosts: all\n  tasks: [import_tasks: t.yml]\n', 't.yml': sealed(tasks)};
    await load(files, {vault: vaultFor('pass').vault, secrets});
    expect(secrets.mask('Say hello canary-5d0')).to.equal('Say hello ***');
  });

  it('has no templates in single values, and templates in files', async () => {
    const {seal: sealed, vault} = vaultFor('pass');
    const inline = `x: !vault |\n${sealed('a {{y}} b').replaceAll(/^/gm, '  ')}`;
    const files = {'group_vars/all/one.yml': inline, 'group_vars/all/two.yml': sealed('z: "left-{{y}}-right"\n')};
    const {inventory: read} = await load({...play, ...files}, {vault, secrets});
    const kinds = read.hosts.get('h1')?.layers.flatMap(({entries}) => [...entries.values()].map(({kind}) => kind));
    expect(new Set(kinds)).to.deep.equal(new Set(['literal', 'text']));
    expect(secrets.mask('left-1-right')).to.equal('***1***');
  });

  it('is read as JSON inventories write it', async () => {
    const sealed = vaultFor('pass').seal('canary-json');
    const hosts = JSON.stringify({all: {hosts: {h1: {key: {__ansible_vault: sealed}}}}});
    const project = await load({...play, 'hosts.yml': hosts}, {vault: vaultFor('pass').vault, secrets});
    expect(dataOf(project.inventory.hosts.get('h1')?.layers[0]?.entries.get('key'))).to.equal('canary-json');
  });

  it('is read as programs that give inventories print it', async () => {
    const sealed = vaultFor('pass').seal('canary-program');
    const list = {web: {hosts: ['h1']}, _meta: {hostvars: {h1: {keys: [{__ansible_vault: sealed}]}}}};
    const folder = mkdtempSync(join(tmpdir(), 'u7s-vault-program-'));
    try {
      writeFileSync(join(folder, 'hosts'), `#!/bin/sh\nprintf '%s' '${JSON.stringify(list)}'\n`, {mode: 0o755});
      const inventories = [join(folder, 'hosts')];
      const project = await load(play, {inventories, vault: vaultFor('pass').vault, secrets});
      expect(dataOf(project.inventory.hosts.get('h1')?.layers[0]?.entries.get('keys'))).to.deep.equal([
        'canary-program',
      ]);
      expect(secrets.mask('canary-program')).to.equal('***');
    } finally {
      rmSync(folder, {recursive: true});
    }
  });

  it('that no password opens is a problem at its place, which names the vault id', async () => {
    expect(await problemsOf({...play, 'hosts.yml': inventory}, {vault: vaultOf()})).to.deep.equal([
      'hosts.yml:4:14 this value is encrypted with vault id "default", and no vault password is given; give it: --vault-id default@FILE, --vault-password-file FILE, or --ask-vault-pass',
    ]);
    const files = {...play, 'group_vars/all.yml': fileOfProd};
    expect(await problemsOf(files, {vault: vaultOf('default')})).to.deep.equal([
      'group_vars/all.yml:1:1 "group_vars/all.yml" is encrypted with vault id "prod", and no password given opens it (vault ids "default"); give its password: --vault-id prod@FILE',
    ]);
    const changed = fileOfProd.replace(/(.)\n$/, (_, last: string) => `${last === '0' ? '1' : '0'}\n`);
    expect(await problemsOf({...play, 'group_vars/all.yml': changed}, {vault: vaultOf('prod')})).to.deep.equal([
      'group_vars/all.yml:1:1 "group_vars/all.yml" is encrypted with vault id "prod", and the password given for it does not open it; the password is wrong, or the text was changed after it was encrypted',
    ]);
    const cut = inlineOfProd.split('\n').slice(0, 3).join('\n').slice(0, -1);
    expect(await problemsOf({...play, 'group_vars/all.yml': cut}, {vault: vaultOf('prod')})).to.deep.equal([
      'group_vars/all.yml:1:8 this value is encrypted, and cut off or changed since; below its first line it must have pairs of hexadecimal digits alone',
    ]);
    expect(
      await problemsOf({...play, 'group_vars/all.yml': 'a: !vault plain\n'}, {vault: vaultOf('prod')}),
    ).to.deep.equal([
      'group_vars/all.yml:1:4 a value tagged "!vault" must be what ansible-vault or "u7s-play vault encrypt_string" gives; write "!vault |" and below it, indented, the lines that begin with $ANSIBLE_VAULT',
    ]);
  });

  it('stays encrypted where it is only listed and no password is given', async () => {
    const project = await load({...play, 'hosts.yml': inventory}, {vault: vaultOf(), keepSealed: true});
    expect(dataOf(project.inventory.hosts.get('h1')?.layers[0]?.entries.get('token'))).to.match(/^\$ANSIBLE_VAULT;1.1/);
  });

  it('that a task sends is opened before anything is touched', async () => {
    const files = {
      'site.yml':
        '- hosts: all\n  tasks:\n    - copy: {src: key.pem, dest: /k}\n    - copy: {src: key.pem, dest: /k, decrypt: false}\n',
      'files/key.pem': vaultFor('pass').seal('canary-pem'),
    };
    expect(await problemsOf(files, {vault: vaultOf('prod')})).to.deep.equal([
      'site.yml:3:19 "files/key.pem" is encrypted with vault id "default", and no password given opens it (vault ids "prod"); give its password: --vault-id default@FILE',
    ]);
    await load(files, {vault: vaultFor('pass').vault, secrets});
    expect(secrets.mask('canary-pem')).to.equal('***');
  });
});

/** A vault with one password, which is asked for, and what that seals. */
function vaultFor(password: string): {readonly vault: Vault; readonly seal: (text: string) => string} {
  return {
    vault: createVault({identities: [identityOf('prompt')], ask: () => Promise.resolve(password), cwd: '/'}),
    seal: (text) => formatEnvelope({label: 'default', digits: seal(Buffer.from(text), Buffer.from(password))}),
  };
}
