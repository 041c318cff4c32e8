import {notEveryday} from './cursor.js';
import type {ScalarSource} from '../scalar-place.js';

/** A scalar as it stands in a file. */
export interface WrittenScalar {
  readonly style: ScalarSource['style'];
  readonly value: string;
  /** Offset in the text. */
  readonly start: number;
  /** Offset behind its last character, a quote included. */
  readonly end: number;
}

// What begins a plain scalar, and what ends it: a comment, a colon before a space, in a flow collection also its punctuation.
const plainInBlock = /(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?=[^ \n]))[^\n:#]*(?:(?::(?=[^ \n])|(?<! )#)[^\n:#]*)*/y;
const plainInFlow =
  /(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?=[^\s,[\]{}]))[^\n:#,[\]{}]*(?:(?::(?=[^\s,[\]{}])|(?<! )#)[^\n:#,[\]{}]*)*/y;
const doubleQuoted = /"(?:[^"\\\n]|\\[^\n])*"/y;
const singleQuoted = /'(?:[^'\n]|'')*'/y;

/** The plain or quoted scalar on this line at an offset; undefined where none begins there. */
export function scalarAt(text: string, at: number, inFlow: boolean): WrittenScalar | undefined {
  switch (text[at]) {
    case '"': {
      const end = matchEnd(doubleQuoted, text, at) ?? notEveryday();
      return {style: 'double', value: unescaped(text.slice(at + 1, end - 1)), start: at, end};
    }
    case "'": {
      const end = matchEnd(singleQuoted, text, at) ?? notEveryday();
      return {style: 'single', value: text.slice(at + 1, end - 1).replaceAll("''", "'"), start: at, end};
    }
    default: {
      const end = matchEnd(inFlow ? plainInFlow : plainInBlock, text, at);
      if (end === undefined) return undefined;
      const value = text.slice(at, end).trimEnd();
      return {style: 'plain', value, start: at, end: at + value.length};
    }
  }
}

function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '"': '"',
  '\\': '\\',
  '/': '/',
  e: '\x1b',
};

function unescaped(inside: string): string {
  if (!inside.includes('\\')) return inside;
  return inside.replaceAll(/\\(.)/g, (_, letter: string) => escapes[letter] ?? notEveryday());
}
