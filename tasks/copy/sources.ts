import {basename, join} from 'node:path';
import {refuse, type Json, type LocalSource} from '../../engine/task.js';
import {throughLink, type FileState} from '../facts/file/state.js';
import {asked, type Placement} from '../files/placement.js';
import type {Wanted} from '../files/write.js';

export interface CopyArgs extends Placement {
  /** A path of the machine with `remote_src`. */
  readonly src?: LocalSource | string;
  readonly remote_src: boolean;
  readonly content?: Json;
  /** Hexadecimal digits of sha1 or sha256. */
  readonly checksum?: string;
  readonly dest: string;
  readonly directory_mode?: string;
  readonly force: boolean;
  readonly follow: boolean;
  readonly backup: boolean;
  readonly validate?: string;
  readonly unsafe_writes: boolean;
}

/** What shall stand at a place; `wanted` is told from the state of the source where that is on the machine. */
export type Source =
  | {readonly type: 'directory'; readonly path: string}
  | {readonly type: 'file'; readonly path: string; readonly wanted: (remote: FileState | undefined) => Wanted};

const found = new WeakMap<CopyArgs, readonly Source[]>();

/** What shall stand at the destination, in the order in which it is made. */
export function sources(args: CopyArgs): readonly Source[] {
  const all = found.get(args) ?? sourcesOf(args);
  found.set(args, all);
  return all;
}

function sourcesOf(args: CopyArgs): readonly Source[] {
  const {src, content, dest} = args;
  if ((src === undefined) === (content === undefined)) refuse("copy needs one of 'src' and 'content'");
  if (src === undefined) {
    const path = dest;
    return [{type: 'file', path, wanted: () => ({...placed(args, undefined), path, content: textOf(content)})}];
  }
  if (typeof src === 'string') {
    const path = dest.endsWith('/') ? `${dest}${basename(src)}` : dest;
    return [{type: 'file', path, wanted: (remote) => ofMachine(args, {src, path, remote})}];
  }
  if (src.type === 'file') {
    const {path: local, sha256, size, text, mode} = src;
    const path = dest.endsWith('/') ? `${dest}${basename(local)}` : dest;
    const told = {local, sha256, size, ...(text === undefined ? {} : {text})};
    return [{type: 'file', path, wanted: () => ({...placed(args, mode), path, content: told})}];
  }
  const top = src.path.endsWith('/') ? dest : join(dest, basename(src.path));
  const entries = [...src.entries].sort((a, b) => (a.path < b.path ? -1 : 1));
  return [
    ...(top === dest ? [] : [{type: 'directory', path: dest} as const]),
    {type: 'directory', path: top},
    ...entries.map((entry): Source => {
      const path = join(top, entry.path);
      if (entry.type === 'directory') return {type: 'directory', path};
      const told = {local: join(src.path, entry.path), sha256: entry.sha256 ?? '', size: entry.size ?? 0};
      return {type: 'file', path, wanted: () => ({...placed(args, entry.mode), path, content: told})};
    }),
  ];
}

/** A text as it is; data as JSON in one line, with blanks after its signs and letters beyond ASCII escaped. */
function textOf(content: Json | undefined): string {
  if (typeof content !== 'object' || content === null) return String(content);
  return spacedJson(content).replace(
    /[\u007f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function spacedJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(spacedJson).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([name, each]) => `${JSON.stringify(name)}: ${spacedJson(each)}`)
    .join(', ')}}`;
}

/** The placement asked for; `preserve` is the source's mode. */
function placed(args: CopyArgs, mode: string | undefined): Placement {
  const {mode: wanted, ...rest} = asked(args);
  if (wanted !== 'preserve') return wanted === undefined ? rest : {...rest, mode: wanted};
  if (mode === undefined) refuse("'mode: preserve' needs a 'src' that has one");
  return {...rest, mode};
}

function ofMachine(
  args: CopyArgs,
  {src, path, remote}: {readonly src: string; readonly path: string; readonly remote: FileState | undefined},
): Wanted {
  const state = remote === undefined ? undefined : throughLink(remote);
  if (state?.type !== 'file')
    refuse(
      `'${src}' on the machine is ${state?.exists === true ? `a ${state.type}, not a file or folder` : 'not there'}`,
    );
  const {sha256, size, mode} = state;
  if (sha256 === undefined) refuse(`'${src}' cannot be read by this user`, 'use become');
  return {...placed(args, mode), path, content: {remote: src, sha256, size: size ?? 0}};
}
