import {ask, promise, refuse, type FactRequest} from '../../engine/task.js';
import {fileFact} from '../facts/file.js';
import {parentOf, throughLink, type FileState} from '../facts/file/state.js';
import {
  asked,
  demandFolder,
  misplaced,
  placedAnew,
  placementWords,
  settled,
  type Placement,
} from '../files/placement.js';
import type {Base, FileArgs, FileChange, FileFacts} from './change.js';

/** Plans a symbolic link that says `src`. */
export function planLink(args: FileArgs, facts: FileFacts, base: Base): FileChange | undefined {
  const {file: state} = facts;
  if (args.src === undefined) refuse("'state: link' needs 'src', what the link shall say");
  const end = args.follow ? facts.target.map(throughLink).find(({exists}) => exists) : undefined;
  if (end !== undefined) return planLed(args, {facts, base, end});
  const owned = withoutMode(args);
  if (state.type === 'link' && state.target === args.src) {
    const members = misplaced(state, owned);
    if (Object.keys(members).length === 0) return undefined;
    return {
      ...base,
      placement: asked(owned),
      step: 'place',
      summary: `${state.path}: ${placementWords(members)}`,
      makes: [promise(fileFact, {path: state.path}, members)],
    };
  }
  demandPlace(args, {state, parent: facts.parents[0]});
  return {
    ...base,
    placement: asked(owned),
    step: 'link',
    target: args.src,
    clear: state.type !== 'absent' && state.type !== 'link',
    summary: `link ${state.path} → ${args.src}`,
    makes: [
      promise(fileFact, {path: state.path}, {exists: true, type: 'link', target: args.src, ...placedAnew(owned)}),
    ],
  };
}

/** What the link shall lead to, where somebody wants to place it. */
export function targetReads({state, src, path, follow, ...args}: FileArgs): readonly FactRequest<FileState>[] {
  const isPlaced = Object.keys(asked(args)).length > 0;
  if (state !== 'link' || src === undefined || !follow || !isPlaced) return [];
  return [ask(fileFact, {path: src.startsWith('/') ? src : `${parentOf(path)}/${src}`, digest: false})];
}

/** Plans a link and the placement of what it leads to. */
function planLed(
  args: FileArgs,
  {facts, base, end}: {readonly facts: FileFacts; readonly base: Base; readonly end: FileState},
): FileChange | undefined {
  const {mode: _, owner: __, group: ___, ...bare} = args;
  const link = planLink({...bare, follow: false}, facts, base);
  const members = misplaced(end, args);
  if (Object.keys(members).length === 0) return link === undefined ? undefined : {...link, placement: {}};
  const led: Pick<FileChange, 'led'> = {led: {path: end.path, placement: settled(args, end)}};
  const makes = promise(fileFact, {path: end.path}, members);
  const words = `${end.path}: ${placementWords(members)}`;
  const nothing: Placement = {};
  return link === undefined
    ? {...base, placement: nothing, step: 'place', summary: words, makes: [makes], ...led}
    : {...link, placement: nothing, summary: `${link.summary}, ${words}`, makes: [...link.makes, makes], ...led};
}

/** Plans another name of the file `src`. */
export function planHard(args: FileArgs, facts: FileFacts, base: Base): FileChange | undefined {
  const {
    file: state,
    source: [source],
  } = facts;
  if (args.src === undefined || source === undefined)
    refuse("'state: hard' needs 'src', the file of which it is a name");
  if (!args.src.startsWith('/')) refuse("'src' of a hard link must be an absolute path");
  if (source.type !== 'file')
    refuse(
      `'${args.src}' is ${source.exists ? `a ${source.type}` : 'not there'}, and only a file can have another name`,
    );
  const isSame = state.type === 'file' && state.inode === source.inode && state.device === source.device;
  const members = misplaced(source, args);
  if (isSame && Object.keys(members).length === 0) return undefined;
  if (isSame)
    return {
      ...base,
      step: 'place',
      summary: `${state.path}: ${placementWords(members)}`,
      makes: [promise(fileFact, {path: state.path}, members), promise(fileFact, {path: source.path}, members)],
    };
  demandPlace(args, {state, parent: facts.parents[0]});
  const {mode, owner, group, sha256, size, inode, device} = source;
  const told = {mode, owner, group, sha256, size, inode, device};
  const known = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
  return {
    ...base,
    step: 'hard',
    target: source.path,
    clear: state.type !== 'absent',
    summary: `link ${state.path} to the file ${source.path}`,
    makes: [
      promise(fileFact, {path: state.path, times: true}, {exists: true, type: 'file', ...known, ...members}),
      ...(Object.keys(members).length === 0 ? [] : [promise(fileFact, {path: source.path}, members)]),
    ],
  };
}

function demandPlace(
  args: FileArgs,
  {state, parent}: {readonly state: FileState; readonly parent: FileState | undefined},
): void {
  const mayGo = state.type === 'absent' || (state.type === 'link' && args.state === 'link');
  if (!mayGo && !args.force)
    refuse(`'${state.path}' is a ${state.type}, not the link`, "remove it before, or say 'force: true' to replace it");
  if (parent !== undefined) demandFolder(parent, state.path);
}

/** A link has no mode of its own. */
function withoutMode(args: FileArgs): FileArgs {
  const {mode: _, ...rest} = args;
  return rest;
}
