import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {stateRoot} from '../../run/state-folder.js';
import {badInput} from '../../diagnostic.js';
import {reasonOf} from '../../reason.js';
import {runProgram} from './program.js';

/** A key of OpenPGP that signs repositories of packages. */
export interface RepositoryKey {
  /** Where gpg has it; undefined: the user's own folder. */
  readonly home: string | undefined;
  readonly fingerprint: string;
}

const user = 'u7s-play packages';

function gpg(home: string | undefined, words: readonly string[]): Promise<string> {
  const where = home === undefined ? [] : ['--homedir', home];
  return runProgram('gpg', ['--batch', '--quiet', ...where, ...words]);
}

async function fingerprintOf(home: string | undefined, name: string): Promise<string | undefined> {
  const listed = await gpg(home, ['--with-colons', '--list-secret-keys', name]).catch(() => '');
  return /^fpr:(?:[^:]*:){8}([0-9A-F]+):/m.exec(listed)?.[1];
}

/** The user's key of this name; without one a key of this controller and user, made at first use. */
export async function repositoryKey(name: string | undefined): Promise<RepositoryKey> {
  if (name !== undefined) {
    const fingerprint = await fingerprintOf(undefined, name);
    if (fingerprint === undefined) throw badInput(`gpg has no secret key '${name}'`, 'see: gpg --list-secret-keys');
    return {home: undefined, fingerprint};
  }
  const home = join(stateRoot(), 'package-key');
  await mkdir(home, {recursive: true, mode: 0o700});
  let fingerprint = await fingerprintOf(home, user);
  if (fingerprint === undefined) {
    await gpg(home, ['--passphrase', '', '--quick-generate-key', user, 'ed25519', 'sign', 'never']).catch(
      (error: unknown) => {
        throw badInput(`no key can be made: ${reasonOf(error)}`, 'install gpg');
      },
    );
    fingerprint = await fingerprintOf(home, user);
  }
  if (fingerprint === undefined) throw new Error(`Internal error: gpg made no key in ${home}`);
  return {home, fingerprint};
}

/** Writes a file with its signature around it, and resolves with the public key, in letters. */
export async function signFile(
  {home, fingerprint}: RepositoryKey,
  {from, to}: {readonly from: string; readonly to: string},
): Promise<string> {
  const words = ['--yes', '--local-user', fingerprint, '--digest-algo', 'SHA512', '--output', to, '--clearsign', from];
  await gpg(home, words);
  return gpg(home, ['--armor', '--export', fingerprint]);
}
