import {basename} from 'node:path';
import {ask, consult, peek, refuse, type Change, type RenderedTemplate} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import {parentOf, throughLink, type FileState} from './facts/file/state.js';
import {withAccounts} from './files/accounts.js';
import {asked, demandFolder, demandReadable, type Placement} from './files/placement.js';
import {planWrite, write, type FileWrite} from './files/write.js';

export interface TemplateArgs extends Placement {
  readonly src: RenderedTemplate;
  readonly dest: string;
  readonly force: boolean;
  readonly follow: boolean;
  readonly backup: boolean;
  readonly newline_sequence: '\n' | '\r' | '\r\n';
  readonly validate?: string;
  readonly unsafe_writes: boolean;
}

interface Facts {
  readonly file: FileState;
  /** Its place in the destination, where that turns out to be a folder. */
  readonly inside: readonly FileState[];
  readonly parent: FileState;
}

interface TemplateChange extends Change {
  readonly write: FileWrite;
  readonly validate?: string;
  readonly unsafeWrites: boolean;
  readonly backup: boolean;
}

function nameOf({src}: TemplateArgs): string {
  return basename(src.path).replace(/\.hbs$/, '');
}

function destination(args: TemplateArgs): string {
  return args.dest.endsWith('/') ? `${args.dest}${nameOf(args)}` : args.dest;
}

/** What is there now: in the destination where that is a folder, and behind a link where it is to be followed. */
function present(args: TemplateArgs, {file, inside}: Facts): FileState {
  const [within] = inside;
  const state = within !== undefined && throughLink(file).type === 'directory' ? within : file;
  return args.follow && state.to !== undefined ? state.to : state;
}

export const template = withAccounts<TemplateArgs, Facts, TemplateChange>({
  name: 'template',
  reads: (args) => ({
    file: ask(fileFact, {path: destination(args)}),
    inside: args.dest.endsWith('/') ? [] : [ask(fileFact, {path: `${args.dest}/${nameOf(args)}`})],
    parent: consult(fileFact, {path: parentOf(destination(args)), digest: false}),
  }),
  plan(args, facts) {
    const file = present(args, facts);
    demandReadable(file);
    if (file.type === 'directory') refuse(`'${file.path}' is a folder`, "name the file in 'dest'");
    if (!args.force && file.type !== 'absent') return undefined;
    const text = args.newline_sequence === '\n' ? args.src.text : args.src.text.replaceAll('\n', args.newline_sequence);
    const planned = planWrite(file, {...asked(args), path: file.path, content: text});
    if (planned === undefined) return undefined;
    demandFolder(facts.parent, file.path);
    return {
      kind: 'state',
      summary: planned.summary,
      makes: planned.makes,
      write: planned,
      ...(args.validate === undefined ? {} : {validate: args.validate}),
      unsafeWrites: args.unsafe_writes,
      backup: args.backup,
    };
  },
  apply: (host, {write: planned, validate, unsafeWrites, backup}) =>
    write(host, planned, {validate, unsafeWrites, backup}),
  output: (args, facts) => {
    const file = present(args, facts);
    const tell = (name: keyof FileState): unknown => peek(() => file[name]);
    return {
      dest: file.path,
      src: args.src.path,
      state: tell('type'),
      checksum: tell('sha256'),
      mode: tell('mode'),
      owner: tell('owner'),
      group: tell('group'),
      uid: tell('uid'),
      gid: tell('gid'),
      size: tell('size'),
    };
  },
});
