import {basename, join} from 'node:path';
import {sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type LocalSource, type Promised} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import {canonicalPath, parentOf, type FileState} from './facts/file/state.js';
import {withAccounts} from './files/accounts.js';
import {
  asked,
  canonicalMode,
  demandFolder,
  demandReadable,
  misplaced,
  place,
  type Placement,
} from './files/placement.js';
import {planWrite, write, type FileWrite, type Wanted} from './files/write.js';

export interface CopyArgs extends Placement {
  readonly src?: LocalSource;
  readonly content?: string;
  readonly dest: string;
  readonly directory_mode?: string;
  readonly force: boolean;
  readonly validate?: string;
  readonly unsafe_writes: boolean;
}

interface Facts {
  readonly files: readonly FileState[];
  readonly parent: FileState;
}

interface CopyChange extends Change {
  /** Outermost first. */
  readonly folders: readonly {readonly path: string; readonly create: boolean; readonly placement: Placement}[];
  readonly writes: readonly FileWrite[];
  readonly validate?: string;
  readonly unsafeWrites: boolean;
}

type Source = {readonly type: 'directory'; readonly path: string} | ({readonly type: 'file'} & Wanted);

/** What shall stand at the destination, in the order in which it is made. */
function sources(args: CopyArgs): readonly Source[] {
  const {src, content} = args;
  if ((src === undefined) === (content === undefined)) refuse("copy needs one of 'src' and 'content'");
  if (src === undefined) return [{type: 'file', ...asked(args), path: args.dest, content: content ?? ''}];
  if (src.type === 'file') {
    const path = args.dest.endsWith('/') ? `${args.dest}${basename(src.path)}` : args.dest;
    return [
      {
        type: 'file',
        ...asked(args),
        path,
        content: {
          local: src.path,
          sha256: src.sha256,
          size: src.size,
          ...(src.text === undefined ? {} : {text: src.text}),
        },
      },
    ];
  }
  const entries = [...src.entries].sort((a, b) => (a.path < b.path ? -1 : 1));
  return [
    {type: 'directory', path: args.dest},
    ...entries.map((entry): Source => {
      const path = join(args.dest, entry.path);
      return entry.type === 'directory'
        ? {type: 'directory', path}
        : {
            type: 'file',
            ...asked(args),
            path,
            content: {local: join(src.path, entry.path), sha256: entry.sha256 ?? '', size: entry.size ?? 0},
          };
    }),
  ];
}

export const copy = withAccounts<CopyArgs, Facts, CopyChange>({
  name: 'copy',
  reads: (args) => ({
    files: sources(args).map((source) => ask(fileFact, {path: source.path})),
    parent: ask(fileFact, {path: parentOf(sources(args)[0]?.path ?? args.dest), digest: false}),
  }),
  plan(args, facts) {
    const all = sources(args).map((source, index) => ({source, state: facts.files[index]}));
    const folders: CopyChange['folders'][number][] = [];
    const writes: FileWrite[] = [];
    const made: Promised[] = [];
    for (const {source, state} of all) {
      if (state === undefined) throw new Error('Internal error: a fact is missing');
      demandReadable(state);
      if (source.type === 'directory') {
        const folder = planFolder(state, args);
        if (folder === undefined) continue;
        folders.push(folder.folder);
        made.push(folder.makes);
        continue;
      }
      if (state.type === 'directory')
        refuse(`'${state.path}' is a folder`, `end 'dest' with a slash to copy into it: ${state.path}/`);
      if (!args.force && state.type !== 'absent') continue;
      const planned = planWrite(state, source);
      if (planned !== undefined) writes.push(planned);
    }
    if (folders.length + writes.length === 0) return undefined;
    demandFolder(facts.parent, args.dest);
    const only = writes.length === 1 && folders.length === 0 ? writes[0] : undefined;
    const single = args.src?.type !== 'directory';
    return {
      kind: 'state',
      summary:
        only?.summary ?? `copy ${writes.length} files and ${folders.length} folders to ${canonicalPath(args.dest)}`,
      makes: [...made, ...writes.flatMap((planned) => planned.makes)],
      folders,
      writes,
      ...(args.validate === undefined || !single ? {} : {validate: args.validate}),
      unsafeWrites: args.unsafe_writes,
    };
  },
  async apply(host, change) {
    for (const folder of change.folders) {
      if (folder.create) await host.run(sh`mkdir -- ${folder.path}`);
      await place(host, folder.path, folder.placement);
    }
    for (const planned of change.writes)
      await write(host, planned, {validate: change.validate, unsafeWrites: change.unsafeWrites});
  },
  output: (args, facts) => {
    const state = facts.files[0];
    return {
      dest: state?.path ?? args.dest,
      checksum: state?.sha256,
      mode: state?.mode,
      owner: state?.owner,
      group: state?.group,
      size: state?.size,
    };
  },
});

function planFolder(
  state: FileState,
  args: CopyArgs,
): {readonly folder: CopyChange['folders'][number]; readonly makes: Promised} | undefined {
  const end = state.type === 'link' ? (state.to ?? state) : state;
  const placement: Placement = {
    ...(args.directory_mode === undefined ? {} : {mode: canonicalMode(args.directory_mode)}),
    ...(args.owner === undefined ? {} : {owner: args.owner}),
    ...(args.group === undefined ? {} : {group: args.group}),
  };
  if (end.type === 'directory') {
    const members = misplaced(end, placement);
    if (Object.keys(members).length === 0) return undefined;
    return {folder: {path: end.path, create: false, placement}, makes: promise(fileFact, {path: end.path}, members)};
  }
  if (state.type !== 'absent') refuse(`'${state.path}' is a ${state.type}, not a folder`);
  const anew = {mode: '0755', ...placement};
  return {
    folder: {path: state.path, create: true, placement: anew},
    makes: promise(
      fileFact,
      {path: state.path},
      {exists: true, type: 'directory', ...misplaced({path: state.path, exists: false, type: 'absent'}, anew)},
    ),
  };
}
