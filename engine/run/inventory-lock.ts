import {linkSync, readFileSync, rmSync, unlinkSync, writeFileSync} from 'node:fs';
import {hostname, userInfo} from 'node:os';
import {join} from 'node:path';
import {type BadInput, badInput} from '../diagnostic.js';

/** Who holds the inventory. */
export interface LockHolder {
  readonly pid: number;
  /** Tells a process from a later one with the same number. */
  readonly started: string;
  readonly controller: string;
  readonly user: string;
  /** ISO 8601. */
  readonly since: string;
  readonly command: string;
}

/** Takes the inventory for this process; returns what gives it back. Throws `BadInput` that says who holds it. */
export function lockInventory(
  folder: string,
  {command = process.argv.slice(1).join(' ')}: {readonly command?: string} = {},
): () => void {
  const path = join(folder, 'lock');
  const holder: LockHolder = {
    pid: process.pid,
    started: startOf(process.pid) ?? '',
    controller: hostname(),
    user: userName(),
    since: new Date().toISOString(),
    command,
  };
  const own = `${path}.${process.pid}`;
  writeFileSync(own, JSON.stringify(holder), {mode: 0o600});
  try {
    // A link is made whole or not at all: nobody reads half a lock.
    for (let attempt = 0; !take(own, path); attempt++) {
      const present = readHolder(path);
      if (present !== undefined && (isAlive(present) || attempt > 3)) throw held(present, path);
      rmSync(path, {force: true});
    }
  } finally {
    unlinkSync(own);
  }
  return () => {
    if (readHolder(path)?.pid === process.pid) rmSync(path, {force: true});
  };
}

function take(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function held({pid, user, since, command}: LockHolder, path: string): BadInput {
  return badInput(
    `another run holds this inventory: process ${pid} of ${user}, since ${since}: ${command}`,
    `wait for it to end; '--check' needs no lock. The lock is ${path}`,
  );
}

function readHolder(path: string): LockHolder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LockHolder;
  } catch {
    return undefined;
  }
}

function isAlive({pid, started, controller}: LockHolder): boolean {
  // The folder may be shared by machines: another one's processes cannot be looked at.
  if (controller !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  const now = startOf(pid);
  return started === '' || now === undefined || now === started;
}

/** When a process began, in ticks since boot (Linux). */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? '');
  }
}
