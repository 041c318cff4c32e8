import type {Host} from '../../engine/host.js';
import {refuse, type Change} from '../../engine/task.js';
import {throughLink, type FileState} from '../facts/file/state.js';
import {demandFolder, demandReadable, type Placement} from './placement.js';
import {planWrite, write, type FileWrite, type WriteOptions} from './write.js';

/** A change of a text file, planned from its content. */
export interface TextChange extends Change {
  readonly write: FileWrite;
  readonly validate?: string;
  readonly unsafeWrites: boolean;
}

export interface TextEdit extends Placement {
  /** The present state, content asked for. */
  readonly file: FileState;
  readonly parent: FileState;
  /** Make the file where it is absent. */
  readonly create: boolean;
  readonly summary: string;
  readonly validate?: string | undefined;
  readonly unsafeWrites: boolean;
}

/** Plans an edit of a text file (what a link leads to, where it is one): the whole new text, mode and owner kept. */
export function planEdit(edit: TextEdit, change: (text: string) => string): TextChange | undefined {
  const {file: named, parent, create, summary, validate, unsafeWrites, ...placement} = edit;
  demandReadable(named);
  const file = throughLink(named);
  if (file.type === 'absent' && !create) refuse(`'${named.path}' does not exist`, "say 'create: true' to make it");
  if (file.type !== 'absent' && file.type !== 'file') refuse(`'${named.path}' is a ${file.type}, not a file`);
  if (file.type === 'absent') demandFolder(parent, named.path);
  if (file.type === 'file' && typeof file.content !== 'string')
    refuse(`'${file.path}' is no text (UTF-8) of at most 1 MiB`);
  const before = file.content ?? '';
  const after = change(before);
  if (file.type === 'absent' && after === '') return undefined;
  const planned = planWrite(file, {...placement, path: file.path, content: after});
  if (planned === undefined) return undefined;
  return {
    kind: 'state',
    summary: planned.content === undefined ? planned.summary : `${summary} in ${file.path}`,
    makes: planned.makes,
    write: planned,
    ...(validate === undefined ? {} : {validate}),
    unsafeWrites,
  };
}

/** Writes the new text. */
export async function applyEdit(host: Host, change: TextChange): Promise<void> {
  const options: WriteOptions = {validate: change.validate, unsafeWrites: change.unsafeWrites};
  await write(host, change.write, options);
}
