import {createInterface} from 'node:readline/promises';
import {Writable} from 'node:stream';
import {badInput} from '../diagnostic.js';
import {readPassword} from '../vault/password-source.js';
import type {LoginOptions} from './invocation.js';

/** The user did not answer, but pressed Ctrl-C or Ctrl-D. */
export class NotAnswered extends Error {
  override readonly name = 'NotAnswered';
}

/** Passwords that were asked for, or read from files. */
export interface Passwords {
  readonly login: string | undefined;
  readonly become: string | undefined;
}

/** Gets the passwords that `-k` and `-K` and their files are for; an empty answer for sudo means the login password, as with Ansible. */
export async function askPasswords(options: LoginOptions): Promise<Passwords> {
  const {askPassword, askBecomePassword, passwordFile, becomePasswordFile} = options;
  const login =
    passwordFile === undefined
      ? askPassword
        ? await askSecret('SSH password', cannotAsk)
        : undefined
      : readPassword({name: passwordFile, what: 'SSH password'}, process.cwd());
  if (becomePasswordFile !== undefined)
    return {login, become: readPassword({name: becomePasswordFile, what: 'BECOME password'}, process.cwd())};
  const hasLogin = login !== undefined;
  const become = askBecomePassword
    ? await askSecret(`BECOME password${hasLogin ? ' [default: SSH password]' : ''}`, cannotAsk)
    : undefined;
  return {login, become: become === '' ? login : become};
}

const cannotAsk = 'give a file or a program: --connection-password-file, --become-password-file';

/** Asks on the terminal for something that is not shown while it is typed; `instead` says what to do where there is no terminal. */
export function askSecret(prompt: string, instead: string): Promise<string> {
  return ask(prompt, {instead, shown: false});
}

/** Asks whoever sits at the terminal; undefined where nobody does. */
export async function askPerson(prompt: string, {shown}: {readonly shown: boolean}): Promise<string | undefined> {
  return process.stdin.isTTY ? ask(prompt, {instead: '', shown}) : undefined;
}

/** Asks on the terminal for a line. Rejects with `BadInput` where there is no terminal, and with `NotAnswered`. */
export async function ask(
  prompt: string,
  {instead, shown}: {readonly instead: string; readonly shown: boolean},
): Promise<string> {
  if (!process.stdin.isTTY) throw badInput(`"${prompt}" cannot be asked without a terminal`, instead);
  if (!shown) process.stderr.write(`${prompt}: `);
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const lines = createInterface({input: process.stdin, output: shown ? process.stderr : nowhere, terminal: true});
  const closed = new Promise<never>((_, reject) => {
    lines.once('SIGINT', () => lines.close());
    lines.once('close', () => reject(new NotAnswered(`"${prompt}" was not answered`)));
  });
  try {
    return await Promise.race([lines.question(shown ? `${prompt}: ` : ''), closed]);
  } finally {
    lines.close();
    if (!shown) process.stderr.write('\n');
  }
}
