import type {Locate} from '../span.js';

export interface ScalarSource {
  readonly text: string;
  /** Where the scalar begins and ends in the text, quotes and block header included. */
  readonly start: number;
  readonly end: number;
  readonly style: 'plain' | 'single' | 'double' | 'block';
}

/** Maps offsets in a scalar's value to places in its file; the work is done at the first question. */
export function placesOf(value: string, source: ScalarSource, lineStarts: readonly number[]): Locate {
  let offsets: readonly number[] | undefined;
  return (offset) => {
    offsets ??= align(value, source);
    // What ends too early is shown behind the last thing that can be seen, not on the line after the block.
    const visible = value.trimEnd().length;
    const behind = offset >= visible && visible > 0;
    const position = behind ? (offsets[visible - 1] ?? source.start) + 1 : (offsets[offset] ?? source.start);
    return placeAt(lineStarts, position);
  };
}

/** Line and column, from 1, of an offset. */
export function placeAt(lineStarts: readonly number[], offset: number): {line: number; column: number} {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return {line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1};
}

/** For each character of the value (and its end) the offset in the file from which it came. */
function align(value: string, {text, start, end, style}: ScalarSource): readonly number[] {
  let at = style === 'block' ? lineAfter(text, start) : style === 'plain' ? start : start + 1;
  const indent = style === 'block' ? indentOf(text.slice(at, end)) - indentOf(value) : 0;
  let lineStart = style === 'block';
  const offsets: number[] = [];
  for (const unit of value.split('')) {
    if (lineStart) at += leadingSpaces(text.slice(at, at + indent));
    while (at < end && text[at] !== unit && style !== 'block' && / |\t/.test(text[at] ?? '')) at++;
    offsets.push(Math.min(at, end));
    const read = width(text, at, {unit, style});
    lineStart = style === 'block' && text[at + read - 1] === '\n';
    at += read;
  }
  offsets.push(Math.min(at, end));
  return offsets;
}

/** How many characters of the file stand for one of the value. */
function width(text: string, at: number, {unit, style}: {unit: string; style: ScalarSource['style']}): number {
  const char = text[at];
  if (style === 'double' && char === '\\') {
    const escape = /^\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\n[ \t]*|.)/.exec(text.slice(at, at + 80));
    return escape?.[0].length ?? 1;
  }
  if (style === 'single' && char === "'") return 2;
  if (char === '\n' && style !== 'block') return /^\n[ \t]*/.exec(text.slice(at, at + 400))?.[0].length ?? 1;
  return char === '\r' && unit === '\n' ? 2 : 1;
}

function lineAfter(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end + 1;
}

function indentOf(block: string): number {
  const line = block.split('\n').find((candidate) => candidate.trim() !== '');
  return line === undefined ? 0 : leadingSpaces(line);
}

function leadingSpaces(line: string): number {
  return line.length - line.trimStart().length;
}
