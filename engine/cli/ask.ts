import {createInterface} from 'node:readline/promises';
import {Writable} from 'node:stream';
import {BadInput} from '../diagnostic.js';
import type {LoginOptions} from './invocation.js';

/** The user did not answer, but pressed Ctrl-C or Ctrl-D. */
export class NotAnswered extends Error {
  override readonly name = 'NotAnswered';
}

/** Passwords that were asked for. */
export interface Passwords {
  readonly login: string | undefined;
  readonly become: string | undefined;
}

/** Asks for the passwords that `-k` and `-K` want; an empty answer for sudo means the login password, as with Ansible. */
export async function askPasswords({askPassword, askBecomePassword}: LoginOptions): Promise<Passwords> {
  const login = askPassword ? await askSecret('SSH password') : undefined;
  const become = askBecomePassword
    ? await askSecret(`BECOME password${askPassword ? ' [default: SSH password]' : ''}`)
    : undefined;
  return {login, become: become === '' ? login : become};
}

/** Asks on the terminal for something that is not shown while it is typed. */
async function askSecret(prompt: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new BadInput([
      {
        severity: 'error',
        at: undefined,
        message: `"${prompt}" cannot be asked without a terminal`,
        hint: 'set the variable in the inventory instead',
      },
    ]);
  }
  process.stderr.write(`${prompt}: `);
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const lines = createInterface({input: process.stdin, output: nowhere, terminal: true});
  const closed = new Promise<never>((_, reject) => {
    lines.once('SIGINT', () => lines.close());
    lines.once('close', () => reject(new NotAnswered(`"${prompt}" was not answered`)));
  });
  try {
    return await Promise.race([lines.question(''), closed]);
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
