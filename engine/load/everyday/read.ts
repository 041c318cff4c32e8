import type {DictEntry, Term} from '../../language/term.js';
import type {Span} from '../../span.js';
import {stringTerm} from '../plain.js';
import {blockText} from './block-text.js';
import {deeper, isBlank, NotEveryday, notEveryday, toNext, type Cursor} from './cursor.js';
import {flow} from './flow.js';
import {scalarAt} from './scalar.js';
import {add, expressionHere, keyText, lineFrom, located, placeOf, scalarHere, skipCelTag, spanOf} from './term.js';

/** More of these, or larger files with any, could stand for very many values. */
const mostAliases = 20;
const longestWithAliases = 50_000;

/** Tabs, other line ends than `\n`, documents, directives, values that are encrypted. */
const strange = /[\t\r\u0085\u2028\u2029\uFEFF]|^(?:---|\.\.\.|%)|__ansible_vault/gm;

/**
 * Reads YAML of the kind that nearly all files consist of, several times faster than the parser of all YAML; with the same result, places included.
 * Undefined where the text holds anything else or anything wrong.
 */
export function readEveryday(file: string, text: string): Term | undefined {
  const begin = text.startsWith('---\n') ? 4 : 0;
  strange.lastIndex = begin;
  if (strange.test(text)) return undefined;
  const cursor: Cursor = {
    file,
    text,
    lines: lineStarts(text),
    at: begin,
    line: begin === 0 ? 0 : 1,
    begin,
    column: -1,
    depth: 0,
    anchors: new Map(),
    aliases: text.length > longestWithAliases ? 0 : mostAliases,
  };
  try {
    toNext(cursor);
    if (cursor.column === -1) return undefined;
    const term = node(cursor, -1);
    return cursor.column === -1 ? term : undefined;
  } catch (error) {
    if (error instanceof NotEveryday) return undefined;
    throw error;
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** What begins here on a line of its own, or behind a dash. `parent`: the column of what it belongs to. */
function node(cursor: Cursor, parent: number): Term {
  if (isDash(cursor)) return deeper(cursor, () => list(cursor));
  const key = keyHere(cursor);
  return key ? deeper(cursor, () => dict(cursor, key)) : value(cursor, parent);
}

function isDash({text, at}: Cursor): boolean {
  return text[at] === '-' && isBlank(text[at + 1]);
}

function list(cursor: Cursor): Term {
  const {column} = cursor;
  const at = restOfLine(cursor);
  const items: Term[] = [];
  do {
    cursor.at++;
    if (!toNext(cursor) && cursor.column <= column) notEveryday();
    items.push(node(cursor, column));
  } while (cursor.column === column && isDash(cursor));
  if (cursor.column > column) notEveryday();
  return {kind: 'list', at, items};
}

interface Key {
  readonly key: string;
  readonly isMerge: boolean;
  readonly at: Span;
  /** Offset behind the colon. */
  readonly end: number;
}

function keyHere(cursor: Cursor): Key | undefined {
  const {text} = cursor;
  const scalar = scalarAt(text, cursor.at, false);
  if (!scalar) return undefined;
  let colon = scalar.end;
  while (text[colon] === ' ') colon++;
  if (text[colon] !== ':' || !isBlank(text[colon + 1])) return undefined;
  const key = keyText(scalar);
  return {key, isMerge: key === '<<' && scalar.style === 'plain', at: spanOf(cursor, scalar), end: colon + 1};
}

function dict(cursor: Cursor, first: Key): Term {
  const {column} = cursor;
  const at = restOfLine(cursor);
  const entries = new Map<string, DictEntry>();
  const merged: DictEntry[] = [];
  for (let key: Key | undefined = first; key; key = cursor.column === column ? nextKey(cursor) : undefined) {
    cursor.at = key.end;
    const term = valueOf(cursor, column);
    if (key.isMerge) merged.push(...(term.kind === 'dict' ? term.entries : notEveryday()));
    else add(entries, {key: key.key, keyAt: key.at, value: term});
  }
  if (cursor.column > column) notEveryday();
  for (const entry of merged) if (!entries.has(entry.key)) entries.set(entry.key, entry);
  return {kind: 'dict', at, entries: [...entries.values()]};
}

function nextKey(cursor: Cursor): Key {
  return keyHere(cursor) ?? notEveryday();
}

/** What stands behind a colon, on its line or below it. `column`: where the key begins. */
function valueOf(cursor: Cursor, column: number): Term {
  const {text, line} = cursor;
  let empty = cursor.at;
  while (text[empty] === ' ') empty++;
  if (!toNext(cursor)) return below(cursor, {column, empty, line});
  if (text[cursor.at] !== '&') return value(cursor, column);
  const name = wordHere(cursor);
  // A name that stands twice, or is used inside of what it names, is for the other parser.
  if (cursor.anchors.has(name) || toNext(cursor)) notEveryday();
  const named = below(cursor, {column, empty: undefined, line});
  cursor.anchors.set(name, named);
  return named;
}

function below(
  cursor: Cursor,
  {column, empty, line}: {readonly column: number; readonly empty: number | undefined; readonly line: number},
): Term {
  if (cursor.column > column || (cursor.column === column && isDash(cursor))) return node(cursor, column);
  if (empty === undefined) return notEveryday();
  return {kind: 'literal', at: placeOf(cursor, line, {from: empty, length: 1}), value: null};
}

function wordHere(cursor: Cursor): string {
  const word = /[&*]([\w-]+)(?=[ \n]|$)/y;
  word.lastIndex = cursor.at;
  const [whole, name] = word.exec(cursor.text) ?? notEveryday();
  cursor.at += whole.length;
  return name ?? notEveryday();
}

/** What is no block of lines: with nothing behind it, and nothing that goes on with it on the next line. */
function value(cursor: Cursor, parent: number): Term {
  switch (cursor.text[cursor.at]) {
    case '|':
    case '>': {
      const {text, at} = textBelow(cursor, parent);
      return stringTerm(text, at);
    }
    case '!': {
      skipCelTag(cursor);
      if (!/[|>]/.test(cursor.text[cursor.at] ?? '')) return endOfLine(cursor, parent, expressionHere(cursor, false));
      const {text, at} = textBelow(cursor, parent);
      return {kind: 'expression', at, source: text};
    }
    case '*': {
      const target = cursor.anchors.get(wordHere(cursor)) ?? notEveryday();
      if (cursor.aliases-- === 0) notEveryday();
      return endOfLine(cursor, parent, target);
    }
    case '[':
    case '{':
      return endOfLine(cursor, parent, flow(cursor, parent));
    default:
      return endOfLine(cursor, parent, scalarHere(cursor, false));
  }
}

function textBelow(cursor: Cursor, parent: number): {readonly text: string; readonly at: Span} {
  const {line} = cursor;
  const scalar = blockText(cursor, parent);
  toNext(cursor);
  return {text: scalar.value, at: located(cursor, scalar, line)};
}

function endOfLine(cursor: Cursor, parent: number, term: Term): Term {
  if (toNext(cursor) || cursor.column > parent) notEveryday();
  return term;
}

/** From here to the end of the line: what goes on below is not underlined. */
function restOfLine(cursor: Cursor): Span {
  return lineFrom(cursor, cursor.line, cursor.at);
}
