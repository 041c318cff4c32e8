import type {Change} from '../../engine/task.js';
import type {FileState} from '../facts/file/state.js';
import type {ListingState} from '../facts/listing/state.js';
import type {MomentState} from '../facts/moment.js';
import type {TreeKey, TreeState} from '../facts/tree.js';
import type {Placement} from '../files/placement.js';
import type {TimeArgs, WantedTimes} from './times.js';

export interface FileArgs extends Placement, TimeArgs {
  readonly path: string;
  readonly state: 'file' | 'directory' | 'link' | 'hard' | 'touch' | 'absent';
  readonly src?: string;
  readonly force: boolean;
  readonly recurse: boolean;
  readonly follow: boolean;
}

/** What a plan reads: lists are empty where the state asked for needs nothing of the kind. */
export interface FileFacts {
  readonly file: FileState;
  readonly parents: readonly FileState[];
  /** What a hard link shall be another name of. */
  readonly source: readonly FileState[];
  readonly tree: readonly TreeState[];
  /** The tree, entry by entry, where a mode in letters means another one for each. */
  readonly entries: readonly ListingState[];
  /** What the given times are on the machine. */
  readonly moments: readonly MomentState[];
  /** What a link shall lead to. */
  readonly target: readonly FileState[];
}

/** A mode in digits, and who gets it. */
export interface ModeOfPaths {
  readonly mode: string;
  readonly paths: readonly string[];
}

export interface FileChange extends Change {
  readonly path: string;
  readonly placement: Placement;
  readonly step: 'place' | 'remove' | 'folders' | 'link' | 'hard' | 'touch' | 'tree';
  /** Folders to make, outermost first. */
  readonly folders?: readonly string[];
  readonly target?: string;
  readonly clear?: boolean;
  readonly tree?: TreeKey;
  /** Entries of the tree whose mode in letters comes to these digits. */
  readonly modes?: readonly ModeOfPaths[];
  /** What a link leads to, and its placement. */
  readonly led?: {readonly path: string; readonly placement: Placement};
  /** Times to set, in seconds since 1970. */
  readonly set?: WantedTimes;
  /** The words for touch, by which times it sets. */
  readonly times?: readonly string[];
}

/** What every change of one path begins with. */
export type Base = Pick<FileChange, 'path' | 'placement'> & {readonly kind: 'state'};
