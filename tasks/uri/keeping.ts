import {basename} from 'node:path/posix';
import {ask, consult, refuse, type Change, type FactRequest, type Values} from '../../engine/task.js';
import {fileFact} from '../facts/file.js';
import {contentLimit, parentOf, throughLink, type FileState} from '../facts/file/state.js';
import {asked, demandFolder, demandReadable, type Placement} from '../files/placement.js';
import {planWrite, type FileWrite} from '../files/write.js';

interface KeepingArgs extends Placement {
  readonly url: string;
  readonly dest?: string;
}

interface KeepingFacts {
  readonly kept: readonly FileState[];
  readonly parent: readonly FileState[];
}

/** An answer that is written into a file. */
export interface KeepingChange extends Change {
  readonly write: FileWrite;
}

/** The questions about the file that shall hold the answer. */
export function keepingReads({url, dest}: KeepingArgs): {
  readonly [Name in keyof KeepingFacts]: readonly FactRequest<FileState>[];
} {
  if (dest === undefined) return {kept: [], parent: []};
  const name = basename(new URL(url).pathname) || 'index.html';
  return {
    kept: [ask(fileFact, {path: dest}), ask(fileFact, {path: `${dest}/${name}`})],
    parent: [consult(fileFact, {path: parentOf(dest), digest: false})],
  };
}

/** Plans the file that holds an answer; undefined where nobody wants it, or it does. */
export function planKeeping(args: KeepingArgs, facts: KeepingFacts, content: string): KeepingChange | undefined {
  const file = placeOf(facts);
  if (file === undefined) return undefined;
  demandReadable(file);
  if (file.type === 'directory') refuse(`'${file.path}' is a folder`, "name the file in 'dest'");
  if (content.includes('\uFFFD') || Buffer.byteLength(content) >= contentLimit)
    refuse('the answer is no text (UTF-8) of less than 1 MiB', 'get_url brings any file');
  const planned = planWrite(file, {...asked(args), path: file.path, content});
  if (planned === undefined) return undefined;
  const [parent] = facts.parent;
  if (parent !== undefined && file === facts.kept[0]) demandFolder(parent, file.path);
  return {kind: 'state', summary: planned.summary, makes: planned.makes, write: planned};
}

/** What is told of the file. */
export function keepingValues(args: KeepingArgs, facts: KeepingFacts): Values {
  const file = placeOf(facts);
  return args.dest === undefined || file === undefined ? {} : {path: file.path};
}

function placeOf({kept: [named, inside]}: KeepingFacts): FileState | undefined {
  if (named === undefined) return undefined;
  const end = throughLink(named);
  return end.type === 'directory' ? inside : named.type === 'link' && named.to !== undefined ? end : named;
}
