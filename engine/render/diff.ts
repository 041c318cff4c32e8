import {FILE_HEADERS_ONLY, formatPatch, structuredPatch} from 'diff';
import type {DiffLine} from '../task.js';
import {printable} from './printable.js';
import type {Paint} from './style.js';

const contextLines = 3;

/** The lines of a diff, painted: attributes as `mode: 0644 → 0600`, texts as a unified diff with three lines of context. */
export function diffText(lines: readonly DiffLine[], paint: Paint): string {
  return lines.map((line) => ('text' in line ? unified(line.what, line.text, paint) : attribute(line, paint))).join('');
}

function attribute(line: {what: string; before: string | undefined; after: string | undefined}, paint: Paint): string {
  const before = line.before === undefined ? paint('dim', 'absent') : paint('removed', oneLine(line.before));
  const after = line.after === undefined ? paint('dim', 'absent') : paint('added', oneLine(line.after));
  return `${line.what}: ${before} → ${after}\n`;
}

function unified(what: string, text: {before: string; after: string}, paint: Paint): string {
  if (text.before === text.after) return '';
  // A bound in time: two large texts with nothing in common would hold up the run.
  const patch = structuredPatch(`before: ${what}`, `after: ${what}`, text.before, text.after, '', '', {
    context: contextLines,
    timeout: 500,
  });
  if (patch === undefined)
    return `${what}: ${countLines(text.before)} → ${countLines(text.after)} lines, too different to be compared line by line\n`;
  return formatPatch(patch, FILE_HEADERS_ONLY)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `${paintLine(printable(line), paint)}\n`)
    .join('');
}

function countLines(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

function paintLine(line: string, paint: Paint): string {
  if (line.startsWith('+')) return paint('added', line);
  if (line.startsWith('-')) return paint('removed', line);
  return line.startsWith('@') ? paint('place', line) : line;
}

function oneLine(value: string): string {
  return printable(value.replaceAll('\n', '\\n'));
}
