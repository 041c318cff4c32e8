import {readFileSync, statSync} from 'node:fs';
import {appendFile, mkdir} from 'node:fs/promises';
import {dirname} from 'node:path';
import {quote, Unreachable} from '../host.js';
import type {ConnectionSettings} from './connection.js';
import {
  fingerprint,
  judge,
  keyAlgorithms,
  keysByName,
  keyType,
  knownHostName,
  knownHostsLine,
  parseKnownHosts,
  type KnownKey,
} from './known-hosts.js';

/** The check of one machine's key, made before the connection and asked within it. */
export interface HostKeyCheck {
  /** Algorithms to ask for, in order. */
  readonly algorithms: readonly string[];
  /** Undefined when the key may be trusted (it is then remembered where the settings say so), else why not. */
  verify(key: Buffer): Promise<Unreachable | undefined>;
}

/** Reads what is known of a machine's key; throws `Unreachable` where that cannot be read. */
export function hostKeyCheck(settings: ConnectionSettings): HostKeyCheck {
  const name = settings.hostKeyAlias ?? knownHostName(settings.address, settings.port);
  let known: readonly KnownKey[];
  try {
    known = settings.knownHostsFiles.flatMap((file) => knownIn(file)(name));
  } catch (error) {
    throw new Unreachable(settings.name, `the known hosts cannot be read: ${String(error)}`);
  }
  return {
    algorithms: keyAlgorithms(known),
    verify: (key) => verify(settings, {name, key, known, verdict: judge(known, key)}),
  };
}

type KeysByName = ReturnType<typeof keysByName>;

const read = new Map<string, {readonly state: string; readonly keys: KeysByName}>();

/** What a file knows, read again when it has changed: a thousand machines may be looked for in it. */
function knownIn(file: string): KeysByName {
  const status = statSync(file, {throwIfNoEntry: false});
  if (status === undefined) return () => [];
  const state = [status.ino, status.size, status.mtimeMs].join(' ');
  const before = read.get(file);
  if (before?.state === state) return before.keys;
  const keys = keysByName(parseKnownHosts(readFileSync(file, 'utf8'), file));
  read.set(file, {state, keys});
  return keys;
}

async function verify(
  settings: ConnectionSettings,
  shown: {
    readonly name: string;
    readonly key: Buffer;
    readonly known: readonly KnownKey[];
    readonly verdict: ReturnType<typeof judge>;
  },
): Promise<Unreachable | undefined> {
  if (settings.hostKeyChecking === 'off') return undefined;
  const {name, key, known, verdict} = shown;
  const what = `${keyType(key)} ${fingerprint(key)}`;
  const [file] = settings.knownHostsFiles;
  switch (verdict.kind) {
    case 'known':
      return undefined;
    case 'revoked':
      return new Unreachable(settings.name, `${name} shows a key that is revoked (${what})`, {
        hint: `${verdict.known.file}:${verdict.known.line} revokes it; the machine needs a new key`,
      });
    case 'changed': {
      const {file: knownFile, line} = verdict.known;
      return new Unreachable(settings.name, `the key of ${name} has changed: it now shows ${what}`, {
        hint: `${knownFile}:${line} knows another key; somebody may be in between. If the machine was made anew: ssh-keygen -R ${quote(name)} -f ${quote(knownFile)}`,
      });
    }
    case 'unknown':
      break;
  }
  if (settings.hostKeyChecking === 'accept-new' && file !== undefined) {
    await mkdir(dirname(file), {recursive: true, mode: 0o700});
    await appendFile(file, knownHostsLine(name, key), {mode: 0o600});
    return undefined;
  }
  const authority = known.find((entry) => entry.marker === 'cert-authority');
  const note =
    authority === undefined
      ? ''
      : `the authority in ${authority.file}:${authority.line} is not asked: certificates are not supported; `;
  return new Unreachable(settings.name, `the key of ${name} is not known: it shows ${what}`, {
    hint: `${note}compare it with the machine's own (ssh-keygen -lf /etc/ssh/ssh_host_${shortType(key)}_key.pub), then connect once by ssh, or set ansible_host_key_checking: accept-new`,
  });
}

function shortType(key: Buffer): string {
  const type = keyType(key);
  if (type.startsWith('ecdsa')) return 'ecdsa';
  return type === 'ssh-rsa' ? 'rsa' : 'ed25519';
}
