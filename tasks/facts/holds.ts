import {isUnknown} from '../../engine/task.js';

/** Whether every known member that was promised is what was read. */
export function holdsMembers(promised: unknown, read: unknown): boolean {
  if (isUnknown(promised)) return true;
  if (Array.isArray(promised)) {
    return (
      Array.isArray(read) &&
      promised.length === read.length &&
      promised.every((each, index) => holdsMembers(each, read[index]))
    );
  }
  if (typeof promised !== 'object' || promised === null) return promised === read;
  if (typeof read !== 'object' || read === null) return false;
  return Object.entries(promised).every(
    ([name, value]) => value === undefined || holdsMembers(value, Reflect.get(read, name)),
  );
}
