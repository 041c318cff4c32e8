import {basename} from 'node:path';
import {sh} from '../engine/host.js';
import {
  ask,
  peek,
  promise,
  promiseUnder,
  refuse,
  unknown,
  type Change,
  type LocalSource,
  type Promised,
} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import {canonicalPath, throughLink, type FileState} from './facts/file/state.js';
import {unpackedFact, type UnpackedKey, type UnpackedState} from './facts/unpacked.js';
import {withAccounts} from './files/accounts.js';
import {isDigits} from './files/modes.js';
import {asked, demandFolder, type Placement} from './files/placement.js';
import {sha256} from './files/write.js';
import {localMembers, memberMakes, memberReads} from './unarchive/members.js';
import type {Member} from './unarchive/tar.js';
import {unpackPlaced, type Unpacking} from './unarchive/unpack.js';

export interface UnarchiveArgs extends Placement {
  /** A path of the machine with `remote_src`. */
  readonly src: LocalSource | string;
  readonly remote_src: boolean;
  readonly dest: string;
  readonly creates?: string;
  readonly stamp?: string;
  readonly strip_components: number;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly extra_opts: readonly string[];
  readonly list_files: boolean;
}

interface Facts {
  readonly dest: FileState;
  readonly creates: readonly FileState[];
  readonly stamp: readonly FileState[];
  readonly archive: readonly FileState[];
  readonly unpacked: readonly UnpackedState[];
  /** What stands where an archive of the controller puts something. */
  readonly members: readonly FileState[];
}

interface UnarchiveChange extends Change {
  readonly local?: string;
  readonly unpacking: Unpacking;
  readonly dest: string;
  readonly placement: Placement;
  readonly stamp?: {readonly path: string; readonly text: string};
}

function nameOf({src}: UnarchiveArgs): string {
  return basename(typeof src === 'string' ? src : src.path);
}

function unpackingOf(args: UnarchiveArgs): Unpacking {
  const name = nameOf(args);
  return {
    // A file of the controller is put beside what it will be unpacked to.
    archive:
      typeof args.src === 'string' ? args.src : `${canonicalPath(args.dest)}/.u7s-unpack-${sha256(name).slice(0, 12)}`,
    name,
    strip: args.strip_components,
    include: args.include,
    exclude: args.exclude,
    extra: args.extra_opts,
  };
}

/** The comparison member by member, where nothing else tells that all is unpacked. */
function comparison(args: UnarchiveArgs): UnpackedKey | undefined {
  if (args.creates !== undefined || args.stamp !== undefined || typeof args.src !== 'string') return undefined;
  const {mode, ...rest} = asked(args);
  return {
    ...unpackingOf(args),
    dest: canonicalPath(args.dest),
    ...rest,
    ...(mode !== undefined && isDigits(mode) ? {mode} : {}),
    ...(args.list_files ? {list: true} : {}),
  };
}

/** The same of an archive of the controller: what it holds is known here. */
function membersOf(args: UnarchiveArgs): readonly Member[] | undefined {
  const {src} = args;
  if (args.creates !== undefined || args.stamp !== undefined || typeof src === 'string') return undefined;
  return localMembers({...args, src});
}

export const unarchive = withAccounts<UnarchiveArgs, Facts, UnarchiveChange>({
  name: 'unarchive',
  reads: (args) => {
    const key = comparison(args);
    return {
      dest: ask(fileFact, {path: args.dest, digest: false}),
      creates: args.creates === undefined ? [] : [ask(fileFact, {path: args.creates, digest: false})],
      stamp: args.stamp === undefined ? [] : [ask(fileFact, {path: args.stamp})],
      archive: typeof args.src === 'string' ? [ask(fileFact, {path: args.src})] : [],
      unpacked: key === undefined ? [] : [ask(unpackedFact, key)],
      members: memberReads(membersOf(args) ?? []),
    };
  },
  plan(args, facts) {
    const {src} = args;
    if (typeof src === 'string' && /^https?:/.test(src)) refuse(`'${src}' is no file`, 'have it by get_url before');
    if (typeof src !== 'string' && src.type === 'directory') refuse(`'${src.path}' is a folder, not an archive`);
    const path = typeof src === 'string' ? src : src.path;
    const members = membersOf(args);
    if (typeof src !== 'string' && args.creates === undefined && args.stamp === undefined && members === undefined)
      refuse(
        `what '${path}' would unpack is not told beforehand: it is no tar (plain or by gzip) of at most 1 GiB, or parts of it are chosen`,
        "say 'creates' (something that it holds) or 'stamp' (a file that notes what was unpacked)",
      );
    const archive = facts.archive[0] === undefined ? undefined : throughLink(facts.archive[0]);
    const [stamp] = facts.stamp;
    const [made] = facts.creates;
    const [unpacked] = facts.unpacked;
    if (stamp === undefined && made?.exists === true) return undefined;
    if (archive !== undefined && archive.type !== 'file') refuse(`there is no archive '${path}' on the host`);
    const text = `${(typeof src === 'string' ? archive?.sha256 : src.sha256) ?? ''}\n`;
    if (stamp !== undefined && stamp.sha256 === sha256(text) && made?.exists !== false) return undefined;
    demandFolder(facts.dest, `${args.dest}/.`);
    if (unpacked?.deviating === 0) return undefined;
    const told = memberMakes(members ?? [], {states: facts.members, wanted: asked(args)});
    if (members !== undefined && told.length === 0) return undefined;
    if (unpacked?.error !== undefined) refuse(`'${path}' cannot be unpacked: ${unpacked.error}`);
    const name = nameOf(args);
    const dest = canonicalPath(args.dest);
    return {
      kind: 'state',
      summary: `unpack ${name} into ${dest}`,
      makes: [
        // What it holds is told first: what is known of it comes over that.
        ...(members === undefined ? [promiseUnder(fileFact, dest, unknown(`what ${name} holds`))] : []),
        promise(fileFact, {path: dest}, {exists: true, type: 'directory'}),
        ...knownMakes(args, text),
        ...told,
      ],
      ...(typeof src === 'string' ? {} : {local: src.path}),
      unpacking: unpackingOf(args),
      dest,
      placement: asked(args),
      ...(args.stamp === undefined ? {} : {stamp: {path: args.stamp, text}}),
    };
  },
  async apply(host, {local, unpacking, dest, placement, stamp}) {
    try {
      if (local !== undefined) await host.put(unpacking.archive, {local}, {mode: '0600'});
      await host.run(unpackPlaced(unpacking, {dest, ...placement}), {
        label: `unpacking of ${unpacking.name}`,
        timeout: 1800,
      });
    } finally {
      if (local !== undefined) await host.exec(sh`rm -f -- ${unpacking.archive}`);
    }
    if (stamp !== undefined) await host.put(stamp.path, stamp.text, {mode: '0644'});
  },
  output: (args, {unpacked}) => ({
    dest: args.dest,
    src: typeof args.src === 'string' ? args.src : args.src.path,
    ...(args.list_files ? {files: membersOf(args)?.map(({path}) => path) ?? peek(() => unpacked[0]?.files ?? [])} : {}),
  }),
});

function knownMakes(args: UnarchiveArgs, stamp: string): readonly Promised[] {
  const cause = unknown(`what ${nameOf(args)} holds`);
  const key = comparison(args);
  const untold = {type: cause, mode: cause, owner: cause, group: cause, sha256: cause};
  return [
    ...(args.creates === undefined ? [] : [promise(fileFact, {path: args.creates}, {exists: true, ...untold})]),
    ...(args.stamp === undefined
      ? []
      : [
          promise(
            fileFact,
            {path: args.stamp},
            {exists: true, type: 'file', sha256: sha256(stamp), content: stamp, size: stamp.length, mode: '0644'},
          ),
        ]),
    ...(key === undefined ? [] : [promise(unpackedFact, key, {deviating: 0})]),
  ];
}
