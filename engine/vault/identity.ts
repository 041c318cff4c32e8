import {defaultLabel} from './format.js';

/** A password by its name, and where it is to be had: the user is asked, or a file or program is read. */
export interface VaultIdentity {
  readonly label: string;
  readonly source: {readonly kind: 'prompt'} | {readonly kind: 'file'; readonly name: string};
}

/** What the command line says of vault passwords. */
export interface VaultFlags {
  readonly vaultId?: readonly string[];
  readonly vaultPasswordFile?: readonly string[];
  readonly askVaultPass?: true;
}

/** The identities that the command line and the environment name, in the order in which they are tried. */
export function identitiesOf(flags: VaultFlags, environment: NodeJS.ProcessEnv): readonly VaultIdentity[] {
  const {vaultId = [], vaultPasswordFile = [], askVaultPass} = flags;
  const configured = environment['ANSIBLE_VAULT_PASSWORD_FILE'] ?? '';
  const named = [
    ...vaultId.map(identityOf),
    ...vaultPasswordFile.map((name) => fileIdentity(defaultLabel, name)),
    ...(askVaultPass ? [{label: defaultLabel, source: {kind: 'prompt'}} as const] : []),
  ];
  // What the command line says comes before what lies in the environment.
  return configured === '' ? named : [...named, fileIdentity(defaultLabel, configured)];
}

/** Reads `LABEL@SOURCE` or `SOURCE`; the source is a file, a program, or the word `prompt`. */
export function identityOf(word: string): VaultIdentity {
  const at = word.indexOf('@');
  const label = at <= 0 ? defaultLabel : word.slice(0, at);
  const source = word.slice(at + 1);
  return source === 'prompt' || source === 'prompt_ask_vault_pass'
    ? {label, source: {kind: 'prompt'}}
    : fileIdentity(label, source);
}

function fileIdentity(label: string, name: string): VaultIdentity {
  return {label, source: {kind: 'file', name}};
}
