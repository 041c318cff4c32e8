import {identitiesOf, type VaultFlags} from '../vault/identity.js';
import {createVault, PasswordWanted, type Opened, type Vault} from '../vault/vault.js';
import type {Unsealing} from '../run/sealed-files.js';
import {Refused} from '../task.js';
import {BadInput} from '../diagnostic.js';
import {defaultLabel, isSealed} from '../vault/format.js';
import {askSecret} from './ask.js';

const opened = new WeakMap<VaultFlags, Vault>();

/** The vault passwords that flags and environment name; the same flags give the same vault, so that a password is asked for once. */
export function vaultOf(flags: VaultFlags): Vault {
  const known = opened.get(flags);
  if (known !== undefined) return known;
  const vault = createVault({
    identities: identitiesOf(flags, process.env),
    ask: (label) => askSecret(promptFor('Vault password', label), cannotAsk),
    cwd: process.cwd(),
  });
  opened.set(flags, vault);
  return vault;
}

/** Opens encrypted files while a run goes on, when nobody can be asked any more. */
export function unsealingBy(vault: Vault): Unsealing {
  return {
    isSealed,
    open(bytes, path) {
      const opened = openNow(vault, Buffer.from(bytes).toString('latin1'));
      if ('problem' in opened) throw new Refused(`the file '${path}' is ${opened.problem}`, opened.hint);
      return opened.bytes;
    },
  };
}

function openNow(vault: Vault, sealed: string): Opened {
  try {
    return vault.open(sealed);
  } catch (error) {
    if (error instanceof BadInput) return {problem: `encrypted: ${error.message}`};
    if (!(error instanceof PasswordWanted)) throw error;
    return {problem: 'encrypted, and its password cannot be asked for while tasks run', hint: cannotAsk};
  }
}

/** What to do where nobody can be asked for a password. */
export const cannotAsk = 'give a file or a program: --vault-password-file FILE, --vault-id LABEL@FILE';

/** A question with the vault id where there is one: `Vault password (prod)`. */
export function promptFor(question: string, label: string): string {
  return label === defaultLabel ? question : `${question} (${label})`;
}
