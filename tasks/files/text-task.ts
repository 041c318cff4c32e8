import {ask, consult, type FactRequests, type TaskModule, type Values} from '../../engine/task.js';
import {fileFact} from '../facts/file.js';
import {parentOf, throughLink, type FileState} from '../facts/file/state.js';
import {withAccounts} from './accounts.js';
import {asked, type Placement} from './placement.js';
import {applyEdit, planEdit, type TextChange} from './text-edit.js';

/** The arguments that all editors of text share. */
export interface TextArgs extends Placement {
  readonly path: string;
  readonly validate?: string;
  readonly unsafe_writes: boolean;
  readonly backup: boolean;
}

/** What an editor of text plans from. */
export interface TextFacts {
  readonly file: FileState;
  readonly parent: FileState;
}

/** How one editor differs from another. */
export interface TextTask<Args> {
  readonly name: string;
  readonly create: (args: Args) => boolean;
  /** The imperative before "in PATH". */
  readonly summary: (args: Args) => string;
  /** An absent file satisfies the task as it is. */
  readonly satisfiedByAbsence?: (args: Args) => boolean;
  readonly edit: (args: Args, text: string) => string;
}

/** Makes a module that edits a text file. */
export function textTask<Args extends TextArgs>(task: TextTask<Args>): TaskModule<Args, TextFacts, TextChange> {
  return withAccounts<Args, TextFacts, TextChange>({
    name: task.name,
    reads: (args): FactRequests<TextFacts> => ({
      file: ask(fileFact, {path: args.path, content: true}),
      parent: consult(fileFact, {path: parentOf(args.path), digest: false}),
    }),
    plan(args, {file, parent}) {
      if (task.satisfiedByAbsence?.(args) === true && throughLink(file).type === 'absent') return undefined;
      const edit = {
        ...asked(args),
        file,
        parent,
        create: task.create(args),
        summary: task.summary(args),
        validate: args.validate,
        unsafeWrites: args.unsafe_writes,
        backup: args.backup,
      };
      return planEdit(edit, (text) => task.edit(args, text));
    },
    apply: applyEdit,
    output: (args, {file}): Values => ({path: args.path, checksum: throughLink(file).sha256}),
  });
}
