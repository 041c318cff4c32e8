import {randomBytes} from 'node:crypto';
import {chmod, mkdir, readFile, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {hostFolder, labFolder} from './folders.js';
import {command} from './process.js';
import type {LabPlan} from './plan.js';

async function haveKey(file: string, comment: string): Promise<void> {
  const present = await stat(file).catch(() => undefined);
  if (!present) await command(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file]);
}

/** Where the lab's key, its known hosts and its ssh configuration lie. */
export function identityFiles(lab: string): {
  readonly key: string;
  readonly knownHosts: string;
  readonly config: string;
  readonly password: string;
} {
  const folder = labFolder(lab);
  return {
    key: join(folder, 'id_ed25519'),
    knownHosts: join(folder, 'known_hosts'),
    config: join(folder, 'ssh_config'),
    password: join(folder, 'deploypw.password'),
  };
}

/** Makes what a lab needs before its first host: the key that opens every host, and the password of the user `deploypw`. */
export async function haveLabIdentity(lab: string): Promise<void> {
  const files = identityFiles(lab);
  await mkdir(labFolder(lab), {recursive: true, mode: 0o700});
  await haveKey(files.key, `u7s-play lab ${lab}`);
  const present = await stat(files.password).catch(() => undefined);
  if (!present) await writeFile(files.password, randomBytes(12).toString('base64url') + '\n', {mode: 0o600});
}

/** The file of a host's own key, made on the controller so that it is known before the first connection. */
export async function haveHostKey(lab: string, host: string): Promise<string> {
  const file = join(hostFolder(lab, host), 'ssh_host_ed25519_key');
  await haveKey(file, `root@${host}`);
  return file;
}

async function knownHost(
  plan: LabPlan,
  host: {readonly name: string; readonly address: string},
): Promise<readonly string[]> {
  const file = join(hostFolder(plan.name, host.name), 'ssh_host_ed25519_key.pub');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  return [`${host.address},${host.name} ${text.split(' ').slice(0, 2).join(' ')}`];
}

/** Writes the ssh configuration and the known hosts of a lab anew. */
export async function writeSshFiles(plan: LabPlan): Promise<void> {
  const files = identityFiles(plan.name);
  const known: string[] = [];
  for (const host of plan.hosts) known.push(...(await knownHost(plan, host)));
  await writeFile(files.knownHosts, known.map((line) => line.trim() + '\n').join(''));
  const entries = plan.hosts.map(
    ({name, address}) => `Host ${name}\n  HostName ${address}\n  HostKeyAlias ${address}\n`,
  );
  const common = [
    'Host *',
    '  User root',
    `  IdentityFile ${files.key}`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${files.knownHosts}`,
    '  GlobalKnownHostsFile /dev/null',
    '  StrictHostKeyChecking yes',
    '  ConnectTimeout 10',
    '',
  ];
  await writeFile(files.config, [...entries, ...common].join('\n'));
  await chmod(files.config, 0o600);
}
