import {promise, refuse} from '../../engine/task.js';
import {fileFact} from '../facts/file.js';
import {parentOf} from '../facts/file/state.js';
import {demandFolder, misplaced, placedAnew, placementWords, settled, settledAnew} from '../files/placement.js';
import type {Base, FileArgs, FileChange, FileFacts} from './change.js';
import {newTreeMakes, treeKey, treeWish} from './tree.js';

/** All folders above a path, outermost first, `/` left out. */
export function foldersAbove(path: string): readonly string[] {
  const above: string[] = [];
  for (let folder = parentOf(path); folder !== '/'; folder = parentOf(folder)) above.unshift(folder);
  return above;
}

/** Plans a folder, with those above it, and with `recurse` all that is in it. */
export function planDirectory(args: FileArgs, facts: FileFacts, base: Base): FileChange | undefined {
  const {file: state} = facts;
  const end = state.type === 'link' ? (state.to ?? state) : state;
  if (end.type === 'directory') {
    const members = misplaced(end, args);
    const tree = treeWish(args, facts);
    if (Object.keys(members).length === 0 && tree === undefined) return undefined;
    const words = [placementWords(members), tree === undefined ? '' : `${tree.count} below it`];
    return {
      ...base,
      path: end.path,
      placement: settled(args, end),
      step: tree === undefined ? 'place' : 'tree',
      summary: `${state.path}: ${words.filter((word) => word !== '').join(', ')}`,
      makes: [
        ...(Object.keys(members).length === 0 ? [] : [promise(fileFact, {path: end.path}, members)]),
        ...(tree?.makes ?? []),
      ],
      ...(tree === undefined ? {} : {tree: treeKey(args), modes: tree.modes}),
    };
  }
  if (state.type !== 'absent') {
    refuse(
      `'${state.path}' is a ${state.type}, not a folder`,
      `remove it before, with file: {path: ${state.path}, state: absent}`,
    );
  }
  const wrong = facts.parents.find((parent) => {
    const type = parent.type === 'link' ? (parent.to?.type ?? 'link') : parent.type;
    return type !== 'absent' && type !== 'directory';
  });
  if (wrong !== undefined) demandFolder(wrong, state.path);
  const above = facts.parents.filter((parent) => parent.type === 'absent').map((parent) => parent.path);
  return {
    ...base,
    step: 'folders',
    folders: [...above, state.path],
    summary: `create folder ${state.path}`,
    makes: [
      ...[...above, state.path].map((path) =>
        promise(fileFact, {path}, {exists: true, type: 'directory', mode: '0755', ...placedAnew(args, 'directory')}),
      ),
      ...newTreeMakes(args),
    ],
    placement: {mode: '0755', ...settledAnew(args, 'directory')},
  };
}
