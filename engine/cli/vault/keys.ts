import {badInput} from '../../diagnostic.js';
import {defaultLabel} from '../../vault/format.js';
import {identitiesOf, type VaultFlags, type VaultIdentity} from '../../vault/identity.js';
import {answering, createVault, type Vault} from '../../vault/vault.js';
import {askSecret} from '../ask.js';
import {cannotAsk, promptFor, vaultOf} from '../vault-passwords.js';

/** Seals bytes into a text. */
export type Seal = (plain: Uint8Array) => string;

const prompted: VaultIdentity = {label: defaultLabel, source: {kind: 'prompt'}};

/** The vault that opens files: without any password given one is asked for. */
export function openingVault(flags: VaultFlags): Vault {
  const isGiven = identitiesOf(flags, process.env).length > 0;
  return vaultOf(isGiven ? flags : askingFlags);
}

const askingFlags: VaultFlags = {askVaultPass: true};

/** What seals under the one password that is given, or chosen among several; a new password is asked for twice. */
export async function sealWith(flags: VaultFlags, encryptId: string | undefined): Promise<Seal> {
  const named = identitiesOf(flags, {});
  const all = named.length > 0 ? named : identitiesOf(flags, process.env);
  return sealUnder(chosen(all.length > 0 ? all : [prompted], encryptId));
}

/** What seals under one identity; its password is read or asked for now. */
export async function sealUnder(identity: VaultIdentity): Promise<Seal> {
  const vault = createVault({identities: [identity], ask: askNewPassword, cwd: process.cwd()});
  const seal: Seal = (plain) => vault.seal(plain, identity.label);
  await answering(() => seal(new Uint8Array()));
  return seal;
}

function chosen(identities: readonly VaultIdentity[], encryptId: string | undefined): VaultIdentity {
  const labels = [...new Set(identities.map(({label}) => label))];
  const label = encryptId ?? (labels.length === 1 ? labels[0] : undefined);
  if (label === undefined)
    throw badInput(
      `passwords of several vault ids are given: ${labels.join(', ')}`,
      'say which one shall encrypt: --encrypt-vault-id LABEL',
    );
  const identity = identities.find((each) => each.label === label);
  if (identity === undefined)
    throw badInput(`no password of the vault id "${label}" is given`, `give it: --vault-id ${label}@FILE`);
  return identity;
}

async function askNewPassword(label: string): Promise<string> {
  for (let again = ''; ; again = 'the two answers differ; ') {
    const password = await askSecret(promptFor(`${again}New vault password`, label), cannotAsk);
    if (password === '') throw badInput('a vault password cannot be empty');
    if (password === (await askSecret(promptFor('Confirm new vault password', label), cannotAsk))) return password;
  }
}
