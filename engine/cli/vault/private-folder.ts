import {accessSync, constants, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const signals = {SIGHUP: 1, SIGINT: 2, SIGTERM: 15} as const;

/** Does some work with a folder that nobody else can read, in memory where the system has such a place; it is gone afterwards, also after a signal. */
export async function inPrivateFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(placeInMemory() ?? tmpdir(), 'u7s-vault-'));
  const remove = (): void => {
    rmSync(folder, {recursive: true, force: true});
  };
  const leave = (signal: keyof typeof signals): void => {
    remove();
    process.exit(128 + signals[signal]);
  };
  const names = Object.keys(signals) as (keyof typeof signals)[];
  for (const name of names) process.on(name, leave);
  process.on('exit', remove);
  try {
    return await work(folder);
  } finally {
    remove();
    for (const name of names) process.off(name, leave);
    process.off('exit', remove);
  }
}

function placeInMemory(): string | undefined {
  return [process.env['XDG_RUNTIME_DIR'], '/dev/shm'].find((place) => place !== undefined && isWritable(place));
}

function isWritable(place: string): boolean {
  try {
    accessSync(place, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
