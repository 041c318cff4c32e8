import {identitiesOf, type VaultFlags} from '../vault/identity.js';
import {createVault, type Vault} from '../vault/vault.js';
import {defaultLabel} from '../vault/format.js';
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

/** What to do where nobody can be asked for a password. */
export const cannotAsk = 'give a file or a program: --vault-password-file FILE, --vault-id LABEL@FILE';

/** A question with the vault id where there is one: `Vault password (prod)`. */
export function promptFor(question: string, label: string): string {
  return label === defaultLabel ? question : `${question} (${label})`;
}
