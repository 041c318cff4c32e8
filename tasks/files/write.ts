import {createHash, randomBytes} from 'node:crypto';
import {quote, sh, type Content, type Host} from '../../engine/host.js';
import {promise, type Promised} from '../../engine/task.js';
import {fileFact} from '../facts/file.js';
import type {FileState} from '../facts/file/state.js';
import {asked, misplaced, placedAnew, place, placementWords, type Placement} from './placement.js';

/** What a file shall be: its bytes as text or as a file of the controller, and its placement. */
export interface Wanted extends Placement {
  readonly path: string;
  readonly content:
    string | {readonly local: string; readonly sha256: string; readonly size: number; readonly text?: string};
}

/** One file to write, or only to place anew where `content` is absent. */
export interface FileWrite {
  readonly path: string;
  readonly content?: Content;
  readonly placement: Placement;
  readonly summary: string;
  readonly makes: readonly Promised[];
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
  const placement = asked(wanted);
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
    ...placedAnew(wanted),
  };
  return {
    path,
    placement: state.type === 'file' ? placement : {mode: '0644', ...placement},
    content: typeof content === 'string' ? content : {local: content.local},
    summary: `${state.type === 'absent' ? 'create' : state.type === 'file' ? 'edit' : `replace ${state.type}`} ${path}`,
    makes: [promise(fileFact, {path}, value)],
  };
}

export interface WriteOptions {
  /** A command with `%s` for the new file's name; the file is not put in place where it fails. */
  readonly validate?: string | undefined;
  readonly unsafeWrites?: boolean | undefined;
}

/** Writes one planned file. */
export async function write(host: Host, planned: FileWrite, options: WriteOptions = {}): Promise<void> {
  const {path, content, placement} = planned;
  if (content === undefined) {
    await place(host, path, placement);
    return;
  }
  if (options.validate !== undefined) await validated(host, path, {content, command: options.validate});
  await host.put(path, content, {...placement, ...(options.unsafeWrites === true ? {unsafeWrites: true} : {})});
}

async function validated(
  host: Host,
  path: string,
  check: {readonly content: Content; readonly command: string},
): Promise<void> {
  const beside = `${path.slice(0, path.lastIndexOf('/') + 1)}.u7s-${randomBytes(6).toString('hex')}`;
  try {
    await host.put(beside, check.content, {mode: '0600'});
    await host.run(
      check.command.replaceAll('%s', () => quote(beside)),
      {label: `validation of ${path}`},
    );
  } finally {
    await host.exec(sh`rm -f -- ${beside}`);
  }
}
