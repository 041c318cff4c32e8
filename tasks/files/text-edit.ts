import type {Host} from '../../engine/host.js';
import {refuse, type Change, type Values} from '../../engine/task.js';
import {throughLink, type FileState} from '../facts/file/state.js';
import {demandFolder, demandReadable, type Placement} from './placement.js';
import {planWrite, write, type FileWrite, type WriteOptions} from './write.js';

/** A change of a text file, planned from its content. */
export interface TextChange extends Change {
  readonly write: FileWrite;
  readonly validate?: string;
  readonly unsafeWrites: boolean;
  readonly backup?: boolean;
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
  readonly backup?: boolean;
}

/** Plans an edit of a text file (what a link leads to, where it is one): the whole new text, mode and owner kept. */
export function planEdit(edit: TextEdit, change: (text: string) => string): TextChange | undefined {
  const {file: named, parent, create, summary, validate, unsafeWrites, backup, ...placement} = edit;
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
    ...(backup === true ? {backup} : {}),
  };
}

/** Writes the new text; tells where the one before it is kept. */
export function applyEdit(host: Host, change: TextChange): Promise<Values> {
  const options: WriteOptions = {
    validate: change.validate,
    unsafeWrites: change.unsafeWrites,
    backup: change.backup,
  };
  return write(host, change.write, options);
}
