import {stat} from 'node:fs/promises';
import {homedir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import type {Play} from '../load/project.js';
import type {LocalDestination} from '../task.js';
import type {HashCache} from './hash-cache.js';
import {readLocal} from './local-source.js';

/** Describes the place of the controller that a task writes to; a relative one begins in the playbook's folder, and a slash at its end makes it a folder. */
export async function readDestination(
  name: string,
  {play, hashes}: {readonly play: Play; readonly hashes: HashCache},
): Promise<LocalDestination> {
  const path = resolve(dirname(play.file), name.startsWith('~/') ? join(homedir(), name.slice(2)) : name);
  const status = await stat(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (status === undefined) return {path, type: name.endsWith('/') ? 'directory' : 'absent'};
  const mode = (status.mode & 0o7777).toString(8).padStart(4, '0');
  if (status.isDirectory()) return {path, type: 'directory', mode};
  const source = await readLocal(path, hashes);
  return {path, type: 'file', mode, ...(source.type === 'file' ? {sha256: source.sha256} : {})};
}
