import {basename, join} from 'node:path';
import type {LocalSource} from '../../engine/task.js';
import type {Excludes} from './exclude.js';

/** What shall stand below the destination; `path` is relative to it. */
export type WantedEntry = {readonly path: string; readonly mode?: string; readonly mtime?: number} & (
  | {readonly type: 'directory'}
  | {readonly type: 'link'; readonly target: string}
  | {readonly type: 'file'; readonly local: string; readonly sha256: string; readonly size: number}
);

export interface WantedOptions {
  readonly recursive: boolean;
  /** Links become what they lead to. */
  readonly copyLinks: boolean;
  readonly excluded: Excludes;
}

/** The entries that a source puts below the destination: a folder itself unless it is written with a slash at its end. */
export function wantedEntries(
  src: LocalSource,
  {recursive, copyLinks, excluded}: WantedOptions,
): readonly WantedEntry[] {
  if (src.type === 'file') {
    const {path, sha256, size, mode, mtime} = src;
    return [{path: basename(path), type: 'file', local: path, sha256, size, ...attributes({mode, mtime})}];
  }
  const top = src.path.endsWith('/') ? '' : basename(src.path);
  const found: WantedEntry[] = top === '' ? [] : [{path: top, type: 'directory'}];
  let shut: string | undefined;
  for (const entry of recursive ? [...src.entries].sort((a, b) => (a.path < b.path ? -1 : 1)) : []) {
    if (shut !== undefined && entry.path.startsWith(`${shut}/`)) continue;
    if (excluded(entry.path, entry.type === 'directory' && entry.target === undefined)) continue;
    const path = join(top, entry.path);
    const told = attributes(entry);
    if (entry.target !== undefined && !copyLinks) {
      // What lies behind a link is not walked into.
      shut = entry.path;
      found.push({path, type: 'link', target: entry.target});
    } else if (entry.type === 'directory') {
      found.push({path, type: 'directory', ...told});
    } else {
      const local = join(src.path, entry.path);
      found.push({path, type: 'file', local, sha256: entry.sha256 ?? '', size: entry.size ?? 0, ...told});
    }
  }
  return found;
}

function attributes({mode, mtime}: {readonly mode?: string | undefined; readonly mtime?: number | undefined}): {
  readonly mode?: string;
  readonly mtime?: number;
} {
  return {...(mode === undefined ? {} : {mode}), ...(mtime === undefined ? {} : {mtime})};
}
