import {pieces, sh, type FileToPut} from '../engine/host.js';
import {
  ask,
  promise,
  promiseUnder,
  refuse,
  type Change,
  type LocalSource,
  type Promised,
  type TaskModule,
} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import {canonicalPath, isBelow, parentOf, type FileState} from './facts/file/state.js';
import {listingFact} from './facts/listing.js';
import type {ListingState} from './facts/listing/state.js';
import {demandFolder, demandReadable, placing} from './files/placement.js';
import {excludesIn} from './synchronize/exclude.js';
import {wantedEntries, type WantedEntry} from './synchronize/wanted.js';

export interface SynchronizeArgs {
  readonly src: LocalSource;
  readonly dest: string;
  readonly delete: boolean;
  readonly archive: boolean;
  readonly recursive?: boolean;
  readonly perms?: boolean;
  readonly times?: boolean;
  readonly copy_links: boolean;
  readonly existing_only: boolean;
  readonly rsync_opts: readonly string[];
}

interface Facts {
  readonly listing: ListingState;
  readonly dest: FileState;
  readonly parent: FileState;
}

interface Step {
  readonly path: string;
  readonly entry: WantedEntry;
  /** Something of another kind stands there. */
  readonly clear: boolean;
  /** Only mode and time are others. */
  readonly keeps: boolean;
}

interface SynchronizeChange extends Change {
  readonly steps: readonly Step[];
  readonly remove: readonly string[];
  readonly folder?: string;
}

export const synchronize: TaskModule<SynchronizeArgs, Facts, SynchronizeChange> = {
  name: 'synchronize',
  reads: ({dest}) => ({
    listing: ask(listingFact, {path: dest, digest: true, follow: false}),
    dest: ask(fileFact, {path: dest, times: true}),
    parent: ask(fileFact, {path: parentOf(dest), digest: false}),
  }),
  plan(args, facts) {
    const {dest, listing} = facts;
    demandReadable(dest);
    const {src} = args;
    const isFolder = src.type === 'directory' || args.dest.endsWith('/') || end(dest).type === 'directory';
    const top = canonicalPath(args.dest);
    const excluded = excludesIn(args.rsync_opts);
    const recursive = args.recursive ?? args.archive;
    const wanted = wantedEntries(src, {recursive, copyLinks: args.copy_links, excluded}).map((entry) => ({
      path: isFolder ? `${top}/${entry.path}` : top,
      entry: withoutUnasked(entry, args),
    }));
    if (isFolder && end(dest).exists && end(dest).type !== 'directory')
      refuse(`'${top}' is a ${end(dest).type}, not a folder`);
    const present = new Map(isFolder ? listing.entries.map((entry) => [entry.path, entry]) : [[top, dest]]);
    const steps = wanted.flatMap(({path, entry}) => {
      const state = present.get(path) ?? {path, exists: false, type: 'absent'};
      return planEntry(args, {path, entry, state}) ?? [];
    });
    const source = src.type === 'directory' && !src.path.endsWith('/') ? `${top}/${wanted[0]?.entry.path ?? ''}` : top;
    const remove = args.delete && isFolder ? surplus({listing, wanted, source, excluded}) : [];
    if (steps.length + remove.length === 0) return undefined;
    const makesFolder = isFolder && !dest.exists;
    if (!dest.exists) demandFolder(facts.parent, top);
    return {
      kind: 'state',
      summary: `synchronize ${[steps.length === 0 ? '' : `${steps.length} to ${top}`, remove.length === 0 ? '' : `${remove.length} away from ${top}`].filter((part) => part !== '').join(', ')}`,
      makes: [
        ...(makesFolder ? [promise(fileFact, {path: top}, {exists: true, type: 'directory', mode: '0755'})] : []),
        ...remove.map((path) => promiseUnder(fileFact, path, {exists: false, type: 'absent'})),
        ...steps.map(promiseOf),
      ],
      steps,
      remove,
      ...(makesFolder ? {folder: top} : {}),
    };
  },
  async apply(host, {steps, remove, folder}) {
    const folders = steps.filter(({entry, keeps}) => entry.type === 'directory' && !keeps);
    const first = [
      ...(folder === undefined ? [] : [sh`mkdir -m 0755 -- ${folder}`]),
      ...pieces([...remove, ...steps.flatMap(({path, clear}) => (clear ? [path] : []))]).map(
        (some) => sh`rm -rf -- ${some}`,
      ),
      ...pieces(folders.map(({path}) => path)).map((some) => sh`mkdir -- ${some}`),
      ...steps.flatMap(({path, entry}) => (entry.type === 'link' ? [sh`ln -sfn -- ${entry.target} ${path}`] : [])),
    ];
    if (first.length > 0) await host.run(first.join(' &&\n'), {label: 'making of folders and links'});
    const files = steps.flatMap(({path, entry, keeps}): readonly FileToPut[] => {
      if (entry.type !== 'file' || keeps) return [];
      const {local, sha256, size, mode, mtime} = entry;
      const options = {...(mode === undefined ? {} : {mode}), ...(mtime === undefined ? {} : {mtime})};
      return [{path, content: {local, sha256, size}, options}];
    });
    if (files.length > 0) await host.putAll(files);
    const rest = steps.filter(({entry, keeps}) => entry.type === 'directory' || (entry.type === 'file' && keeps));
    const last = [
      ...placing(rest.flatMap(({path, entry: {mode}}) => (mode === undefined ? [] : [{path, placement: {mode}}]))),
      ...rest.flatMap(({path, entry: {type, mtime}}) =>
        mtime === undefined || type !== 'file' ? [] : [sh`touch -d ${`@${mtime}`} -- ${path}`],
      ),
    ];
    if (last.length > 0) await host.run(last.join(' &&\n'), {label: 'setting of modes and times'});
  },
  output: (_, {dest, listing}) => ({dest: dest.path, entries: listing.entries.length}),
};

function end(state: FileState): FileState {
  return state.type === 'link' ? (state.to ?? state) : state;
}

/** Modes and times only where they are to be kept; times of folders move with what is in them. */
function withoutUnasked(entry: WantedEntry, args: SynchronizeArgs): WantedEntry {
  const {mode, mtime, ...rest} = entry;
  const keepsMode = (args.perms ?? args.archive) && mode !== undefined && entry.type !== 'link';
  const keepsTime = (args.times ?? args.archive) && mtime !== undefined && entry.type === 'file';
  return {...rest, ...(keepsMode ? {mode} : {}), ...(keepsTime ? {mtime} : {})};
}

function planEntry(
  args: SynchronizeArgs,
  {path, entry, state}: {readonly path: string; readonly entry: WantedEntry; readonly state: FileState},
): Step | undefined {
  const anew = entry.type === 'link' ? entry : {mode: entry.type === 'file' ? '0644' : '0755', ...entry};
  if (!state.exists) return args.existing_only ? undefined : {path, entry: anew, clear: false, keeps: false};
  if (state.type !== entry.type) {
    if (state.type === 'directory' && !args.delete)
      refuse(`'${path}' is a folder where a ${entry.type} shall be`, "say 'delete: true' to take it away");
    return {path, entry: anew, clear: true, keeps: false};
  }
  const sameMode = entry.mode === undefined || entry.mode === state.mode;
  const sameTime = entry.mtime === undefined || entry.mtime === state.mtime;
  switch (entry.type) {
    case 'directory':
      return sameMode ? undefined : {path, entry, clear: false, keeps: true};
    case 'link':
      return state.target === entry.target ? undefined : {path, entry, clear: false, keeps: false};
    case 'file': {
      const sameText = state.sha256 === entry.sha256;
      return sameText && sameMode && sameTime ? undefined : {path, entry, clear: false, keeps: sameText};
    }
  }
}

/** What lies below the source's place and is neither wanted nor left out, without what goes with a folder above it. */
function surplus({
  listing,
  wanted,
  source,
  excluded,
}: {
  readonly listing: ListingState;
  readonly wanted: readonly {readonly path: string}[];
  readonly source: string;
  readonly excluded: (path: string, isFolder: boolean) => boolean;
}): readonly string[] {
  const kept = new Set(wanted.map(({path}) => path));
  const gone = listing.entries.filter(
    ({path, type}) =>
      isBelow(path, source) && !kept.has(path) && !excluded(path.slice(source.length + 1), type === 'directory'),
  );
  const keeping = listing.entries.filter((entry) => !gone.includes(entry)).map(({path}) => path);
  const whole = gone.filter(({path}) => !keeping.some((each) => isBelow(each, path))).map(({path}) => path);
  return whole.filter((path) => !whole.some((other) => isBelow(path, other)));
}

function promiseOf({path, entry, keeps}: Step): Promised {
  const told = {
    ...(entry.mode === undefined ? {} : {mode: entry.mode}),
    ...(entry.mtime === undefined ? {} : {mtime: entry.mtime}),
  };
  const key = {path, times: entry.mtime !== undefined};
  if (keeps) return promise(fileFact, key, told);
  switch (entry.type) {
    case 'directory':
      return promise(fileFact, key, {exists: true, type: 'directory', ...told});
    case 'link':
      return promise(fileFact, key, {exists: true, type: 'link', target: entry.target});
    case 'file':
      return promise(fileFact, key, {
        exists: true,
        type: 'file',
        sha256: entry.sha256,
        size: entry.size,
        ...told,
      });
  }
}
