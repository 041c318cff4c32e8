import {seal, unseal} from './cipher.js';
import {formatEnvelope, isSealed, parseEnvelope, type VaultProblem} from './format.js';
import type {VaultIdentity} from './identity.js';
import {readPassword} from './password-source.js';

/** What of a sealed text came out, and what seals it again under the same name and password. */
export type Opened = {readonly bytes: Buffer; readonly seal: (plain: Uint8Array) => string} | VaultProblem;

/** Passwords by their names. Each is read or asked for when something sealed is met that no other one opens, and once. */
export interface Vault {
  /** Whether there is a password at all, or one that can be asked for. */
  readonly given: boolean;
  /** Opens a sealed text. Throws `PasswordWanted` where the user must be asked first, `BadInput` where a password cannot be read. */
  open(sealed: string): Opened;
  /** Seals bytes under the password of a name. */
  seal(plain: Uint8Array, label: string): string;
}

export interface VaultOptions {
  readonly identities: readonly VaultIdentity[];
  /** Asks the user; the name is undefined for a password without one. */
  readonly ask: (label: string) => Promise<string>;
  /** From where files are named. */
  readonly cwd: string;
}

/** A password must be asked for before anything can go on: `answer` does that. */
export class PasswordWanted extends Error {
  override readonly name = 'PasswordWanted';
  readonly answer: () => Promise<void>;

  constructor(label: string, answer: () => Promise<void>) {
    super(`the password of vault id "${label}" was not asked for yet`);
    this.answer = answer;
  }
}

/** Does some work again after each password that it finds it needs. */
export async function answering<T>(work: () => T): Promise<Awaited<T>> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PasswordWanted)) throw error;
      await error.answer();
    }
  }
}

/** Knows where the passwords are; nothing is read yet. */
export function createVault({identities, ask, cwd}: VaultOptions): Vault {
  const passwords = new Map<VaultIdentity, Buffer>();

  function passwordOf(identity: VaultIdentity): Buffer {
    const known = passwords.get(identity);
    if (known !== undefined) return known;
    const {label, source} = identity;
    if (source.kind === 'prompt') {
      throw new PasswordWanted(label, async () => {
        passwords.set(identity, Buffer.from(await ask(label)));
      });
    }
    const password = Buffer.from(fileText(source.name, label));
    passwords.set(identity, password);
    return password;
  }

  /** The file of a password may be sealed itself, under another one. */
  function fileText(name: string, label: string): string {
    const text = readPassword({name, what: 'vault password', label}, cwd);
    if (!isSealed(text)) return text;
    const others = identities.filter(({source}) => source.kind === 'prompt' || source.name !== name);
    const opened = openWith(others, text);
    if ('problem' in opened) return text;
    return opened.bytes.toString('utf8').replace(/[\r\n]+$/, '');
  }

  function openWith(tried: readonly VaultIdentity[], text: string): Opened {
    const envelope = parseEnvelope(text);
    if ('problem' in envelope) return envelope;
    const {label, digits} = envelope;
    for (const identity of inOrder(tried, label)) {
      const password = passwordOf(identity);
      const bytes = unseal(digits, password);
      if (bytes !== undefined) return {bytes, seal: (plain) => sealed(plain, label, password)};
    }
    return unopened(label, tried);
  }

  /** Those of the wanted name first, and nobody is asked while a file may do. */
  function inOrder(tried: readonly VaultIdentity[], label: string): readonly VaultIdentity[] {
    const cost = (identity: VaultIdentity): number =>
      (identity.label === label ? 0 : 2) + (identity.source.kind === 'prompt' && !passwords.has(identity) ? 1 : 0);
    return [...tried].sort((one, other) => cost(one) - cost(other));
  }

  return {
    given: identities.length > 0,
    open: (text) => openWith(identities, text),
    seal(plain, label) {
      const identity = identities.find((each) => each.label === label);
      if (identity === undefined) throw new Error(`Internal error: no vault password "${label}"`);
      return sealed(plain, label, passwordOf(identity));
    },
  };
}

function sealed(plain: Uint8Array, label: string, password: Uint8Array): string {
  return formatEnvelope({label, digits: seal(plain, password)});
}

function unopened(label: string, tried: readonly VaultIdentity[]): VaultProblem {
  const wanted = `encrypted with vault id "${label}"`;
  if (tried.length === 0)
    return {
      problem: `${wanted}, and no vault password is given`,
      hint: `give it: --vault-id ${label}@FILE, --vault-password-file FILE, or --ask-vault-pass`,
    };
  const names = [...new Set(tried.map((identity) => `"${identity.label}"`))].join(', ');
  if (tried.some((identity) => identity.label === label))
    return {
      problem: `${wanted}, and the password given for it does not open it`,
      hint: 'the password is wrong, or the text was changed after it was encrypted',
    };
  return {
    problem: `${wanted}, and no password given opens it (vault ids ${names})`,
    hint: `give its password: --vault-id ${label}@FILE`,
  };
}
