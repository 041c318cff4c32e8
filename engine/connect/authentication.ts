import {readFileSync} from 'node:fs';
import {connect} from 'node:net';
import type {ConnectionSettings} from './connection.js';

/** A way to log in, in the form that the SSH library takes. */
export type Credential =
  | {readonly type: 'publickey'; readonly username: string; readonly key: Buffer}
  | {readonly type: 'agent'; readonly username: string; readonly agent: string}
  | {readonly type: 'password'; readonly username: string; readonly password: string}
  | {
      readonly type: 'keyboard-interactive';
      readonly username: string;
      readonly prompt: (
        name: string,
        instructions: string,
        language: string,
        prompts: readonly unknown[],
        finish: (answers: string[]) => void,
      ) => void;
    };

/** All ways to log in, in order, and what there is to say about each when none succeeds. */
export interface Credentials {
  readonly list: readonly Credential[];
  /** `key ~/.ssh/id_ed25519`, `key x (encrypted: add it to an agent)`, `agent`, `password`. */
  readonly tried: readonly string[];
}

/** Gathers the ways to log in: the keys that were named, the agent, the password. */
export async function credentials(settings: ConnectionSettings): Promise<Credentials> {
  const username = settings.user;
  const list: Credential[] = [];
  const tried: string[] = [];
  for (const file of settings.privateKeyFiles) {
    const key = readKey(file);
    if (typeof key === 'string') {
      tried.push(`key ${file} (${key})`);
    } else {
      list.push({type: 'publickey', username, key});
      tried.push(`key ${file}`);
    }
  }
  const encrypted = tried.some((text) => text.includes(wantsAgent));
  if (settings.agent !== undefined && (encrypted || !settings.identitiesOnly)) {
    // A socket that nobody listens on would end the whole attempt.
    const answers = await answersAt(settings.agent);
    if (answers) list.push({type: 'agent', username, agent: settings.agent});
    tried.push(answers ? 'agent' : `agent ${settings.agent} (does not answer)`);
  }
  const {password} = settings;
  if (password !== undefined) {
    list.push({type: 'password', username, password});
    // What PAM asks by this way is taken to be the password, as sshpass does.
    list.push({
      type: 'keyboard-interactive',
      username,
      prompt: (_name, _instructions, _language, prompts, finish) => finish(prompts.map(() => password)),
    });
    tried.push('password');
  }
  return {list, tried};
}

function readKey(file: string): Buffer | string {
  let key: Buffer;
  try {
    key = readFileSync(file);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return missing ? 'no such file' : 'cannot be read';
  }
  return isEncrypted(key.toString('latin1')) ? wantsAgent : key;
}

const wantsAgent = 'encrypted: add it to an agent by ssh-add';

function answersAt(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('error', () => resolve(false));
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** Whether a private key in PEM form wants a passphrase. */
export function isEncrypted(pem: string): boolean {
  if (pem.includes('ENCRYPTED')) return true;
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END/.exec(pem)?.[1];
  if (body === undefined) return false;
  const bytes = Buffer.from(body, 'base64');
  const magic = 'openssh-key-v1\0';
  if (bytes.toString('latin1', 0, magic.length) !== magic) return false;
  const length = bytes.readUInt32BE(magic.length);
  return bytes.toString('latin1', magic.length + 4, magic.length + 4 + length) !== 'none';
}
