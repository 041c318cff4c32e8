import {isUnknown, unknown, type FactKind, type Promised, type Unknown} from '../../engine/task.js';
import {lay, packageMayBring} from './file/follows.js';
import {canonicalPath, isBelow, timeMembers, type FileState} from './file/state.js';
import {parseListing, script} from './listing/read.js';
import {concernsEntry, type ListingKey, type ListingState} from './listing/state.js';

/** What lies below a folder: the state of every entry that is asked for. */
export const listingFact: FactKind<ListingKey, ListingState> = {
  name: 'listing',
  id: ({path, ...rest}) => `${canonicalPath(path)} ${JSON.stringify(rest)}`,
  script,
  parse: parseListing,
  follows,
  show: (before, after) => [
    {
      what: 'entries',
      before: before === undefined ? undefined : String(before.entries.length),
      after: isUnknown(after) ? `(needs ${after.$unknown})` : String(after.entries.length),
    },
  ],
};

function follows(key: ListingKey, before: ListingState, promised: Promised): ListingState | Unknown | undefined {
  const top = canonicalPath(key.path);
  if (promised.kind === 'package') return packageMayBring(`${top}/x`, promised);
  if (promised.kind !== 'file') return undefined;
  const place = 'under' in promised ? promised.under : promised.id;
  const real = before.real ?? top;
  const isAbove = [top, real].some((each) => each === place || isBelow(each, place));
  const {value} = promised;
  const type: unknown = isUnknown(value) ? value : Reflect.get(Object(value), 'type');
  if (isAbove) {
    if (isUnknown(type)) return type;
    if (type === 'absent') return {...before, type: 'absent', entries: []};
    if (type !== 'directory') return type === undefined ? undefined : unknown(`what ${place} holds`);
    return place === top && before.type === 'absent' ? {...before, type: 'directory'} : undefined;
  }
  const inside = isBelow(place, real) ? `${top}${place.slice(real === '/' ? 0 : real.length)}` : place;
  if (!isBelow(inside, top)) return undefined;
  const entries = before.entries.filter((entry) => entry.path !== inside && !isBelow(entry.path, inside));
  if (type === 'absent') return {...before, entries};
  if (isUnknown(type) || 'under' in promised) return unknown(`what becomes of ${place}`);
  if (!concernsEntry(key, inside)) return undefined;
  // What is not told of an entry (which lines it holds) only the machine knows.
  if (key.contains !== undefined && type !== 'directory' && type !== 'link') return unknown(`what ${place} holds`);
  const old = before.entries.find((entry) => entry.path === inside);
  const below = before.entries.filter((entry) => isBelow(entry.path, inside));
  const entry = lay(old ?? nothing(inside), value);
  const whole = old === undefined || old.type !== entry.type ? {...untold(inside, key), ...entry} : entry;
  return {...before, type: 'directory', entries: [...entries, ...below, whole].sort(byPath)};
}

function nothing(path: string): FileState {
  return {path, exists: false, type: 'absent'};
}

/** The members that a new entry has and that its promise may leave out. */
function untold(path: string, key: ListingKey): Readonly<Record<string, Unknown>> {
  const cause = unknown(`the making of ${path}`);
  const names = ['mode', 'owner', 'uid', 'group', 'gid', 'size', ...(key.digest ? ['sha256'] : []), ...timeMembers];
  return Object.fromEntries(names.map((name) => [name, cause]));
}

function byPath(a: FileState, b: FileState): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
