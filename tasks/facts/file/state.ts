import {dirname, normalize} from 'node:path/posix';

/** Which file is asked of, and how much: `digest: false` leaves the sha256 away, `content` brings the text too (at most 1 MiB), `times` the times and what else counts it. */
export interface FileKey {
  readonly path: string;
  readonly digest?: boolean;
  readonly content?: boolean;
  readonly times?: boolean;
}

export type FileType = 'absent' | 'file' | 'directory' | 'link' | 'other' | 'unreadable';

/** What stands at a path. `unreadable`: the user who asks may not look into a folder above it. */
export interface FileState {
  readonly path: string;
  readonly exists: boolean;
  readonly type: FileType;
  /** Four octal digits, `0644`. */
  readonly mode?: string;
  /** By name, else the number. */
  readonly owner?: string;
  readonly uid?: number;
  readonly group?: string;
  readonly gid?: number;
  /** Bytes; of regular files. */
  readonly size?: number;
  readonly sha256?: string;
  /** The text, when it was asked for, is valid UTF-8 and at most 1 MiB. */
  readonly content?: string;
  /** The bytes in base64, when content was asked for and is not valid UTF-8. */
  readonly bytes?: string;
  /** Of what is no file, folder or link. */
  readonly special?: 'fifo' | 'socket' | 'block' | 'character';
  /** Seconds since 1970; this and the next five only when times were asked for. */
  readonly mtime?: number;
  readonly atime?: number;
  readonly ctime?: number;
  /** How many names it has. */
  readonly nlink?: number;
  readonly inode?: number;
  readonly device?: number;
  /** What a link says, as it stands in it. */
  readonly target?: string;
  /** What a link leads to; its path is the real one. Absent for a link to nothing. */
  readonly to?: FileState;
  /** The path without links in its folders, where that is another. */
  readonly real?: string;
}

/** The most content that is read, in bytes. */
export const contentLimit = 1024 * 1024;

/** The path without `//`, `.` and a slash at its end. */
export function canonicalPath(path: string): string {
  if (path !== '' && !uncanonical.test(path)) return path;
  const normal = normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

// Most paths are as they shall be already, and there may be many.
const uncanonical = /\/\/|(?:^|\/)\.\.?(?:\/|$)|.\/$/;

/** Whether a path lies below a folder. */
export function isBelow(path: string, folder: string): boolean {
  return path !== folder && path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

/** The folder of a path. */
export function parentOf(path: string): string {
  return dirname(canonicalPath(path));
}

/** The regular file that a path leads to, through a link or not. */
export function throughLink(state: FileState): FileState {
  return state.type === 'link' ? (state.to ?? {path: state.path, exists: false, type: 'absent'}) : state;
}

/** The members that any new content, name or mode of a file may change. */
export const timeMembers = ['mtime', 'atime', 'ctime', 'nlink', 'inode', 'device'] as const;
