import {stat} from 'node:fs/promises';
import {homedir} from 'node:os';
import {basename, dirname, join, resolve} from 'node:path';
import type {Play} from '../load/project.js';
import type {LocalDestination} from '../task.js';
import type {HashCache} from './hash-cache.js';
import {readLocal} from './local-source.js';

/** What of a machine comes to lie at a place of the controller. */
export interface PlaceInside {
  readonly host: string;
  /** Its absolute path there. */
  readonly source: string;
  /** The place is not below a folder of the host. */
  readonly flat: boolean;
}

/** Where it lies below the folder that is named; undefined where the name is that of the file itself. */
function placeInside(name: string, {host, source, flat}: PlaceInside): string | undefined {
  if (!flat) return join(host, source);
  return name.endsWith('/') ? basename(source) : undefined;
}

/** Describes the place of the controller that a task writes to; a relative one begins in the playbook's folder, and a slash at its end makes it a folder. */
export async function readDestination(
  name: string,
  {play, hashes, inside}: {readonly play: Play; readonly hashes: HashCache; readonly inside?: PlaceInside | undefined},
): Promise<LocalDestination> {
  const named = resolve(dirname(play.file), name.startsWith('~/') ? join(homedir(), name.slice(2)) : name);
  const below = inside && placeInside(name, inside);
  const path = below === undefined ? named : join(named, below);
  const status = await stat(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (status === undefined) return {path, type: below === undefined && name.endsWith('/') ? 'directory' : 'absent'};
  const mode = (status.mode & 0o7777).toString(8).padStart(4, '0');
  if (status.isDirectory()) return {path, type: 'directory', mode};
  const source = await readLocal(path, hashes);
  return {path, type: 'file', mode, ...(source.type === 'file' ? {sha256: source.sha256} : {})};
}
