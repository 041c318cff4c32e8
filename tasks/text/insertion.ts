import {pattern} from './pattern.js';

/** Where something new goes: after the last line that matches (`EOF`: at the end) or before it (`BOF`: at the beginning). */
export interface Insertion {
  readonly insertafter?: string;
  readonly insertbefore?: string;
  /** The first line that matches instead of the last. */
  readonly firstmatch?: boolean;
}

/** The index in front of which something new goes; the end where nothing matches. */
export function insertionIndex(lines: readonly string[], {insertafter, insertbefore, firstmatch}: Insertion): number {
  const find = (wanted: RegExp): number =>
    firstmatch === true
      ? lines.findIndex((line) => wanted.test(line))
      : lines.findLastIndex((line) => wanted.test(line));
  if (insertbefore === 'BOF') return 0;
  if (insertbefore !== undefined) {
    const found = find(pattern(insertbefore, {name: 'insertbefore'}));
    return found < 0 ? lines.length : found;
  }
  if (insertafter === undefined || insertafter === 'EOF') return lines.length;
  const found = find(pattern(insertafter, {name: 'insertafter'}));
  return found < 0 ? lines.length : found + 1;
}
