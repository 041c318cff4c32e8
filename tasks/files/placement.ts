import {pieces, raw, sh, type Host} from '../../engine/host.js';
import {refuse} from '../../engine/task.js';
import type {FileState} from '../facts/file/state.js';
import {canonicalMode, isDigits, settledMode} from './modes.js';
export {canonicalMode} from './modes.js';

/** Mode (octal digits), owner and group (name or number) as a task asks for them. */
export interface Placement {
  readonly mode?: string;
  readonly owner?: string;
  readonly group?: string;
}

/** The promised members that a placement asks for and that do not hold yet. */
export function misplaced(state: FileState, wanted: Placement): Partial<FileState> {
  const {mode, owner, group} = settled(wanted, state);
  return {
    ...(mode === undefined || mode === state.mode ? {} : {mode}),
    ...(owner === undefined || owner === state.owner || owner === String(state.uid) ? {} : ownerOf(owner)),
    ...(group === undefined || group === state.group || group === String(state.gid) ? {} : groupOf(group)),
  };
}

/** All promised members of a new file's (or folder's) placement. */
export function placedAnew(wanted: Placement, type: 'file' | 'directory' = 'file'): Partial<FileState> {
  const {mode, owner, group} = settledAnew(wanted, type);
  return {
    ...(mode === undefined ? {} : {mode}),
    ...(owner === undefined ? {} : ownerOf(owner)),
    ...(group === undefined ? {} : groupOf(group)),
  };
}

/** Takes mode, owner and group out of a task's arguments; digits are canonical, letters stay as they are. */
export function asked(args: {readonly mode?: string; readonly owner?: string; readonly group?: string}): Placement {
  return {
    ...(args.mode === undefined ? {} : {mode: canonicalMode(args.mode)}),
    ...(args.owner === undefined ? {} : {owner: args.owner}),
    ...(args.group === undefined ? {} : {group: args.group}),
  };
}

/** A placement as it is made: letters come to what they make of the mode that is there. */
export function settled(wanted: Placement, state: FileState): Placement {
  const placement = asked(wanted);
  // In digits a mode is known also where that which is there is not.
  if (placement.mode === undefined || isDigits(placement.mode)) return placement;
  if (!state.exists) return settledAnew(wanted, 'file');
  return {
    ...placement,
    mode: settledMode(placement.mode, {mode: state.mode ?? '0', isFolder: state.type === 'directory'}),
  };
}

/** A placement of something new, in which letters start from what it would have without them. */
export function settledAnew(wanted: Placement, type: 'file' | 'directory'): Placement {
  const {mode, ...rest} = asked(wanted);
  if (mode === undefined) return rest;
  const isFolder = type === 'directory';
  return {...rest, mode: settledMode(mode, {mode: isFolder ? '0755' : '0644', isFolder})};
}

/** The words of a summary: `mode 0644, owner root`. */
export function placementWords(members: Partial<FileState>): string {
  const words = [
    members.mode === undefined ? '' : `mode ${members.mode}`,
    (members.owner ?? members.uid)
      ? `owner ${members.owner ?? String(members.uid)}`
      : members.uid === 0
        ? 'owner 0'
        : '',
    (members.group ?? members.gid)
      ? `group ${members.group ?? String(members.gid)}`
      : members.gid === 0
        ? 'group 0'
        : '',
  ];
  return words.filter((word) => word !== '').join(', ');
}

/** Sets owner, group and mode, in the order in which none undoes the other. */
export async function place(host: Host, path: string, wanted: Placement): Promise<void> {
  const steps = placing([{path, placement: wanted}]);
  if (steps.length > 0) await host.run(steps.join(' && '));
}

/** The commands that set owner, group and mode of many paths: one for all that are to have the same. */
export function placing(all: readonly {readonly path: string; readonly placement: Placement}[]): readonly string[] {
  const alike = new Map<string, string[]>();
  const add = (words: readonly string[], path: string): void => {
    const command = sh`${words}`;
    const present = alike.get(command);
    if (present) present.push(path);
    else alike.set(command, [path]);
  };
  for (const {path, placement} of all)
    if (placement.owner !== undefined) add(['chown', '-h', '--', placement.owner], path);
  for (const {path, placement} of all)
    if (placement.group !== undefined) add(['chgrp', '-h', '--', placement.group], path);
  // With five digits a folder loses set-ID bits that it is not to have.
  for (const {path, placement} of all)
    if (placement.mode !== undefined) add(['chmod', '--', placement.mode.padStart(5, '0')], path);
  return [...alike].flatMap(([command, paths]) => pieces(paths).map((some) => sh`${raw(command)} ${some}`));
}

/** Ends a plan where the folder that shall hold the path is missing, or the user may not look. */
export function demandFolder(parent: FileState, path: string): void {
  const folder = parent.type === 'link' ? (parent.to ?? parent) : parent;
  if (folder.type === 'unreadable') refuse(`the folder of '${path}' cannot be read by this user`, 'use become');
  if (folder.type === 'absent') {
    refuse(
      `the folder '${parent.path}' does not exist`,
      `make it before, with file: {path: ${parent.path}, state: directory}`,
    );
  }
  if (folder.type !== 'directory') refuse(`'${parent.path}' is not a folder (it is a ${folder.type})`);
}

/** Ends a plan where the user may not look at the path. */
export function demandReadable(state: FileState): void {
  if (state.type === 'unreadable') refuse(`'${state.path}' cannot be read by this user`, 'use become');
}

function ownerOf(owner: string): Partial<FileState> {
  return /^\d+$/.test(owner) ? {uid: Number(owner)} : {owner};
}

function groupOf(group: string): Partial<FileState> {
  return /^\d+$/.test(group) ? {gid: Number(group)} : {group};
}
