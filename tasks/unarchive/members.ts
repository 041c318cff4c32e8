import {existsSync, readFileSync} from 'node:fs';
import {ask, promise, unknown, type FactRequest, type LocalSource, type Promised} from '../../engine/task.js';
import {fileFact} from '../facts/file.js';
import {canonicalPath, isBelow, type FileState} from '../facts/file/state.js';
import {misplaced, placedAnew, type Placement} from '../files/placement.js';
import {tarMembers, type Member} from './tar.js';

/** What of an archive of the controller goes where. */
export interface MembersKey extends Placement {
  readonly src: LocalSource;
  readonly dest: string;
  readonly strip_components: number;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly extra_opts: readonly string[];
}

const most = 10_000;
const read = new Map<string, readonly Member[] | undefined>();

/** What an archive of the controller puts below its folder; undefined where only an unpacking tells. */
export function localMembers(key: MembersKey): readonly Member[] | undefined {
  const {src, strip_components: strip} = key;
  const stripped = strip + strippedBy(key.extra_opts);
  if (src.type !== 'file' || key.include.length + key.exclude.length > 0 || Number.isNaN(stripped)) return undefined;
  // The text of an archive belongs to its digest.
  if (!read.has(src.sha256))
    read.set(src.sha256, existsSync(src.path) ? tarMembers(readFileSync(src.path)) : undefined);
  const members = read.get(src.sha256);
  if (members === undefined || members.length > most) return undefined;
  const dest = canonicalPath(key.dest);
  const placed = members.flatMap((member) => {
    const path = member.path.split('/').slice(stripped).join('/');
    return path === '' ? [] : [{...member, path: canonicalPath(`${dest}/${path}`)}];
  });
  return placed.every(({path}) => isBelow(path, dest)) ? placed : undefined;
}

/** How many folders tar's own options strip; not a number where they say anything else. */
function strippedBy(options: readonly string[]): number {
  return options.reduce((sum, option) => sum + Number(/^--strip-components=(\d+)$/.exec(option)?.[1] ?? Number.NaN), 0);
}

/** The questions about what an archive of the controller holds. */
export function memberReads(members: readonly Member[]): readonly FactRequest<FileState>[] {
  return members.map(({path, type}) => ask(fileFact, {path, ...(type === 'file' ? {} : {digest: false})}));
}

/** What is promised of members that are absent or others; empty where all is unpacked. */
export function memberMakes(
  members: readonly Member[],
  {states, wanted}: {readonly states: readonly FileState[]; readonly wanted: Placement},
): readonly Promised[] {
  return members.flatMap((member, index) => {
    const state = states[index] ?? {path: member.path, exists: false, type: 'absent'};
    return isRight(member, state, wanted) ? [] : [promise(fileFact, {path: member.path}, promisedOf(member, wanted))];
  });
}

function isRight(member: Member, state: FileState, wanted: Placement): boolean {
  const placed = member.type === 'link' ? {} : wanted;
  if (Object.keys(misplaced(state, placed)).length > 0) return false;
  switch (member.type) {
    case 'directory':
      return state.type === 'directory' || (state.type === 'link' && state.to?.type === 'directory');
    case 'link':
      return state.type === 'link' && state.target === member.target;
    case 'file':
      return (
        state.type === 'file' && state.sha256 === member.sha256 && (wanted.mode !== undefined || isOpen(member, state))
      );
  }
}

/** Whether the mode is that of the archive, or what a user's mask leaves of it. */
function isOpen({mode}: Member, state: FileState): boolean {
  const masked = (Number.parseInt(mode, 8) & ~0o7022).toString(8).padStart(4, '0');
  return state.mode === mode || state.mode === masked;
}

function promisedOf(member: Member, wanted: Placement): Readonly<Record<string, unknown>> {
  const placed = {
    mode: unknown('who unpacks it'),
    ...placedAnew(wanted, member.type === 'directory' ? 'directory' : 'file'),
  };
  switch (member.type) {
    case 'directory':
      return {exists: true, type: 'directory', ...placed};
    case 'link':
      return {exists: true, type: 'link', target: member.target};
    case 'file':
      return {exists: true, type: 'file', sha256: member.sha256, size: member.size, ...placed};
  }
}
