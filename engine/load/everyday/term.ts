import type {DictEntry, Term} from '../../language/term.js';
import {locatable, type Span} from '../../span.js';
import {stringTerm} from '../plain.js';
import {placesOf} from '../scalar-place.js';
import {numberProblem} from '../yaml-problem.js';
import {notEveryday, toNext, type Cursor} from './cursor.js';
import {scalarAt, type WrittenScalar} from './scalar.js';

/** The plain or quoted scalar that begins here. */
export function scalarHere(cursor: Cursor, inFlow: boolean): Term {
  const scalar = scalarAt(cursor.text, cursor.at, inFlow) ?? notEveryday();
  const {value: text, style} = scalar;
  cursor.at = scalar.end;
  if (style !== 'plain') return stringTerm(text, located(cursor, scalar, cursor.line));
  if (text === 'true' || text === 'false') return {kind: 'literal', at: spanOf(cursor, scalar), value: text === 'true'};
  if (isNull(text)) return {kind: 'literal', at: spanOf(cursor, scalar), value: null};
  // Other spellings of booleans, numbers in other bases and with exponents are rare.
  if (/^(?:True|TRUE|False|FALSE|0[xo].*|[-+]?\.?[\d.]+[eE].*|[-+]?\.(?:inf|nan))$/i.test(text)) notEveryday();
  if (!/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)$/.test(text)) return stringTerm(text, located(cursor, scalar, cursor.line));
  if (numberProblem(text, Number(text))) notEveryday();
  return {kind: 'literal', at: spanOf(cursor, scalar), value: Number(text)};
}

/** Goes on to what is tagged as an expression. */
export function skipCelTag(cursor: Cursor): void {
  if (!cursor.text.startsWith('!cel ', cursor.at)) notEveryday();
  cursor.at += '!cel '.length;
  if (!toNext(cursor)) notEveryday();
}

/** The expression that begins here, behind its tag. */
export function expressionHere(cursor: Cursor, inFlow: boolean): Term {
  const scalar = scalarAt(cursor.text, cursor.at, inFlow) ?? notEveryday();
  cursor.at = scalar.end;
  return {kind: 'expression', at: located(cursor, scalar, cursor.line), source: scalar.value};
}

/** The word that a key is. */
export function keyText({style, value: key, end, start}: WrittenScalar): string {
  // Such keys mean something else, or nothing.
  if (end - start > 1000 || (style === 'plain' && isNull(key))) notEveryday();
  return key;
}

function isNull(text: string): boolean {
  return text === '~' || text === 'null' || text === 'Null' || text === 'NULL';
}

/** Adds an entry; a key that stands twice is nobody's wish. */
export function add(entries: Map<string, DictEntry>, entry: DictEntry): void {
  if (entries.has(entry.key)) notEveryday();
  entries.set(entry.key, entry);
}

/** The place of a scalar that begins on a line, with the places of its characters. */
export function located(cursor: Cursor, {value: text, style, start, end}: WrittenScalar, line: number): Span {
  const at =
    style === 'block' ? lineFrom(cursor, line, start) : placeOf(cursor, line, {from: start, length: end - start});
  return locatable(at, placesOf(text, {text: cursor.text, start, end, style}, cursor.lines));
}

/** The place of a scalar on this line. */
export function spanOf(cursor: Cursor, {start, end}: WrittenScalar): Span {
  return placeOf(cursor, cursor.line, {from: start, length: end - start});
}

/** From an offset to the end of its line: what goes on below is not underlined. */
export function lineFrom(cursor: Cursor, line: number, from: number): Span {
  const end = (cursor.lines[line + 1] ?? cursor.text.length + 1) - 1;
  return placeOf(cursor, line, {from, length: Math.max(1, cursor.text.slice(from, end).trimEnd().length)});
}

/** So many characters from an offset in a line. */
export function placeOf(
  {file, lines}: Cursor,
  line: number,
  {from, length}: {readonly from: number; readonly length: number},
): Span {
  return {file, line: line + 1, column: from - (lines[line] ?? 0) + 1, length};
}
