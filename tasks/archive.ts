import {sh, raw} from '../engine/host.js';
import {
  ask,
  consult,
  isUnknown,
  peek,
  promise,
  promiseUnder,
  refuse,
  unknown,
  type Change,
  type Promised,
  type Unknown,
} from '../engine/task.js';
import {archiveFact, type ArchiveState} from './facts/archive.js';
import {members, rootOf, type ArchiveFormat, type ArchiveKey} from './facts/archive/script.js';
import {fileFact} from './facts/file.js';
import {parentOf, type FileState} from './facts/file/state.js';
import {withAccounts} from './files/accounts.js';
import {
  demandFolder,
  misplaced,
  place,
  placedAnew,
  placementWords,
  settled,
  type Placement,
} from './files/placement.js';
import {listOf, type Listed} from './text/list.js';

export interface ArchiveArgs extends Placement {
  readonly path: Listed;
  readonly dest?: string;
  readonly format: ArchiveFormat;
  readonly exclude_path: Listed;
  readonly exclusion_patterns: Listed;
  readonly force_archive: boolean;
  readonly remove: boolean;
}

interface Facts {
  readonly archive: ArchiveState;
  readonly file: FileState;
  readonly parent: FileState;
}

interface ArchiveChange extends Change {
  readonly placement: Placement;
  readonly pack?: ArchiveKey;
  readonly dest: string;
  readonly remove: readonly string[];
}

function keyOf(args: ArchiveArgs): ArchiveKey {
  const paths = listOf(args.path);
  const [first = ''] = paths;
  if (args.dest === undefined && (paths.length !== 1 || /[*?[\]]/.test(first)))
    refuse("'dest' is needed where several things go into one archive");
  return {
    dest: args.dest ?? `${first.replace(/\/$/, '')}.${args.format}`,
    paths,
    excludes: listOf(args.exclude_path),
    patterns: listOf(args.exclusion_patterns),
    format: args.format,
    always: args.force_archive,
  };
}

export const archive = withAccounts<ArchiveArgs, Facts, ArchiveChange>({
  name: 'archive',
  reads(args) {
    const key = keyOf(args);
    return {
      archive: ask(archiveFact, key),
      file: ask(fileFact, {path: key.dest}),
      parent: consult(fileFact, {path: parentOf(key.dest), digest: false}),
    };
  },
  plan(args, {archive: state, file, parent}) {
    const key = keyOf(args);
    // What an earlier task would still change is packed all the same.
    const found = args.remove ? state.found : peek(() => state.found);
    const shown = isUnknown(found) ? key.paths : found;
    if (shown.length === 0) {
      if (args.remove && file.type === 'file') return undefined;
      refuse(`nothing is at ${key.paths.join(', ')}`);
    }
    if (file.type !== 'absent' && file.type !== 'file') refuse(`'${key.dest}' is a ${file.type}, not a file`);
    const isPacked = file.type === 'file' && state.held !== '' && state.held === state.wanted;
    const members = isPacked ? misplaced(file, args) : {};
    if (isPacked && Object.keys(members).length === 0 && !args.remove) return undefined;
    if (!isPacked) demandFolder(parent, key.dest);
    const path = file.path;
    const cause = unknown(`the making of ${path}`);
    const anew = file.type === 'file' ? {} : {mode: '0644'};
    const gone: readonly Promised[] = args.remove
      ? shown.map((each) => promiseUnder(fileFact, each, {exists: false, type: 'absent'}))
      : [];
    const packed = isPacked
      ? [promise(fileFact, {path}, members)]
      : [
          promise(
            fileFact,
            {path},
            {exists: true, type: 'file', sha256: cause, size: cause, ...anew, ...placedAnew(settled(args, file))},
          ),
        ];
    return {
      kind: 'state',
      summary: isPacked
        ? args.remove
          ? `remove what ${path} holds`
          : `${path}: ${placementWords(members)}`
        : `pack ${shown.join(', ')} into ${path}`,
      // The archive's own fact comes last: it follows the files that are promised before it.
      makes: [
        ...(isPacked && Object.keys(members).length === 0 ? [] : packed),
        ...gone,
        promise(archiveFact, key, afterwards(state, {removes: args.remove, isKnown: !isUnknown(found), cause})),
      ],
      placement: isPacked ? settled(args, file) : {...anew, ...settled(args, file)},
      ...(isPacked ? {} : {pack: key}),
      dest: path,
      remove: args.remove ? shown : [],
    };
  },
  async apply(host, {pack, dest, placement, remove}) {
    if (pack !== undefined) await host.run(packScript(pack, dest), {timeout: 3600, label: `packing of ${dest}`});
    await place(host, dest, placement);
    if (remove.length > 0) await host.run(sh`rm -rf -- ${remove}`);
  },
  output(args, {archive: state, file}) {
    const key = keyOf(args);
    return {
      dest: file.path,
      arcroot: rootOf(key.paths),
      expanded_paths: peek(() => state.found),
      state: !file.exists ? 'absent' : peek(() => (state.isFile ? 'compress' : 'archive')),
      mode: peek(() => file.mode),
      owner: peek(() => file.owner),
      group: peek(() => file.group),
      size: peek(() => file.size),
    };
  },
});

function afterwards(
  state: ArchiveState,
  {removes, isKnown, cause}: {readonly removes: boolean; readonly isKnown: boolean; readonly cause: Unknown},
): Parameters<typeof promise<ArchiveKey, ArchiveState>>[2] {
  if (removes) return {found: [], wanted: '', isFile: false, held: cause};
  return isKnown ? {...state, held: state.wanted} : cause;
}

const packers: Readonly<Record<ArchiveFormat, string>> = {
  gz: 'gzip -c',
  bz2: 'bzip2 -c',
  xz: 'xz -c',
  tar: 'cat',
  zip: '',
};

function packScript(key: ArchiveKey, dest: string): string {
  const packer = packers[key.format];
  const program = packer.split(' ')[0] ?? '';
  const needs = key.format === 'zip' ? 'zip' : program;
  // Names go by a list: they may be more than a command line holds.
  const tar = String.raw`if tar --version 2>/dev/null | grep -q GNU; then listed0 "$@" >"$t.list"; tar -cf "$t.tar" --no-recursion --null -T "$t.list"
else pack_by_words "$@"; fi`;
  const alone = key.always || key.format === 'tar' || key.format === 'zip' ? 'false' : '[ $# -eq 1 ] && [ -f "$1" ]';
  const make =
    key.format === 'zip'
      ? 'listed "$@" >"$t.list"; zip -q -y -@ "$t.zip" <"$t.list" && mv -f "$t.zip" "$t"'
      : `{ ${tar}
} && ${packer} <"$t.tar" >"$t"`;
  return sh`command -v ${needs} >/dev/null 2>&1 || { echo ${`${needs} is missing on this machine: install it before`} >&2; exit 127; }
t=${`${dest}.u7s-pack`}; trap 'rm -f -- "$t" "$t.tar" "$t.list" "$t.zip"' EXIT; rm -f -- "$t.tar"
${raw(members(key))}if ${raw(alone)}; then ${raw(packer === '' ? ':' : `${packer} <"$1" >"$t"`)}; else ${raw(make)}; fi && mv -f -- "$t" ${dest}`;
}
