import {notEveryday, type Cursor} from './cursor.js';
import type {WrittenScalar} from './scalar.js';

const blockHeader = /([|>])(-?)\n/y;

/** The lines of a block of text whose header stands at the cursor, which goes on to the line behind it. */
export function blockText(cursor: Cursor, parent: number): WrittenScalar {
  const {text, at: start} = cursor;
  blockHeader.lastIndex = start;
  const [, kind, chomp] = blockHeader.exec(text) ?? notEveryday();
  cursor.at = blockHeader.lastIndex;
  cursor.line++;
  const lines = linesOf(cursor, parent);
  const value = kind === '|' ? lines.join('\n') : folded(lines);
  return {style: 'block', value: chomp === '-' ? value : `${value}\n`, start, end: cursor.at};
}

/** The lines without their indentation, none that is empty at the end. */
function linesOf(cursor: Cursor, parent: number): readonly string[] {
  const {text} = cursor;
  const lines: string[] = [];
  let indent: number | undefined;
  for (let at = cursor.at; at < text.length; at = cursor.at) {
    let first = at;
    while (text[first] === ' ') first++;
    const newline = text.indexOf('\n', first);
    const end = newline === -1 ? text.length : newline;
    if (first < end) {
      const column = first - at;
      if (column <= parent) break;
      indent ??= column;
      if (column < indent) notEveryday();
      lines.push(text.slice(at + indent, end));
    } else {
      // What is empty before the first line, or has more spaces than the lines around it, has meaning of its own.
      if (indent === undefined || first - at > indent) notEveryday();
      lines.push('');
    }
    cursor.at = Math.min(text.length, end + 1);
    cursor.line++;
  }
  cursor.begin = cursor.at;
  while (lines.at(-1) === '') lines.pop();
  return lines.length === 0 ? notEveryday() : lines;
}

/** A line break becomes a space, and so many empty lines as many line breaks; around lines that are indented deeper all stays as it is. */
function folded(lines: readonly string[]): string {
  let [text = ''] = lines;
  let isDeeper = text.startsWith(' ');
  let breaks = '';
  for (const line of lines.slice(1)) {
    if (line === '') {
      breaks += '\n';
      continue;
    }
    const wasDeeper = isDeeper;
    isDeeper = line.startsWith(' ');
    if (isDeeper || wasDeeper) breaks += '\n';
    text += (breaks === '' ? ' ' : breaks) + line;
    breaks = '';
  }
  return text;
}
