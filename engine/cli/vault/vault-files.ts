import {randomBytes} from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {badInput} from '../../diagnostic.js';
import {reasonOf} from '../../reason.js';
import {isSealed} from '../../vault/format.js';
import {complain, reveal} from '../speak.js';

/** Standard input or output. */
export const standard = '-';

/** The bytes of a file or of standard input; throws `BadInput` where it cannot be read. */
export function readContent(file: string): Buffer {
  if (file === standard && process.stdin.isTTY)
    complain('reading from standard input; a line of Ctrl-D alone ends it\n');
  try {
    return readFileSync(file === standard ? 0 : file);
  } catch (error) {
    throw badInput(`"${file}" cannot be read: ${reasonOf(error)}`);
  }
}

/** The sealed text of a file; throws `BadInput` where it is not sealed. */
export function readSealed(file: string): string {
  const bytes = readContent(file);
  if (!isSealed(bytes)) throw badInput(`"${file}" is not encrypted`);
  return bytes.toString('latin1');
}

/** Writes a file beside its place and renames it, with the owner and mode of what was there, else for its owner alone; a link stays one. */
export function writeContent(file: string, content: string | Uint8Array): void {
  if (file === standard) {
    reveal(content);
    return;
  }
  try {
    replace(existsSync(file) ? realpathSync(file) : file, content);
  } catch (error) {
    throw badInput(`"${file}" cannot be written: ${reasonOf(error)}`);
  }
}

function replace(path: string, content: string | Uint8Array): void {
  const present = statSync(path, {throwIfNoEntry: false});
  const beside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    const file = openSync(beside, 'wx', 0o600);
    try {
      writeFileSync(file, content);
      if (present) keepOwner(file, present);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (present) chmodSync(beside, present.mode & 0o7777);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, {force: true});
    throw error;
  }
}

function keepOwner(file: number, {uid, gid}: {readonly uid: number; readonly gid: number}): void {
  try {
    fchownSync(file, uid, gid);
  } catch (error) {
    // Only root may give a file away: a file of somebody else becomes that of who writes it.
    if (process.getuid?.() === 0) throw error;
  }
}
