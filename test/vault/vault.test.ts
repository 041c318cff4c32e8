import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {BadInput} from '../../engine/diagnostic.js';
import {identitiesOf, type VaultFlags} from '../../engine/vault/identity.js';
import {answering, createVault, type Vault} from '../../engine/vault/vault.js';

describe('a vault', () => {
  let cwd: string;
  let asked: string[];
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'u7s-vault-'));
    asked = [];
    for (const [name, text] of Object.entries({dev: 'dev-pass\n', prod: 'prod-pass', empty: '\n'}))
      writeFileSync(join(cwd, name), text);
  });
  afterEach(() => rmSync(cwd, {recursive: true}));

  function vaultOf(flags: VaultFlags, environment: NodeJS.ProcessEnv = {}, answer = 'dev-pass'): Vault {
    const ask = (label: string): Promise<string> => {
      asked.push(label);
      return Promise.resolve(answer);
    };
    return createVault({identities: identitiesOf(flags, environment), ask, cwd});
  }

  function program(name: string, script: string): string {
    writeFileSync(join(cwd, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(cwd, name), 0o755);
    return name;
  }

  const sealedBy = (vault: Vault, label = 'default'): string => vault.seal(Buffer.from('secret text'), label);
  const openedBy = (vault: Vault, sealed: string): string => {
    const opened = vault.open(sealed);
    return 'problem' in opened ? opened.problem : opened.bytes.toString();
  };
  const refusal = (work: () => unknown): string => {
    try {
      work();
    } catch (error) {
      if (error instanceof BadInput) return error.message;
      throw error;
    }
    return 'none';
  };

  it('takes its password from a file, a program, or the environment', () => {
    const sealed = sealedBy(vaultOf({vaultPasswordFile: ['dev']}));
    expect(openedBy(vaultOf({vaultPasswordFile: [program('give', 'echo dev-pass')]}), sealed)).to.equal('secret text');
    expect(openedBy(vaultOf({}, {ANSIBLE_VAULT_PASSWORD_FILE: 'dev'}), sealed)).to.equal('secret text');
    expect(openedBy(vaultOf({vaultId: ['dev']}), sealed)).to.equal('secret text');
  });

  it('tells a program whose name ends with -client which vault id is wanted', () => {
    const client = program('keys-client.sh', '[ "$1 $2" = "--vault-id prod" ] && echo prod-pass');
    const sealed = sealedBy(vaultOf({vaultId: ['prod@prod']}), 'prod');
    expect(openedBy(vaultOf({vaultId: [`prod@${client}`]}), sealed)).to.equal('secret text');
  });

  it('asks once for each vault id, and only where no file does', async () => {
    const files = {vaultId: ['prod@prod', 'dev@dev']};
    const sealed = ['prod', 'dev'].map((label) => sealedBy(vaultOf(files), label));
    const vault = vaultOf({vaultId: ['dev@prompt', 'prod@prod']});
    expect(openedBy(vault, sealed[0] ?? '')).to.equal('secret text');
    expect(asked).to.deep.equal([]);
    for (const _ of [1, 2]) expect(await answering(() => openedBy(vault, sealed[1] ?? ''))).to.equal('secret text');
    expect(asked).to.deep.equal(['dev']);
  });

  it('tries every password, that of the vault id first', () => {
    const sealed = sealedBy(vaultOf({vaultId: ['old@prod']}), 'old');
    expect(openedBy(vaultOf({vaultId: ['dev@dev', 'new@prod']}), sealed)).to.equal('secret text');
  });

  it('says which vault id is wanted where nothing opens a text', () => {
    const sealed = sealedBy(vaultOf({vaultId: ['prod@prod']}), 'prod');
    expect(openedBy(vaultOf({}), sealed)).to.equal('encrypted with vault id "prod", and no vault password is given');
    expect(openedBy(vaultOf({vaultId: ['prod@dev']}), sealed)).to.equal(
      'encrypted with vault id "prod", and the password given for it does not open it',
    );
    expect(openedBy(vaultOf({vaultId: ['dev@dev']}), sealed)).to.equal(
      'encrypted with vault id "prod", and no password given opens it (vault ids "dev")',
    );
  });

  it('has passwords in files that are sealed themselves', () => {
    writeFileSync(join(cwd, 'inner'), sealedBy(vaultOf({vaultPasswordFile: ['prod']})).replace('secret', 'secret'));
    writeFileSync(join(cwd, 'plain'), 'secret text');
    const sealed = sealedBy(vaultOf({vaultId: ['x@plain']}), 'x');
    expect(openedBy(vaultOf({vaultId: ['x@inner', 'outer@prod']}), sealed)).to.equal('secret text');
  });

  it('says what is wrong with the source of a password', () => {
    const sealed = sealedBy(vaultOf({vaultPasswordFile: ['dev']}));
    const problem = (name: string): string => refusal(() => vaultOf({vaultPasswordFile: [name]}).open(sealed));
    expect(problem('nowhere')).to.equal('the file of the vault password, "nowhere", is not there');
    expect(problem('empty')).to.equal('the vault password in "empty" is empty');
    expect(problem(program('broken', 'echo half; exit 3'))).to.equal(
      'the program "broken", which gives the vault password, ended with code 3',
    );
    writeFileSync(join(cwd, 'text'), '#!/no/such/program\n');
    chmodSync(join(cwd, 'text'), 0o755);
    expect(problem('text')).to.match(/^the program "text", which gives the vault password, cannot be run/);
  });
});
