import {ask, type Change, type TaskModule, type Values} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import {throughLink, type FileState} from './facts/file/state.js';

export interface StatArgs {
  readonly path: string;
  readonly follow: boolean;
  readonly get_checksum: boolean;
}

export const stat: TaskModule<StatArgs, {readonly file: FileState}, Change> = {
  name: 'stat',
  reads: (args) => ({file: ask(fileFact, {path: args.path, digest: args.get_checksum})}),
  plan: () => undefined,
  apply: () => Promise.reject(new Error('Internal error: looking at a file changes nothing')),
  output: (args, {file}) => ({stat: described(args.follow ? throughLink(file) : file, file)}),
};

function described(state: FileState, named: FileState): Values {
  if (!state.exists) return {exists: false, path: named.path};
  const {type, mode, uid, gid, owner, group, size, sha256, mtime} = state;
  return {
    exists: true,
    path: named.path,
    type,
    isreg: type === 'file',
    isdir: type === 'directory',
    islnk: type === 'link',
    mode,
    uid,
    gid,
    pw_name: owner,
    gr_name: group,
    ...(size === undefined ? {} : {size}),
    ...(sha256 === undefined ? {} : {checksum: sha256}),
    ...(mtime === undefined ? {} : {mtime}),
    ...(named.target === undefined ? {} : {lnk_target: named.target}),
    ...(named.to === undefined ? {} : {lnk_source: named.to.path}),
  };
}
