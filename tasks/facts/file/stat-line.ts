import type {FileState, FileType} from './state.js';

/** Names by numbers. */
export interface AccountNames {
  readonly users: ReadonlyMap<string, string>;
  readonly groups: ReadonlyMap<string, string>;
}

/** The format with which `stat -c` says what `statLine` reads, as one word; `stat` looks each name up anew, so that of many files they are better asked for apart. */
export function statFormat({times, names}: {readonly times: boolean; readonly names: boolean}): string {
  return `%f %u ${names ? '%U %g %G' : '- %g -'} %s${times ? ' %Y %X %Z %h %i %d' : ''}`;
}

/** Reads a line of `stat`; times, counts and numbers only where they are asked for. */
export function statLine(
  line: string,
  {times, names}: {readonly times?: boolean | undefined; readonly names?: AccountNames | undefined},
): Omit<FileState, 'path' | 'exists'> {
  const [raw, uid, named, gid, namedGroup, size, ...numbers] = line.split(' ');
  const isWhole = size !== undefined && (times !== true || numbers.length === 6);
  if (raw === undefined || uid === undefined || gid === undefined || !isWhole || !/^[0-9a-f]+$/.test(raw))
    throw new Error(`cannot read the state of files: unexpected answer ${JSON.stringify(line)} of stat`);
  const user = names === undefined ? named : names.users.get(uid);
  const group = names === undefined ? namedGroup : names.groups.get(gid);
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
