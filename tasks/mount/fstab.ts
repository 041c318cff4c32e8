import {linesOf, textOf} from '../text/pattern.js';

/** A line of fstab, fields as they are meant (no escapes). */
export interface FstabEntry {
  readonly src: string;
  readonly path: string;
  readonly fstype: string;
  readonly opts: string;
  readonly dump: string;
  readonly passno: string;
}

/** The text with this entry, in the place of the one for its mount point. */
export function withEntry(text: string, entry: FstabEntry): string {
  const lines = linesOf(text);
  const line = rendered(entry);
  const at = lines.findLastIndex((each) => isSameLine(each, entry));
  if (at < 0) return textOf([...lines, line]);
  const before = parsed(lines[at] ?? '');
  const others = lines.some((each, index) => index !== at && isSameLine(each, entry));
  if (!others && before !== undefined && rendered(before) === line) return text;
  return textOf(lines.flatMap((each, index) => (index === at ? [line] : isSameLine(each, entry) ? [] : [each])));
}

/** The text without entries of a mount point. */
export function withoutEntry(text: string, wanted: Pick<FstabEntry, 'path' | 'src'>): string {
  const lines = linesOf(text);
  const kept = lines.filter((line) => !isSameLine(line, wanted));
  return kept.length === lines.length ? text : textOf(kept);
}

function isSameLine(line: string, wanted: Pick<FstabEntry, 'path' | 'src'>): boolean {
  const entry = parsed(line);
  return entry !== undefined && isSame(entry, wanted);
}

function isSame(entry: FstabEntry, wanted: Pick<FstabEntry, 'path' | 'src'>): boolean {
  // Several swaps have the same path: none.
  return entry.path === wanted.path && (entry.fstype !== 'swap' || wanted.src === '' || entry.src === wanted.src);
}

function parsed(line: string): FstabEntry | undefined {
  if (/^\s*(?:#|$)/.test(line)) return undefined;
  const [src, path, fstype, opts = 'defaults', dump = '0', passno = '0'] = line.trim().split(/\s+/).map(meant);
  return src === undefined || path === undefined || fstype === undefined
    ? undefined
    : {src, path, fstype, opts, dump, passno};
}

function rendered({src, path, fstype, opts, dump, passno}: FstabEntry): string {
  return [src, path, fstype, opts, dump, passno].map(written).join(' ');
}

function written(field: string): string {
  return field.replace(/[ \t\n\\]/g, (letter) => `\\${letter.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

function meant(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
