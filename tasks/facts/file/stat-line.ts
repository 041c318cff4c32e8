import type {FileState, FileType} from './state.js';

/** The format with which `stat -c` says what `statLine` reads, as one word. */
export const statFormat = '%f %u %U %g %G %s %Y %X %Z %h %i %d';

/** Reads a line of `stat`; times, counts and numbers only where they are asked for. */
export function statLine(line: string, {times}: {readonly times?: boolean}): Omit<FileState, 'path' | 'exists'> {
  const [raw, uid, user, gid, group, size, ...numbers] = line.split(' ');
  if (raw === undefined || uid === undefined || gid === undefined || numbers.length !== 6 || !/^[0-9a-f]+$/.test(raw))
    throw new Error(`cannot read the state of files: unexpected answer ${JSON.stringify(line)} of stat`);
  const bits = Number.parseInt(raw, 16);
  const type = typeOf(bits);
  const told = {
    mode: (bits & 0o7777).toString(8).padStart(4, '0'),
    owner: user === undefined || user === 'UNKNOWN' ? uid : user,
    uid: Number(uid),
    group: group === undefined || group === 'UNKNOWN' ? gid : group,
    gid: Number(gid),
  };
  // Of thousands of files, what is put together member by member takes longest.
  const state = type === 'file' ? {type, ...told, size: Number(size)} : {type, ...special(bits), ...told};
  if (times !== true) return state;
  const [mtime = 0, atime = 0, ctime = 0, nlink = 0, inode = 0, device = 0] = numbers.map(Number);
  return {...state, mtime, atime, ctime, nlink, inode, device};
}

function special(bits: number): Pick<FileState, 'special'> {
  const found = specialOf(bits);
  return found === undefined ? {} : {special: found};
}

function typeOf(bits: number): FileType {
  switch (bits & 0o170000) {
    case 0o100000:
      return 'file';
    case 0o040000:
      return 'directory';
    case 0o120000:
      return 'link';
    default:
      return 'other';
  }
}

function specialOf(bits: number): FileState['special'] {
  switch (bits & 0o170000) {
    case 0o010000:
      return 'fifo';
    case 0o140000:
      return 'socket';
    case 0o060000:
      return 'block';
    case 0o020000:
      return 'character';
    default:
      return undefined;
  }
}
