import {isUnknown, unknown, type Promised, type Unknown} from '../../../engine/task.js';
import {mayBring} from '../packaged.js';
import {canonicalPath, isBelow, type FileKey, type FileState} from './state.js';

/** Lays a promised state over what was there; members that hang together (content and its hash, owner and uid) go together. */
export function lay(before: FileState, promised: unknown): FileState {
  const value = promised as {readonly [Member in keyof FileState]?: FileState[Member] | Unknown};
  const type = value.type ?? before.type;
  const place = {path: before.path, ...(before.real === undefined ? {} : {real: before.real})};
  if (type === 'absent') return {...place, exists: false, type};
  const sameType = type === before.type;
  const stale = new Set<string>([
    ...(value.sha256 !== undefined || value.content !== undefined
      ? ['sha256', 'content', 'bytes', 'size', 'mtime']
      : []),
    ...(value.owner !== undefined ? ['uid'] : []),
    ...(value.uid !== undefined ? ['owner'] : []),
    ...(value.group !== undefined ? ['gid'] : []),
    ...(value.gid !== undefined ? ['group'] : []),
    ...(value.target !== undefined ? ['to'] : []),
  ]);
  const kept = sameType ? Object.fromEntries(Object.entries(before).filter(([name]) => !stale.has(name))) : {};
  return {...kept, ...value, ...place, exists: value.exists ?? (isUnknown(type) ? type : true)} as FileState;
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
  return undefined;
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
  return {mode: cause, owner: cause, uid: cause, group: cause, gid: cause};
}

// Of /opt distributions keep out; Kubernetes' own packages bring /opt/cni.
const packaged = /^\/(?:etc|usr|bin|sbin|lib\w*|var\/(?:lib|cache|log|spool|mail|www)|boot|opt\/cni)\//;
// Left to the administrator by the distributions: no package puts files there.
const administered = /^\/(?:usr\/local|etc\/(?:systemd\/(?:system|user)|modules-load\.d|sysctl\.d|sudoers\.d))\//;

/** A package may bring what is absent; what is there stays. */
function followsPackage(path: string, before: FileState, promised: Promised): Unknown | undefined {
  return before.exists || !packaged.test(path) || administered.test(path) ? undefined : mayBring(promised, path);
}
