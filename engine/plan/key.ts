import {randomBytes} from 'node:crypto';
import {linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {badInput} from '../diagnostic.js';

const bytes = 32;

/** The controller's key, with which plans are signed and digests are made; it is made at its first use, readable by its user alone. */
export function planKey(folder: string): Uint8Array {
  const path = join(folder, 'plan.key');
  const present = read(path);
  if (present !== undefined) return present;
  mkdirSync(folder, {recursive: true, mode: 0o700});
  const own = `${path}.${process.pid}`;
  writeFileSync(own, randomBytes(bytes), {mode: 0o600});
  try {
    // A link is made whole or not at all: of two who make a key at once, one wins.
    linkSync(own, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    unlinkSync(own);
  }
  const made = read(path);
  if (made === undefined) throw new Error(`Internal error: no key in ${path}`);
  return made;
}

function read(path: string): Uint8Array | undefined {
  const status = statSync(path, {throwIfNoEntry: false});
  if (status === undefined) return undefined;
  if ((status.mode & 0o077) !== 0)
    throw badInput(
      `the key of plans, "${path}", can be read by others`,
      `chmod 600 ${path}, or remove it and plan again`,
    );
  const key = readFileSync(path);
  if (key.length !== bytes) throw badInput(`the key of plans, "${path}", is broken`, 'remove it and plan again');
  return key;
}
