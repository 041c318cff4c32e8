import {existsSync} from 'node:fs';
import {badInput} from '../../diagnostic.js';
import {isSealed} from '../../vault/format.js';
import {identityOf} from '../../vault/identity.js';
import {answering, type Vault} from '../../vault/vault.js';
import {complain, reveal} from '../speak.js';
import type {VaultAction} from './action.js';
import {edited} from './edit.js';
import {textsOf, yamlOf} from './encrypt-string.js';
import {openingVault, sealUnder, sealWith} from './keys.js';
import {readContent, readSealed, standard, writeContent} from './vault-files.js';

/** Encrypts, decrypts or changes what the command line names. Rejects with `BadInput`; a file that fails leaves those before it done. */
export async function carryOutVault(action: VaultAction): Promise<void> {
  switch (action.action) {
    case 'encrypt': {
      const {files, place} = filesOf(action);
      const contents = files.map((file) => ({file, plain: notSealed(file, readContent(file))}));
      const seal = await sealWith(action.passwords, action.encryptId);
      for (const {file, plain} of contents) writeContent(place(file), seal(plain));
      done('encrypted');
      return;
    }
    case 'decrypt': {
      const {files, place} = filesOf(action);
      const vault = openingVault(action.passwords);
      for (const file of files) writeContent(place(file), (await opened(vault, file)).bytes);
      done('decrypted');
      return;
    }
    case 'view': {
      const vault = openingVault(action.passwords);
      for (const file of action.files) reveal((await opened(vault, file)).bytes);
      return;
    }
    case 'edit': {
      const {bytes, seal} = await opened(openingVault(action.passwords), action.file);
      const other = action.encryptId === undefined ? undefined : await sealWith(action.passwords, action.encryptId);
      const changed = await edited(action.file, bytes);
      if (changed.equals(bytes) && other === undefined) return;
      writeContent(action.file, (other ?? seal)(changed));
      return;
    }
    case 'create': {
      if (existsSync(action.file)) throw badInput(`"${action.file}" is there already`, 'change it: vault edit');
      const seal = await sealWith(action.passwords, action.encryptId);
      writeContent(action.file, seal(await edited(action.file, new Uint8Array())));
      return;
    }
    case 'rekey': {
      const vault = openingVault(action.passwords);
      const contents: {readonly file: string; readonly plain: Buffer}[] = [];
      for (const file of action.files) contents.push({file, plain: (await opened(vault, file)).bytes});
      const seal = await sealUnder(newIdentity(action));
      for (const {file, plain} of contents) writeContent(file, seal(plain));
      done('encrypted under the new password');
      return;
    }
    case 'encrypt_string': {
      const seal = await sealWith(action.passwords, action.encryptId);
      writeContent(action.output ?? standard, yamlOf(await textsOf(action), seal));
      return;
    }
  }
}

/** The files, and where the result of each goes: into its place, or where `--output` says. */
function filesOf({files, output}: {readonly files: readonly string[]; readonly output: string | undefined}): {
  readonly files: readonly string[];
  readonly place: (file: string) => string;
} {
  if (output !== undefined && files.length > 1) throw badInput('"--output" is for one file', 'give one file alone');
  return {files: files.length === 0 ? [standard] : files, place: (file) => output ?? file};
}

function notSealed(file: string, bytes: Buffer): Buffer {
  if (isSealed(bytes)) throw badInput(`"${file}" is encrypted already`, 'another password: vault rekey');
  return bytes;
}

async function opened(
  vault: Vault,
  file: string,
): Promise<{readonly bytes: Buffer; readonly seal: (plain: Uint8Array) => string}> {
  const sealed = readSealed(file);
  const found = await answering(() => vault.open(sealed));
  if ('problem' in found) throw badInput(`"${file}" is ${found.problem}`, found.hint);
  return found;
}

function newIdentity({
  newId,
  newPasswordFile,
  encryptId,
}: Extract<VaultAction, {action: 'rekey'}>): ReturnType<typeof identityOf> {
  if (newId !== undefined && newPasswordFile !== undefined)
    throw badInput('"--new-vault-id" and "--new-vault-password-file" both name the new password', 'give one of them');
  if (newId !== undefined) return identityOf(newId);
  const label = encryptId === undefined ? '' : `${encryptId}@`;
  return identityOf(`${label}${newPasswordFile ?? 'prompt'}`);
}

function done(what: string): void {
  if (process.stdout.isTTY) complain(`${what}\n`);
}
