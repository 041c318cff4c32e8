import {ask, peek, type Change, type TaskModule, type Values} from '../engine/task.js';
import {digestFact, type DigestAlgorithm, type DigestState} from './facts/digest.js';
import {fileFact} from './facts/file.js';
import {throughLink, type FileState} from './facts/file/state.js';
import {mimeFact, type MimeState} from './facts/mime.js';
import {permissions} from './files/permissions.js';

export interface StatArgs {
  readonly path: string;
  readonly follow: boolean;
  readonly get_checksum: boolean;
  readonly checksum_algorithm: DigestAlgorithm;
  readonly get_mime: boolean;
}

interface Facts {
  readonly file: FileState;
  readonly digest: readonly DigestState[];
  readonly mime: readonly MimeState[];
}

export const stat: TaskModule<StatArgs, Facts, Change> = {
  name: 'stat',
  changesNothing: true,
  reads(args) {
    const {path, get_checksum: wanted, checksum_algorithm: algorithm} = args;
    const isOther = wanted && algorithm !== 'sha256';
    return {
      file: ask(fileFact, {path, digest: wanted && !isOther, times: true}),
      digest: isOther ? [ask(digestFact, {path, algorithm})] : [],
      mime: args.get_mime ? [ask(mimeFact, {path, follow: args.follow})] : [],
    };
  },
  plan: () => undefined,
  apply: () => Promise.reject(new Error('Internal error: looking at a file changes nothing')),
  output: (args, {file, digest, mime}) => ({
    stat: described(args.follow ? throughLink(file) : file, {named: file, digest, mime}),
  }),
};

function described(
  state: FileState,
  {named, digest, mime}: {readonly named: FileState} & Pick<Facts, 'digest' | 'mime'>,
): Values {
  if (!state.exists) return {exists: false, path: named.path};
  const {type} = state;
  const special = peek(() => state.special);
  const tell = (name: keyof FileState): unknown => peek(() => state[name]);
  const values: Values = {
    exists: true,
    path: named.path,
    type,
    isreg: type === 'file',
    isdir: type === 'directory',
    islnk: type === 'link',
    isfifo: special === 'fifo',
    issock: special === 'socket',
    isblk: special === 'block',
    ischr: special === 'character',
    mode: tell('mode'),
    ...permissions(tell('mode')),
    uid: tell('uid'),
    gid: tell('gid'),
    pw_name: tell('owner'),
    gr_name: tell('group'),
    size: tell('size'),
    checksum: digest.length > 0 ? peek(() => digest[0]?.digest) : tell('sha256'),
    mtime: tell('mtime'),
    atime: tell('atime'),
    ctime: tell('ctime'),
    nlink: tell('nlink'),
    inode: tell('inode'),
    dev: tell('device'),
    lnk_target: peek(() => named.target),
    lnk_source: peek(() => named.to?.path),
    mimetype: peek(() => mime[0]?.type),
    charset: peek(() => mime[0]?.charset),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
