import {basename} from 'node:path';
import {pieces, sh} from '../engine/host.js';
import {ask, consult, peek, promise, refuse, type Change, type Promised} from '../engine/task.js';
import {checksumCheck, demandChecksum} from './copy/checksum.js';
import {sources, type CopyArgs, type Source} from './copy/sources.js';
import {copiedReads, planTree, treeScript, type TreeCopy} from './copy/tree.js';
import type {CopiedState} from './facts/copied.js';
import {fileFact} from './facts/file.js';
import {canonicalPath, parentOf, throughLink, type FileState} from './facts/file/state.js';
import {foldersAbove} from './file/directory.js';
import {withAccounts} from './files/accounts.js';
import {
  asked,
  demandFolder,
  demandReadable,
  misplaced,
  placing,
  settled,
  settledAnew,
  type Placement,
} from './files/placement.js';
import {planWrite, writeAll, type FileWrite} from './files/write.js';

interface Facts {
  readonly files: readonly FileState[];
  readonly parent: FileState;
  /** A file's place in the destination, where that turns out to be a folder. */
  readonly inside: readonly FileState[];
  /** The folders down to a destination with a slash at its end. */
  readonly above: readonly FileState[];
  readonly remote: readonly FileState[];
  /** What of a folder of the machine is in the destination. */
  readonly copied: readonly CopiedState[];
}

type CopyChange = FilesCopy | TreeCopy;

interface FilesCopy extends Change {
  /** Outermost first. */
  readonly folders: readonly {readonly path: string; readonly create: boolean; readonly placement: Placement}[];
  readonly writes: readonly FileWrite[];
  readonly validate?: string;
  readonly unsafeWrites: boolean;
  readonly backup: boolean;
}

/** The place of a lone file in a destination that may be a folder; undefined where it cannot be meant. */
function insideOf({src, dest}: CopyArgs): string | undefined {
  if (src === undefined || dest.endsWith('/')) return undefined;
  if (typeof src === 'string') return `${dest}/${basename(src)}`;
  return src.type === 'file' ? `${dest}/${basename(src.path)}` : undefined;
}

export const copy = withAccounts<CopyArgs, Facts, CopyChange>({
  name: 'copy',
  reads(args) {
    const all = sources(args);
    const inside = insideOf(args);
    const [first] = all;
    const above = args.dest.endsWith('/') && first?.type === 'file' ? foldersAbove(first.path) : [];
    return {
      files: all.map((source) => ask(fileFact, {path: source.path})),
      parent: consult(fileFact, {path: parentOf(first?.path ?? args.dest), digest: false}),
      inside: inside === undefined ? [] : [ask(fileFact, {path: inside})],
      above: above.map((path) => consult(fileFact, {path, digest: false})),
      remote: typeof args.src === 'string' ? [ask(fileFact, {path: args.src})] : [],
      copied: copiedReads(args),
    };
  },
  plan(args, facts) {
    const [remote] = facts.remote;
    const [copied] = facts.copied;
    if (remote !== undefined && copied !== undefined && throughLink(remote).type === 'directory')
      return planTree(args, copied);
    demandChecksum(args);
    const folders: FilesCopy['folders'][number][] = [];
    const writes: FileWrite[] = [];
    const made: Promised[] = [];
    for (const {source, state} of placesOf(args, facts)) {
      demandReadable(state);
      if (source.type === 'directory') {
        const folder = planFolder(state, args);
        if (folder === undefined) continue;
        folders.push(folder.folder);
        made.push(folder.makes);
        continue;
      }
      if (state.type === 'directory')
        refuse(`'${state.path}' is a folder`, `'dest' names a file there: ${state.path}/…`);
      if (!args.force && state.type !== 'absent') continue;
      const planned = planWrite(state, {...source.wanted(facts.remote[0]), path: state.path});
      if (planned !== undefined) writes.push(planned);
    }
    if (folders.length + writes.length === 0) return undefined;
    const missing = facts.above.filter(({type}) => type === 'absent').map(({path}) => path);
    if (missing.length === 0) demandFolder(facts.parent, args.dest);
    const [only] = writes.length === 1 && folders.length === 0 ? writes : [];
    const single = typeof args.src === 'string' || args.src?.type !== 'directory';
    const placement = {mode: '0755', ...settledAnew(folderPlacement(args), 'directory')};
    return {
      kind: 'state',
      summary:
        only?.summary ?? `copy ${writes.length} files and ${folders.length} folders to ${canonicalPath(args.dest)}`,
      makes: [
        ...missing.map((path) => promise(fileFact, {path}, {exists: true, type: 'directory', ...members(placement)})),
        ...made,
        ...writes.flatMap((planned) => planned.makes),
      ],
      folders: [...missing.map((path) => ({path, create: true, placement})), ...folders],
      writes,
      ...validation(args, single),
      unsafeWrites: args.unsafe_writes,
      backup: args.backup,
    };
  },
  async apply(host, change) {
    if ('tree' in change) {
      await host.run(treeScript(change.tree), {label: `copying of ${change.tree.src}`, timeout: 1800});
      return {};
    }
    const [made, present] = [true, false].map((create) => change.folders.filter((folder) => folder.create === create));
    const makings = pieces(made?.map(({path}) => path) ?? []).map((some) => sh`mkdir -- ${some}`);
    const steps = [...placing(present ?? []), ...makings, ...placing(made ?? [])];
    if (steps.length > 0) await host.run(steps.join(' &&\n'), {label: 'making of folders'});
    const {validate, unsafeWrites, backup} = change;
    return writeAll(host, change.writes, {validate, unsafeWrites, backup});
  },
  output: (args, facts) => {
    const [first] = placesOf(args, facts);
    const state = first?.state;
    const tell = (name: keyof FileState): unknown => peek(() => state?.[name]);
    return {
      dest: state?.path ?? args.dest,
      ...(args.src === undefined ? {} : {src: typeof args.src === 'string' ? args.src : args.src.path}),
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

/** The commands that must succeed before a file is put in place. */
function validation({validate, checksum}: CopyArgs, single: boolean): {readonly validate?: string} {
  const all = [
    ...(checksum === undefined ? [] : [checksumCheck(checksum)]),
    ...(validate === undefined ? [] : [validate]),
  ];
  return all.length === 0 || !single ? {} : {validate: all.join(' && ')};
}

/** What is wanted, with what is there; a lone file goes into a destination that is a folder. */
function placesOf(args: CopyArgs, facts: Facts): readonly {readonly source: Source; readonly state: FileState}[] {
  return sources(args).map((source, index) => {
    const named = facts.files[index];
    if (named === undefined) throw new Error('Internal error: a fact is missing');
    const [inside] = facts.inside;
    const isFolder = inside !== undefined && throughLink(named).type === 'directory';
    const state = isFolder ? inside : named;
    return {source, state: args.follow && state.to !== undefined ? state.to : state};
  });
}

function folderPlacement(args: CopyArgs): Placement {
  const {mode: _, ...rest} = asked(args);
  return args.directory_mode === undefined ? rest : {...rest, mode: args.directory_mode};
}

/** The members that a placement in digits promises of something new. */
function members(placement: Placement): Partial<FileState> {
  return misplaced({path: '', exists: false, type: 'absent'}, placement);
}

function planFolder(
  state: FileState,
  args: CopyArgs,
): {readonly folder: FilesCopy['folders'][number]; readonly makes: Promised} | undefined {
  const end = state.type === 'link' ? (state.to ?? state) : state;
  const placement = folderPlacement(args);
  if (end.type === 'directory') {
    const wrong = misplaced(end, placement);
    if (Object.keys(wrong).length === 0) return undefined;
    return {
      folder: {path: end.path, create: false, placement: settled(placement, end)},
      makes: promise(fileFact, {path: end.path}, wrong),
    };
  }
  if (state.type !== 'absent') refuse(`'${state.path}' is a ${state.type}, not a folder`);
  const anew = {mode: '0755', ...settledAnew(placement, 'directory')};
  return {
    folder: {path: state.path, create: true, placement: anew},
    makes: promise(fileFact, {path: state.path}, {exists: true, type: 'directory', ...members(anew)}),
  };
}
