import {isUnknown, unknown, type Promised, type Unknown} from '../../../engine/task.js';
import {mayBring} from '../packaged.js';
import {canonicalPath, contentLimit, isBelow, parentOf, timeMembers, type FileKey, type FileState} from './state.js';

/** Lays a promised state over what was there; members that hang together (content and its hash, owner and uid) go together. */
export function lay(before: FileState, promised: unknown): FileState {
  const value = promised as {readonly [Member in keyof FileState]?: FileState[Member] | Unknown};
  const type = value.type ?? before.type;
  const place = {path: before.path, ...(before.real === undefined ? {} : {real: before.real})};
  if (type === 'absent') return {...place, exists: false, type};
  const sameType = type === before.type;
  const asked = !before.exists || before.mtime !== undefined;
  const times = asked ? changedTimes(before, value) : {};
  const stale = new Set<string>([
    ...(value.sha256 !== undefined || value.content !== undefined ? ['sha256', 'content', 'bytes', 'size'] : []),
    ...(value.owner !== undefined ? ['uid'] : []),
    ...(value.uid !== undefined ? ['owner'] : []),
    ...(value.group !== undefined ? ['gid'] : []),
    ...(value.gid !== undefined ? ['group'] : []),
  ]);
  const kept = sameType ? Object.fromEntries(Object.entries(before).filter(([name]) => !stale.has(name))) : {};
  const text = untoldText(before.path, value);
  // Where a link is made anew, nobody has looked where it leads.
  const end = value.target === undefined ? {} : {to: unknown(`what ${before.path} leads to`)};
  return {
    ...(sameType ? {} : untoldOwners(before.path, value)),
    ...kept,
    ...times,
    ...text,
    ...end,
    ...value,
    ...place,
    exists: value.exists ?? (isUnknown(type) ? type : true),
  } as FileState;
}

/** The text of a file of which a promise tells only the hash: it is there, and not known. */
function untoldText(
  path: string,
  {sha256, content, size}: {readonly sha256?: unknown; readonly content?: unknown; readonly size?: unknown},
): {readonly content?: Unknown} {
  const isLarge = typeof size === 'number' && size > contentLimit;
  return sha256 === undefined || content !== undefined || isLarge ? {} : {content: unknown(`what ${path} holds`)};
}

/** Who owns what is made and is given to nobody: its maker, or whom its folder says. */
function untoldOwners(
  path: string,
  value: Readonly<Partial<Record<keyof FileState, unknown>>>,
): {readonly [member: string]: Unknown} {
  const cause = unknown(`who makes ${path}`);
  return {
    ...(value.owner === undefined && value.uid === undefined ? {owner: cause, uid: cause} : {}),
    ...(value.group === undefined && value.gid === undefined ? {group: cause, gid: cause} : {}),
  };
}

/** The times that a change moves: all of them where something is made or written anew, else that of the last change alone. */
function changedTimes(before: FileState, value: object): {readonly [member: string]: Unknown} {
  const members = Object.keys(value);
  const anew = members.some((name) => ['type', 'exists', 'sha256', 'content', 'target'].includes(name));
  const moved = anew || !before.exists ? timeMembers : (['ctime'] as const);
  return Object.fromEntries(moved.map((name) => [name, unknown(`the change of ${before.path}`)]));
}

/** What a promise of another file or of a package does to a file. */
export function follows(key: FileKey, before: FileState, promised: Promised): FileState | Unknown | undefined {
  const path = canonicalPath(key.path);
  if (promised.kind === 'package') return followsPackage(path, before, promised);
  if (promised.kind !== 'file') return undefined;
  const {value} = promised;
  if ('under' in promised) {
    const concerns = (place: string | undefined): boolean =>
      place !== undefined && (place === promised.under || isBelow(place, promised.under));
    if (concerns(path) || concerns(before.real)) return isUnknown(value) ? value : lay(before, value);
    if (fillsAnew(before, promised.under)) return fullerFolder(before, promised.under);
    if (before.to === undefined || !concerns(before.to.path)) return undefined;
    return isUnknown(value) ? value : led(before, lay(before.to, value));
  }
  const {id} = promised;
  if (id === before.real && id !== path) return isUnknown(value) ? value : lay(before, value);
  if (before.to?.path === id) {
    return isUnknown(value) ? value : {...before, to: lay(before.to, value)};
  }
  const type: unknown = isUnknown(value) ? value : Reflect.get(Object(value), 'type');
  if (isBelow(path, id) || (before.real !== undefined && isBelow(before.real, id)))
    return followsFolder(before, type, id);
  if (isBelow(id, path) && before.type === 'absent' && type !== 'absent' && type !== undefined) {
    return isUnknown(type)
      ? type
      : ({path: before.path, exists: true, type: 'directory', ...madeBy(id)} as unknown as FileState);
  }
  return fillsAnew(before, id) && type !== undefined ? fullerFolder(before, id) : undefined;
}

/** Whether a change at a path moves the times of a folder, and somebody asked for them. */
function fillsAnew(folder: FileState, path: string): boolean {
  return folder.mtime !== undefined && parentOf(path) === (folder.real ?? folder.path);
}

/** A folder in which a name came, went or was put in place anew. */
function fullerFolder(before: FileState, id: string): FileState {
  const cause = unknown(`when ${id} was made`);
  return {...before, mtime: cause, ctime: cause, nlink: cause} as unknown as FileState;
}

/** A link to what it leads to now. */
function led(link: FileState, to: FileState): FileState {
  const {to: _, ...rest} = link;
  return to.exists ? {...rest, to} : rest;
}

function followsFolder(before: FileState, type: unknown, id: string): FileState | Unknown | undefined {
  if (isUnknown(type)) return type;
  switch (type) {
    case 'absent':
    case 'file':
      return {path: before.path, exists: false, type: 'absent'};
    case 'link':
      return unknown(`what ${id} leads to`);
    case undefined:
    case 'directory':
    case 'other':
    case 'unreadable':
      return undefined;
    default:
      return unknown(`what becomes of ${id}`);
  }
}

function madeBy(id: string): {readonly [member: string]: Unknown} {
  const cause = unknown(`what makes ${id}`);
  const times = Object.fromEntries(timeMembers.map((name) => [name, cause]));
  return {mode: cause, owner: cause, uid: cause, group: cause, gid: cause, ...times};
}

// Of /opt distributions keep out; Kubernetes' own packages bring /opt/cni.
const packaged = /^\/(?:etc|usr|bin|sbin|lib\w*|var\/(?:lib|cache|log|spool|mail|www)|boot|opt\/cni)\//;
// Left to the administrator by the distributions: no package puts files there.
const administered = /^\/(?:usr\/local|etc\/(?:systemd\/(?:system|user)|modules-load\.d|sysctl\.d|sudoers\.d))\//;

/** A package may bring what is absent; what is there stays. */
function followsPackage(path: string, before: FileState, promised: Promised): Unknown | undefined {
  return before.exists ? undefined : packageMayBring(path, promised);
}

/** What the arrival of a package does to a path where nothing is: unknown where packages put files. */
export function packageMayBring(path: string, promised: Promised): Unknown | undefined {
  return !packaged.test(path) || administered.test(path) ? undefined : mayBring(promised, path);
}
