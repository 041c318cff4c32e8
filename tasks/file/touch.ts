import {promise, unknown} from '../../engine/task.js';
import {fileFact} from '../facts/file.js';
import {throughLink} from '../facts/file/state.js';
import {demandFolder, misplaced, placementWords, settled, settledAnew} from '../files/placement.js';
import {sha256} from '../files/write.js';
import {setsTimes} from './times.js';
import type {FileArgs, FileChange, FileFacts} from './change.js';

/** Plans a file that is there and, unless its times are preserved, is touched now: each time anew. */
export function planTouch(args: FileArgs, {file, parents}: FileFacts): FileChange | undefined {
  const state = throughLink(file);
  const {path} = file.type === 'link' && state.exists ? state : file;
  const moves = {
    mtime: (args.modification_time ?? 'now') === 'now',
    atime: (args.access_time ?? 'now') === 'now',
  };
  const moved = Object.entries(moves).flatMap(([name, isMoved]) => (isMoved ? [name] : []));
  if (state.exists && moved.length === 0) {
    const members = misplaced(state, args);
    if (Object.keys(members).length === 0) return undefined;
    return {
      kind: 'state',
      path,
      placement: settled(args, state),
      step: 'place',
      summary: `${path}: ${placementWords(members)}`,
      makes: [promise(fileFact, {path}, members)],
    };
  }
  const [parent] = parents;
  if (!state.exists && parent !== undefined) demandFolder(parent, path);
  const now = Object.fromEntries(moved.map((name) => [name, unknown(`when ${path} is touched`)]));
  // A file whose times are set is not read to its end afterwards: that would move one of them.
  const text = setsTimes(args) ? {sha256: unknown(`what ${path} holds`)} : {sha256: sha256(''), content: ''};
  const anew = {exists: true, type: 'file', size: 0, ...text, mode: '0644'} as const;
  const placement = state.exists ? settled(args, state) : {mode: '0644', ...settledAnew(args, 'file')};
  return {
    // What has been touched can be touched again: only a file that keeps its times is a state.
    kind: moved.length === 0 ? 'state' : 'action',
    path,
    placement,
    step: 'touch',
    summary: state.exists ? `touch ${path}` : `create ${path}`,
    makes: [
      promise(
        fileFact,
        {path},
        state.exists ? {...misplaced(state, args), ...now} : {...anew, ...now, ...misplaced(state, placement)},
      ),
    ],
    unsettles: [],
    times: moved.length === 2 || !state.exists ? [] : moved.map((name) => (name === 'mtime' ? '-m' : '-a')),
  };
}
