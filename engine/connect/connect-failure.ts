import {Unreachable} from '../host.js';
import type {Credentials} from './authentication.js';
import type {ConnectionSettings} from './connection.js';

/** An error of the SSH library: of the socket (`code`) or of a stage of its own (`level`). */
export type LibraryError = NodeJS.ErrnoException & {readonly level?: string};

/** The machine hung up before it said who it is. */
export class Dropped extends Error {
  readonly reason: Unreachable;

  constructor(reason: Unreachable) {
    super(reason.message);
    this.reason = reason;
  }
}

/** Says why a connection was not made, and what to do about it; `Dropped` where another attempt may succeed. */
export function explain(
  settings: ConnectionSettings,
  seen: {
    readonly error: LibraryError;
    readonly ways: Credentials;
    readonly keySeen: boolean;
  },
): Error {
  const {error, ways, keySeen} = seen;
  const where = `${settings.address} port ${settings.port}`;
  const lost = (reason: string, hint?: string): Unreachable => new Unreachable(settings.name, reason, {hint});
  if (error.level === 'client-authentication') {
    return lost(
      `${settings.user}@${settings.address} refuses the login (tried: ${ways.tried.join(', ') || 'nothing'})`,
      ways.list.length === 0
        ? 'give a key (ansible_ssh_private_key_file, --private-key), an agent or ansible_password'
        : `see whether this works: ssh -p ${settings.port} ${settings.user}@${settings.address}`,
    );
  }
  if (error.level === 'client-timeout') return lost(`${where} gives no answer within ${settings.connectTimeout} s`);
  switch (error.code) {
    case 'ECONNREFUSED':
      return lost(`nothing listens at ${where}`, 'is sshd running there, and is ansible_port right?');
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return lost(`the name "${settings.address}" cannot be resolved`, 'set ansible_host');
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return lost(`there is no way to ${where}`);
    default: {
      const reason = lost(`the connection to ${where} failed: ${error.message}`);
      return keySeen ? reason : new Dropped(reason);
    }
  }
}
