import {basename} from 'node:path';
import {ask, refuse, type Change, type RenderedTemplate} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import {parentOf, type FileState} from './facts/file/state.js';
import {withAccounts} from './files/accounts.js';
import {demandFolder, demandReadable, type Placement} from './files/placement.js';
import {planWrite, write, type FileWrite} from './files/write.js';

export interface TemplateArgs extends Placement {
  readonly src: RenderedTemplate;
  readonly dest: string;
  readonly force: boolean;
  readonly validate?: string;
  readonly unsafe_writes: boolean;
}

interface Facts {
  readonly file: FileState;
  readonly parent: FileState;
}

interface TemplateChange extends Change {
  readonly write: FileWrite;
  readonly validate?: string;
  readonly unsafeWrites: boolean;
}

function destination(args: TemplateArgs): string {
  return args.dest.endsWith('/') ? `${args.dest}${basename(args.src.path).replace(/\.hbs$/, '')}` : args.dest;
}

export const template = withAccounts<TemplateArgs, Facts, TemplateChange>({
  name: 'template',
  reads: (args) => ({
    file: ask(fileFact, {path: destination(args)}),
    parent: ask(fileFact, {path: parentOf(destination(args)), digest: false}),
  }),
  plan(args, {file, parent}) {
    demandReadable(file);
    if (file.type === 'directory')
      refuse(`'${file.path}' is a folder`, `end 'dest' with a slash to write into it: ${file.path}/`);
    if (!args.force && file.type !== 'absent') return undefined;
    const {src, dest: _, ...placement} = args;
    const planned = planWrite(file, {...placement, path: file.path, content: src.text});
    if (planned === undefined) return undefined;
    demandFolder(parent, file.path);
    return {
      kind: 'state',
      summary: planned.summary,
      makes: planned.makes,
      write: planned,
      ...(args.validate === undefined ? {} : {validate: args.validate}),
      unsafeWrites: args.unsafe_writes,
    };
  },
  apply: (host, change) => write(host, change.write, {validate: change.validate, unsafeWrites: change.unsafeWrites}),
  output: (_, {file}) => ({
    dest: file.path,
    checksum: file.sha256,
    mode: file.mode,
    owner: file.owner,
    group: file.group,
    size: file.size,
  }),
});
