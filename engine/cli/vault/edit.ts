import {spawn} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {badInput} from '../../diagnostic.js';
import {reasonOf} from '../../reason.js';
import {inPrivateFolder} from './private-folder.js';

/** Lets the user change a text in an editor (`$VISUAL`, `$EDITOR`, vi); no plain text is left behind. Rejects with `BadInput` where the editor fails. */
export function edited(file: string, before: Uint8Array): Promise<Buffer> {
  return inPrivateFolder(async (folder) => {
    const path = join(folder, basename(file));
    writeFileSync(path, before, {mode: 0o600});
    await runEditor(path);
    try {
      return readFileSync(path);
    } catch (error) {
      throw badInput(`what the editor wrote cannot be read: ${reasonOf(error)}`);
    }
  });
}

async function runEditor(path: string): Promise<void> {
  const {VISUAL: visual = '', EDITOR: editor = ''} = process.env;
  const command = [visual, editor, 'vi'].find((each) => each.trim() !== '') ?? 'vi';
  const child = spawn('/bin/sh', ['-c', `${command} "$1"`, 'sh', path], {stdio: 'inherit'});
  const code = await new Promise<string | undefined>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) =>
      resolve(status === 0 ? undefined : status === null ? `signal ${String(signal)}` : `code ${status}`),
    );
  });
  if (code !== undefined)
    throw badInput(`the editor "${command}" ended with ${code}: nothing is written`, 'set EDITOR to the editor to use');
}
