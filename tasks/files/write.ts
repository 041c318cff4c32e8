import {createHash, randomBytes} from 'node:crypto';
import {quote, sh, type Content, type FileToPut, type Host} from '../../engine/host.js';
import {promise, type Promised, type Values} from '../../engine/task.js';
import {fileFact} from '../facts/file.js';
import type {FileState} from '../facts/file/state.js';
import {
  misplaced,
  place,
  placedAnew,
  placing,
  placementWords,
  settled,
  settledAnew,
  type Placement,
} from './placement.js';

/** What a file shall be: its bytes as text, as a file of the controller or of the machine, and its placement. */
export interface Wanted extends Placement {
  readonly path: string;
  readonly content:
    | string
    | {readonly local: string; readonly sha256: string; readonly size: number; readonly text?: string}
    | {readonly remote: string; readonly sha256: string; readonly size: number; readonly text?: string};
}

/** One file to write, or only to place anew where `content` is absent. */
export interface FileWrite {
  readonly path: string;
  readonly content?: Content | {readonly remote: string};
  readonly placement: Placement;
  readonly summary: string;
  readonly makes: readonly Promised[];
  /** There is a file that it replaces. */
  readonly replaces?: boolean;
}

/** Hex sha256 of a text. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Plans one regular file from its present state; undefined when it is as wanted. */
export function planWrite(state: FileState, wanted: Wanted): FileWrite | undefined {
  const {content, path} = wanted;
  const hash = typeof content === 'string' ? sha256(content) : content.sha256;
  const size = typeof content === 'string' ? Buffer.byteLength(content) : content.size;
  const text = typeof content === 'string' ? content : content.text;
  const placement = state.type === 'file' ? settled(wanted, state) : settledAnew(wanted, 'file');
  if (state.type === 'file' && state.sha256 === hash) {
    const members = misplaced(state, wanted);
    if (Object.keys(members).length === 0) return undefined;
    return {
      path,
      placement,
      summary: `${path}: ${placementWords(members)}`,
      makes: [promise(fileFact, {path}, members)],
    };
  }
  const value: Partial<FileState> = {
    exists: true,
    type: 'file',
    size,
    sha256: hash,
    ...(text === undefined ? {} : {content: text}),
    ...(state.type === 'file' ? {} : {mode: '0644'}),
    ...placedAnew(placement),
  };
  return {
    path,
    placement: state.type === 'file' ? placement : {mode: '0644', ...placement},
    content: sourceOf(content),
    summary: `${state.type === 'absent' ? 'create' : state.type === 'file' ? 'edit' : `replace ${state.type}`} ${path}`,
    makes: [promise(fileFact, {path}, value)],
    ...(state.type === 'file' ? {replaces: true} : {}),
  };
}

function sourceOf(content: Wanted['content']): NonNullable<FileWrite['content']> {
  if (typeof content === 'string') return content;
  if (!('local' in content)) return {remote: content.remote};
  const {local, sha256: digest, size} = content;
  return {local, sha256: digest, size};
}

export interface WriteOptions {
  /** A command with `%s` for the new file's name; the file is not put in place where it fails. */
  readonly validate?: string | undefined;
  readonly unsafeWrites?: boolean | undefined;
  /** Keep what is replaced, under a name with the time in it. */
  readonly backup?: boolean | undefined;
}

/** Writes one planned file; tells where the file before it is kept. */
export async function write(host: Host, planned: FileWrite, options: WriteOptions = {}): Promise<Values> {
  const {path, content, placement} = planned;
  if (content === undefined) {
    await place(host, path, placement);
    return {};
  }
  if (options.validate !== undefined) await validated(host, path, {content, command: options.validate});
  const kept = options.backup === true && planned.replaces === true ? await keep(host, path) : {};
  await put(host, {path, content}, {placement, unsafeWrites: options.unsafeWrites === true});
  return kept;
}

/** Writes planned files, those of the controller together; tells where a file before one is kept. */
export async function writeAll(host: Host, all: readonly FileWrite[], options: WriteOptions = {}): Promise<Values> {
  const [only] = all;
  if (only !== undefined && all.length === 1) return write(host, only, options);
  const together: FileToPut[] = [];
  const steps = placing(all.filter(({content}) => content === undefined));
  if (steps.length > 0) await host.run(steps.join(' &&\n'), {label: 'setting of owners and modes'});
  let told = {};
  for (const planned of all) {
    const {path, content, placement} = planned;
    if (content === undefined) continue;
    const isRemote = typeof content === 'object' && 'remote' in content;
    if (isRemote || options.validate !== undefined) {
      told = {...told, ...(await write(host, planned, options))};
      continue;
    }
    if (options.backup === true && planned.replaces === true) told = {...told, ...(await keep(host, path))};
    const unsafe = options.unsafeWrites === true ? {unsafeWrites: true} : {};
    together.push({path, content, options: {...placement, ...unsafe}});
  }
  if (together.length > 0) await host.putAll(together);
  return told;
}

/** Copies a file beside itself, with all that it has. */
export async function keep(host: Host, path: string): Promise<{readonly backup_file: string}> {
  const {stdout} = await host.run(
    sh`b=${path}.$(date +%Y-%m-%d@%H:%M:%S)~ && cp -p -- ${path} "$b" && printf '%s.' "$b"`,
    {
      label: `keeping of ${path}`,
    },
  );
  return {backup_file: stdout.slice(0, -1)};
}

async function put(
  host: Host,
  {path, content}: {readonly path: string; readonly content: NonNullable<FileWrite['content']>},
  {placement, unsafeWrites}: {readonly placement: Placement; readonly unsafeWrites: boolean},
): Promise<void> {
  if (typeof content === 'object' && 'remote' in content) {
    const beside = unsafeWrites ? path : besideOf(path);
    // As put does: the present file's owner and mode stay where no others are asked for.
    await host.run(
      sh`[ ! -f ${path} ] || [ ${beside} = ${path} ] || cp -p -- ${path} ${beside}; { cat -- ${content.remote} >${beside} && touch -r ${content.remote} -- ${beside}; } || { rm -f -- ${beside}; exit 1; }`,
      {label: `copying of ${content.remote}`},
    );
    await place(host, beside, placement);
    // Over a link to a folder, mv would move into the folder.
    if (beside !== path) await host.run(sh`[ ! -d ${path} ] || rm -f -- ${path}; mv -f -- ${beside} ${path}`);
    return;
  }
  await host.put(path, content, {...placement, ...(unsafeWrites ? {unsafeWrites: true} : {})});
}

function besideOf(path: string): string {
  return `${path.slice(0, path.lastIndexOf('/') + 1)}.u7s-${randomBytes(6).toString('hex')}`;
}

async function validated(
  host: Host,
  path: string,
  check: {readonly content: NonNullable<FileWrite['content']>; readonly command: string},
): Promise<void> {
  const beside = besideOf(path);
  try {
    await put(host, {path: beside, content: check.content}, {placement: {mode: '0600'}, unsafeWrites: false});
    await host.run(
      check.command.replaceAll('%s', () => quote(beside)),
      {label: `validation of ${path}`},
    );
  } finally {
    await host.exec(sh`rm -f -- ${beside}`);
  }
}
