import type {VaultFlags} from '../../vault/identity.js';

/** What all actions with encrypted files and texts share. */
interface Passwords {
  readonly passwords: VaultFlags;
}

/** Those that encrypt: the vault id to do it with, where several are given. */
interface Sealing extends Passwords {
  readonly encryptId: string | undefined;
}

/** What is to be done with encrypted files or texts; a file `-` is standard input, an output `-` standard output. */
export type VaultAction =
  | (Sealing & {readonly action: 'encrypt'; readonly files: readonly string[]; readonly output: string | undefined})
  | (Passwords & {readonly action: 'decrypt'; readonly files: readonly string[]; readonly output: string | undefined})
  | (Passwords & {readonly action: 'view'; readonly files: readonly string[]})
  | (Sealing & {readonly action: 'edit' | 'create'; readonly file: string})
  | (Sealing & {
      readonly action: 'rekey';
      readonly files: readonly string[];
      readonly newId: string | undefined;
      readonly newPasswordFile: string | undefined;
    })
  | (Sealing & {
      readonly action: 'encrypt_string';
      readonly strings: readonly string[];
      /** Names of variables, in the order of the strings. */
      readonly names: readonly string[];
      readonly inputName: string | undefined;
      readonly prompt: boolean;
      readonly showInput: boolean;
      readonly output: string | undefined;
    });
