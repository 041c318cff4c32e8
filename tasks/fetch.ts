import {createHash} from 'node:crypto';
import {chmod, mkdir, rename, writeFile} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {ask, refuse, type Change, type LocalDestination, type TaskModule} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import {throughLink, type FileState} from './facts/file/state.js';
import {canonicalMode} from './files/placement.js';

export interface FetchArgs {
  readonly src: string;
  readonly dest: LocalDestination;
  readonly mode?: string;
  readonly fail_on_missing: boolean;
}

interface FetchChange extends Change {
  readonly src: string;
  readonly dest: string;
  readonly mode?: string;
}

export const fetch: TaskModule<FetchArgs, {readonly file: FileState}, FetchChange> = {
  name: 'fetch',
  reads: (args) => ({file: ask(fileFact, {path: args.src})}),
  plan(args, {file}) {
    const {dest} = args;
    const end = throughLink(file);
    if (end.type === 'absent' && !args.fail_on_missing) return undefined;
    if (end.type !== 'file')
      refuse(`'${args.src}' is ${end.type === 'absent' ? 'not there' : `a ${end.type}, not a file`}`);
    if (end.sha256 === undefined) refuse(`'${args.src}' cannot be read by this user`, 'use become');
    if (dest.type === 'directory') {
      refuse(`'${dest.path}' is a folder`, `name the file: ${join(dest.path, basename(args.src))}`);
    }
    const mode = args.mode === undefined ? undefined : canonicalMode(args.mode);
    if (dest.sha256 === end.sha256 && (mode === undefined || mode === dest.mode)) return undefined;
    return {
      kind: 'state',
      summary: `fetch ${args.src} to ${dest.path}`,
      makes: [],
      src: args.src,
      dest: dest.path,
      ...(mode === undefined ? {} : {mode}),
    };
  },
  async apply(host, {src, dest, mode}) {
    const bytes = await host.fetch(src);
    await mkdir(dirname(dest), {recursive: true});
    const beside = `${dest}.u7s-fetch-${process.pid}`;
    await writeFile(beside, bytes, {mode: mode === undefined ? 0o644 : 0o600});
    if (mode !== undefined) await chmod(beside, Number.parseInt(mode, 8));
    await rename(beside, dest);
    return {checksum: createHash('sha256').update(bytes).digest('hex')};
  },
  output: (args, {file}) => ({dest: args.dest.path, checksum: throughLink(file).sha256}),
};
