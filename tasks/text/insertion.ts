import {pattern} from './pattern.js';

/** Where something new goes: after the last line that matches (`EOF`: at the end) or before it (`BOF`: at the beginning). */
export interface Insertion {
  readonly insertafter?: string;
  readonly insertbefore?: string;
}

/** The index in front of which something new goes; the end where nothing matches. */
export function insertionIndex(lines: readonly string[], {insertafter, insertbefore}: Insertion): number {
  if (insertbefore === 'BOF') return 0;
  if (insertbefore !== undefined) {
    const wanted = pattern(insertbefore, {name: 'insertbefore'});
    const found = lines.findLastIndex((line) => wanted.test(line));
    return found < 0 ? lines.length : found;
  }
  if (insertafter === undefined || insertafter === 'EOF') return lines.length;
  const wanted = pattern(insertafter, {name: 'insertafter'});
  const found = lines.findLastIndex((line) => wanted.test(line));
  return found < 0 ? lines.length : found + 1;
}
