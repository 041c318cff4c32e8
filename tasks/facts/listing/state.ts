import {canonicalPath, type FileState, type FileType} from '../file/state.js';

/** Which entries below a folder are asked for, and how much of each. */
export interface ListingKey {
  readonly path: string;
  /** How many folders deep; 1 is what lies in the folder itself; absent: all. */
  readonly depth?: number;
  /** Shell patterns of names; absent: every name. */
  readonly names?: readonly string[];
  /** An extended regular expression that a line of a regular file matches. */
  readonly contains?: string;
  /** Bring the sha256 of regular files. */
  readonly digest: boolean;
  /** Describe what links lead to. */
  readonly follow: boolean;
}

export interface ListingState {
  /** What stands at the path itself. */
  readonly type: FileType;
  /** The path without links, where that is another. */
  readonly real?: string;
  /** By path; each path begins with the path asked for. */
  readonly entries: readonly FileState[];
}

/** Whether an entry of this path would be in the listing. */
export function concernsEntry({path, depth, names}: ListingKey, entry: string): boolean {
  const top = canonicalPath(path);
  const steps = entry.slice(top === '/' ? 1 : top.length + 1).split('/');
  if (depth !== undefined && steps.length > depth) return false;
  const name = steps.at(-1) ?? '';
  return names === undefined || names.some((pattern) => shellPattern(pattern).test(name));
}

/** A shell pattern (`*`, `?`, `[a-z]`, `[!a]`) as a regular expression for a whole name. */
export function shellPattern(pattern: string): RegExp {
  const parts = pattern.match(/\[!?\]?[^\]]*\]|[\s\S]/gu) ?? [];
  const source = parts.map((part) => {
    if (part === '*') return '[^]*';
    if (part === '?') return '[^]';
    if (part.length > 1 && part.startsWith('['))
      return `[${part.slice(1, -1).replace(/^!/, '^').replace(/\\/g, '\\\\').replace(/\[/g, '\\[')}]`;
    return part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`, 'u');
}
