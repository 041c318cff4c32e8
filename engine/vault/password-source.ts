import {spawnSync} from 'node:child_process';
import {readFileSync, statSync} from 'node:fs';
import {homedir} from 'node:os';
import {basename, extname, join, resolve} from 'node:path';
import {badInput} from '../diagnostic.js';
import {reasonOf} from '../reason.js';

/** Where a password is read: a file, a program that prints it, standard input (`-`). `what` names it in messages: `vault password`. */
export interface PasswordFile {
  readonly name: string;
  readonly what: string;
  /** The vault id that is told to programs whose name ends with `-client`. */
  readonly label?: string;
}

// A program may ask somebody who is not at the desk.
const longest = 300_000;

/** Reads a password; line ends at its end are not part of it. Throws `BadInput` where there is none. */
export function readPassword(source: PasswordFile, cwd: string): string {
  const {name, what} = source;
  const path = resolve(cwd, name.startsWith('~/') ? join(homedir(), name.slice(2)) : name);
  const password = (name === '-' ? fromInput(what) : fromFile(path, source)).replace(/[\r\n]+$/, '');
  if (password === '') throw badInput(`the ${what} in "${name}" is empty`);
  return password;
}

function fromInput(what: string): string {
  try {
    return readFileSync(0, 'utf8');
  } catch (error) {
    throw badInput(`the ${what} cannot be read from standard input: ${reasonOf(error)}`);
  }
}

function fromFile(path: string, source: PasswordFile): string {
  const {name, what} = source;
  const status = statSync(path, {throwIfNoEntry: false});
  if (status === undefined) throw badInput(`the file of the ${what}, "${name}", is not there`);
  if (status.isFile() && (status.mode & 0o111) !== 0) return fromProgram(path, source);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw badInput(`the file of the ${what}, "${name}", cannot be read: ${reasonOf(error)}`);
  }
}

function fromProgram(path: string, {name, what, label}: PasswordFile): string {
  const wantsLabel = basename(path, extname(path)).endsWith('-client') && label !== undefined;
  const {error, status, signal, stdout} = spawnSync(path, wantsLabel ? ['--vault-id', label] : [], {
    stdio: ['inherit', 'pipe', 'inherit'],
    timeout: longest,
  });
  const noProgram = 'where it is no program but holds the password itself: chmod a-x';
  if (error !== undefined)
    throw badInput(`the program "${name}", which gives the ${what}, cannot be run: ${error.message}`, noProgram);
  const end = status === null ? `signal ${String(signal)}` : `code ${status}`;
  if (status !== 0) throw badInput(`the program "${name}", which gives the ${what}, ended with ${end}`, noProgram);
  return stdout.toString('utf8');
}
