import {raw, sh} from '../../engine/host.js';
import {ask, peek, promise, refuse, unknown, type FactRequest, type Promised} from '../../engine/task.js';
import {fileFact} from '../facts/file.js';
import type {FileState} from '../facts/file/state.js';
import type {UserState} from '../facts/user.js';

/** The arguments that are about a user's own key. */
export interface SshKeyArgs {
  readonly name: string;
  readonly state: 'present' | 'absent';
  readonly home?: string;
  readonly generate_ssh_key: boolean;
  readonly ssh_key_type: 'rsa' | 'ed25519' | 'ecdsa';
  readonly ssh_key_bits?: number;
  readonly ssh_key_file?: string;
  readonly ssh_key_comment?: string;
}

/** Where the home is, as far as arguments tell. */
export function homeOf({name, home}: {readonly name: string; readonly home?: string}): string {
  return home ?? (name === 'root' ? '/root' : `/home/${name}`);
}

function keyPath(args: SshKeyArgs): string {
  const file = args.ssh_key_file ?? `.ssh/id_${args.ssh_key_type}`;
  return file.startsWith('/') ? file : `${homeOf(args)}/${file}`;
}

/** The questions about the key: the private one, and what the public one says. */
export function sshKeyReads(args: SshKeyArgs): readonly FactRequest<FileState>[] {
  if (!args.generate_ssh_key || args.state === 'absent') return [];
  const path = keyPath(args);
  return [ask(fileFact, {path, digest: false}), ask(fileFact, {path: `${path}.pub`, content: true})];
}

/** A script that makes the key, with what is promised of it; undefined where it is there or nobody wants one. */
export function planSshKey(
  args: SshKeyArgs,
  {user, sshKey: [key]}: {readonly user: UserState; readonly sshKey: readonly FileState[]},
): {readonly script: string; readonly makes: readonly Promised[]} | undefined {
  if (key === undefined || key.exists) return undefined;
  if (user.exists && user.home !== homeOf(args))
    refuse(
      `the home of ${args.name} is '${user.home ?? ''}'`,
      `say 'home: ${user.home ?? ''}' for the key to be there`,
    );
  const path = keyPath(args);
  const folder = path.slice(0, path.lastIndexOf('/'));
  const bits = args.ssh_key_bits === undefined ? [] : ['-b', args.ssh_key_bits];
  const comment = args.ssh_key_comment === undefined ? raw(sh`${args.name}@"$(uname -n)"`) : args.ssh_key_comment;
  const owner = `${args.name}:`;
  const made = {exists: true, type: 'file', owner: args.name, sha256: unknown(`the key of ${args.name}`)} as const;
  return {
    script: sh`{ [ -d ${folder} ] || { mkdir -m 0700 -- ${folder} && chown ${owner} ${folder}; }; } && ssh-keygen -q -t ${args.ssh_key_type} ${bits} -C ${comment} -N '' -f ${path} </dev/null && chown ${owner} ${path} ${`${path}.pub`}`,
    makes: [
      promise(fileFact, {path}, {...made, mode: '0600'}),
      promise(fileFact, {path: `${path}.pub`}, {...made, mode: '0644', content: made.sha256}),
    ],
  };
}

/** What is told of the key. */
export function sshKeyValues(args: SshKeyArgs, [, pub]: readonly FileState[]): Readonly<Record<string, unknown>> {
  return pub === undefined ? {} : {ssh_key_file: keyPath(args), ssh_public_key: peek(() => pub.content?.trim())};
}
