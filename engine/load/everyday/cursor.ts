import type {Term} from '../../language/term.js';
import type {YamlText} from '../yaml-place.js';

/** A place in a text that is read from its beginning to its end. */
export interface Cursor extends YamlText {
  /** Offset. */
  at: number;
  /** The line, from 0, and the offset at which it begins. */
  line: number;
  begin: number;
  /** Where the next thing begins in its line, from 0; -1 at the end of the text. */
  column: number;
  /** How many lists and maps are open. */
  depth: number;
  readonly anchors: Map<string, Term>;
  /** How often anchors may still be used. */
  aliases: number;
}

/** Thrown where something stands that is left to the parser of all YAML. */
export class NotEveryday extends Error {}

/** Gives up. */
export function notEveryday(): never {
  throw new NotEveryday();
}

const newline = 10;
const space = 32;
const hash = 35;

/** Goes on to the next thing that is no space, comment or line break. True when it stands on the same line. */
export function toNext(cursor: Cursor): boolean {
  const {text, line} = cursor;
  let {at} = cursor;
  for (;;) {
    while (text.charCodeAt(at) === space) at++;
    if (text.charCodeAt(at) === hash && (at === cursor.begin || text.charCodeAt(at - 1) === space)) {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end;
    }
    if (text.charCodeAt(at) !== newline) break;
    cursor.line++;
    cursor.begin = ++at;
  }
  cursor.at = at;
  cursor.column = at === text.length ? -1 : at - cursor.begin;
  return cursor.column !== -1 && cursor.line === line;
}

/** More lists and maps than these in each other are nobody's everyday. */
const deepest = 100;

/** Reads what is inside of a list or a map. */
export function deeper<T>(cursor: Cursor, read: () => T): T {
  if (++cursor.depth > deepest) notEveryday();
  const found = read();
  cursor.depth--;
  return found;
}

/** Whether a character, or the end of the text, parts words. */
export function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\n' || character === undefined;
}
