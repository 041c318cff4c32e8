import type {DictEntry, Term} from '../../language/term.js';
import {deeper, isBlank, notEveryday, toNext, type Cursor} from './cursor.js';
import {scalarAt} from './scalar.js';
import {add, expressionHere, keyText, lineFrom, placeOf, scalarHere, skipCelTag, spanOf} from './term.js';

/** The list in brackets, or the map in braces, that begins here; its lines stand right of `parent`. */
export function flow(cursor: Cursor, parent: number): Term {
  const {text, line, at: start} = cursor;
  const isList = text[start] === '[';
  const items: Term[] = [];
  const entries = new Map<string, DictEntry>();
  const close = isList ? ']' : '}';
  cursor.at++;
  nextInFlow(cursor, parent);
  while (text[cursor.at] !== close) {
    if (isList) items.push(flowItem(cursor, parent));
    else add(entries, flowEntry(cursor, parent));
    nextInFlow(cursor, parent);
    if (text[cursor.at] === close) break;
    if (text[cursor.at] !== ',') notEveryday();
    cursor.at++;
    nextInFlow(cursor, parent);
  }
  cursor.at++;
  const at =
    line === cursor.line
      ? placeOf(cursor, line, {from: start, length: cursor.at - start})
      : lineFrom(cursor, line, start);
  return isList ? {kind: 'list', at, items} : {kind: 'dict', at, entries: [...entries.values()]};
}

function nextInFlow(cursor: Cursor, parent: number): void {
  if (!toNext(cursor) && cursor.column <= parent) notEveryday();
}

function flowItem(cursor: Cursor, parent: number): Term {
  switch (cursor.text[cursor.at]) {
    case '[':
    case '{':
      return deeper(cursor, () => flow(cursor, parent));
    case '!':
      skipCelTag(cursor);
      return expressionHere(cursor, true);
    default:
      return scalarHere(cursor, true);
  }
}

function flowEntry(cursor: Cursor, parent: number): DictEntry {
  const {text} = cursor;
  const scalar = scalarAt(text, cursor.at, true) ?? notEveryday();
  const keyAt = spanOf(cursor, scalar);
  const key = keyText(scalar);
  cursor.at = scalar.end;
  if (key === '<<' || !toNext(cursor) || text[cursor.at] !== ':') notEveryday();
  cursor.at++;
  if (scalar.style === 'plain' && !isBlank(text[cursor.at])) notEveryday();
  nextInFlow(cursor, parent);
  return {key, keyAt, value: flowItem(cursor, parent)};
}
