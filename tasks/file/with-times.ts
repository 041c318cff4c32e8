import {promise, type Promised} from '../../engine/task.js';
import {fileFact} from '../facts/file.js';
import {throughLink} from '../facts/file/state.js';
import {asked} from '../files/placement.js';
import type {FileArgs, FileChange, FileFacts} from './change.js';
import {otherTimes, timeWords, wantedTimes} from './times.js';

/** Completes a plan by the times that are given: those of the file, or of what a link leads to. */
export function withTimes(args: FileArgs, facts: FileFacts, change: FileChange | undefined): FileChange | undefined {
  const wanted = wantedTimes(args, facts.moments);
  if (args.state === 'absent' || Object.keys(wanted).length === 0) return change;
  const end = throughLink(facts.file);
  const path = change?.path ?? end.path;
  // What is changed before gets other times by that.
  const set = change === undefined ? otherTimes(wanted, end) : wanted;
  if (Object.keys(set).length === 0) return undefined;
  if (change === undefined)
    return {
      kind: 'state',
      path,
      placement: asked({}),
      step: 'place',
      summary: `${path}: ${timeWords(set)}`,
      makes: [promise(fileFact, {path, times: true}, set)],
      set,
    };
  const told = change.makes.map((each) => ('id' in each && each.id === path ? withMembers(each, set) : each));
  const isTold = told.some((each, index) => each !== change.makes[index]);
  return {...change, makes: isTold ? told : [...told, promise(fileFact, {path, times: true}, set)], set};
}

function withMembers(promised: Promised, members: object): Promised {
  return {...promised, value: {...(promised.value as object), ...members}};
}
