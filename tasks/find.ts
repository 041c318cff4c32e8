import {ask, peek, type Change, type TaskModule, type Values} from '../engine/task.js';
import {clockFact, type ClockState} from './facts/clock.js';
import type {FileState} from './facts/file/state.js';
import {listingFact} from './facts/listing.js';
import {shellPattern, type ListingState} from './facts/listing/state.js';
import {permissions} from './files/permissions.js';
import {ageOf, sizeOf} from './find/measure.js';
import {listOf, type Listed} from './text/list.js';
import {pattern} from './text/pattern.js';

export interface FindArgs {
  readonly paths: Listed;
  readonly patterns: Listed;
  readonly excludes: Listed;
  readonly use_regex: boolean;
  readonly file_type: 'file' | 'directory' | 'link' | 'any';
  readonly recurse: boolean;
  readonly depth?: number;
  readonly hidden: boolean;
  readonly follow: boolean;
  readonly age?: string | number;
  readonly age_stamp: 'mtime' | 'atime' | 'ctime';
  readonly size?: string | number;
  readonly mode?: string;
  readonly exact_mode: boolean;
  readonly contains?: string;
  readonly get_checksum: boolean;
  readonly limit?: number;
}

interface Facts {
  readonly listings: readonly ListingState[];
  readonly clock: readonly ClockState[];
}

export const find: TaskModule<FindArgs, Facts, Change> = {
  name: 'find',
  changesNothing: true,
  reads: (args) => ({
    listings: listOf(args.paths).map((path) =>
      ask(listingFact, {
        path,
        ...depthOf(args),
        ...(args.use_regex || args.patterns.length === 0 ? {} : {names: listOf(args.patterns)}),
        ...(args.contains === undefined ? {} : {contains: args.contains}),
        digest: args.get_checksum,
        follow: args.follow,
      }),
    ),
    clock: args.age === undefined ? [] : [ask(clockFact, {})],
  }),
  plan(args) {
    filterOf(args, 0);
    return undefined;
  },
  apply: () => Promise.reject(new Error('Internal error: looking for files changes nothing')),
  output(args, {listings, clock}) {
    const wanted = filterOf(args, clock[0]?.seconds ?? 0);
    const examined = listings.flatMap(({entries}) => entries);
    const found = examined.filter(wanted).slice(0, args.limit);
    const skipped = listOf(args.paths).flatMap((path, index) => {
      const type = listings[index]?.type;
      return type === 'directory'
        ? []
        : [[path, type === 'unreadable' ? 'cannot be read by this user' : 'is no folder']];
    });
    return {
      files: found.map(described),
      matched: found.length,
      examined: examined.length,
      skipped_paths: Object.fromEntries(skipped) as Values,
    };
  },
};

function depthOf({recurse, depth}: FindArgs): {readonly depth?: number} {
  return recurse ? (depth === undefined ? {} : {depth}) : {depth: 1};
}

function filterOf(args: FindArgs, now: number): (entry: FileState) => boolean {
  const named = namesIn(args, listOf(args.patterns));
  const excluded = namesIn(args, listOf(args.excludes));
  const size = args.size === undefined ? undefined : sizeOf(args.size);
  const age = args.age === undefined ? undefined : ageOf(args.age);
  const mode = args.mode === undefined ? undefined : Number.parseInt(args.mode, 8);
  return (entry) => {
    const name = entry.path.slice(entry.path.lastIndexOf('/') + 1);
    if (!args.hidden && name.startsWith('.')) return false;
    if (args.patterns.length > 0 && !named(name)) return false;
    if (excluded(name)) return false;
    if (args.file_type !== 'any' && entry.type !== args.file_type) return false;
    if (args.contains !== undefined && entry.type !== 'file') return false;
    if (size !== undefined && (entry.type !== 'file' || !size(entry.size ?? 0))) return false;
    if (age !== undefined && !age(now - (entry[args.age_stamp] ?? 0))) return false;
    if (mode === undefined) return true;
    const bits = Number.parseInt(entry.mode ?? '0', 8);
    return args.exact_mode ? bits === mode : (bits & mode) === mode;
  };
}

function namesIn(args: FindArgs, patterns: readonly string[]): (name: string) => boolean {
  const tests = patterns.map((each) =>
    args.use_regex ? pattern(`^(?:${each})`, {name: 'patterns'}) : shellPattern(each),
  );
  return (name) => tests.some((test) => test.test(name));
}

function described(state: FileState): Values {
  const tell = (name: keyof FileState): unknown => peek(() => state[name]);
  const values: Values = {
    path: state.path,
    isreg: state.type === 'file',
    isdir: state.type === 'directory',
    islnk: state.type === 'link',
    mode: tell('mode'),
    ...permissions(tell('mode')),
    uid: tell('uid'),
    gid: tell('gid'),
    pw_name: tell('owner'),
    gr_name: tell('group'),
    size: tell('size'),
    mtime: tell('mtime'),
    atime: tell('atime'),
    ctime: tell('ctime'),
    nlink: tell('nlink'),
    inode: tell('inode'),
    dev: tell('device'),
    checksum: tell('sha256'),
    lnk_target: tell('target'),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
