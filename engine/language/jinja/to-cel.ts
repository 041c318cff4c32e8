import {NotJinja, not, tight, value, type Piece} from './piece.js';
import {createReader, tokensOf, type Reader} from './reader.js';
import {filter, method, test} from './words.js';

/** An expression of Jinja as CEL; undefined where it cannot be told. */
export function celFromJinja(source: string): string | undefined {
  try {
    const reader = createReader(tokensOf(source));
    const {cel} = choice(reader);
    return reader.peek().kind === 'end' ? cel : undefined;
  } catch (error) {
    // Parentheses may be nested deeper than the stack is.
    if (error instanceof NotJinja || error instanceof RangeError) return undefined;
    throw error;
  }
}

function choice(reader: Reader): Piece {
  const yes = disjunction(reader);
  if (!reader.take('if')) return yes;
  const condition = disjunction(reader);
  reader.want('else');
  return {cel: `${tight(condition, 1)} ? ${tight(yes, 1)} : ${tight(choice(reader), 1)}`, weight: 0};
}

function disjunction(reader: Reader): Piece {
  let left = conjunction(reader);
  while (reader.take('or')) left = {cel: `${tight(left, 1)} || ${tight(conjunction(reader), 2)}`, weight: 1};
  return left;
}

function conjunction(reader: Reader): Piece {
  let left = negation(reader);
  while (reader.take('and')) left = {cel: `${tight(left, 2)} && ${tight(negation(reader), 3)}`, weight: 2};
  return left;
}

function negation(reader: Reader): Piece {
  return reader.take('not') ? not(negation(reader)) : comparison(reader);
}

function comparison(reader: Reader): Piece {
  let left = sum(reader);
  for (;;) {
    const sign = ['==', '!=', '<', '>', '<=', '>='].find((each) => reader.take(each));
    if (sign !== undefined) left = {cel: `${tight(left, 4)} ${sign} ${tight(sum(reader), 4)}`, weight: 3};
    else if (reader.take('in')) left = {cel: `${tight(left, 4)} in ${tight(sum(reader), 4)}`, weight: 3};
    else if (reader.peek().text === 'not' && reader.peek(1).text === 'in') {
      reader.next();
      reader.next();
      left = not({cel: `${tight(left, 4)} in ${tight(sum(reader), 4)}`, weight: 3});
    } else return left;
  }
}

function sum(reader: Reader): Piece {
  let left = product(reader);
  for (;;) {
    const sign = ['+', '-', '~'].find((each) => reader.take(each));
    if (sign === undefined) return left;
    left = {cel: `${tight(left, 4)} ${sign === '~' ? '+' : sign} ${tight(product(reader), 5)}`, weight: 4};
  }
}

function product(reader: Reader): Piece {
  let left = filtered(reader);
  for (;;) {
    const sign = ['*', '/', '//', '%'].find((each) => reader.take(each));
    if (sign === undefined) return left;
    left = {cel: `${tight(left, 5)} ${sign === '//' ? '/' : sign} ${tight(filtered(reader), 6)}`, weight: 5};
  }
}

/** A value with its filters and tests. */
function filtered(reader: Reader): Piece {
  let left = member(reader);
  for (;;) {
    if (reader.take('|')) {
      const name = wordOf(reader);
      left = filter(left, name, reader.take('(') ? given(reader, ')') : []);
    } else if (reader.take('is')) {
      const negated = reader.take('not');
      const name = wordOf(reader);
      const list = reader.take('(') ? given(reader, ')') : name === 'in' ? [member(reader)] : [];
      const tested = test(left, name, list);
      left = negated ? not(tested) : tested;
    } else return left;
  }
}

function wordOf(reader: Reader): string {
  let name = reader.next().text;
  while (reader.take('.')) name = reader.next().text;
  return name;
}

function given(reader: Reader, end: string): readonly Piece[] {
  const pieces: Piece[] = [];
  while (!reader.take(end)) {
    // `attribute='x'`: named arguments have no place in CEL, but for their value.
    if (reader.peek().kind === 'name' && reader.peek(1).text === '=') {
      reader.next();
      reader.next();
    }
    pieces.push(choice(reader));
    if (!reader.take(',') && reader.peek().text !== end) throw new NotJinja();
  }
  return pieces;
}

function member(reader: Reader): Piece {
  let left = atom(reader);
  for (;;) {
    if (reader.take('.')) {
      const {kind, text} = reader.next();
      if (kind === 'number') left = value(`${tight(left, 9)}[${text}]`);
      else if (reader.take('(')) left = method(left, text, given(reader, ')'));
      else left = value(`${tight(left, 9)}.${text}`);
    } else if (reader.take('[')) {
      const index = choice(reader);
      reader.want(']');
      const name = /^(["'])([A-Za-z_]\w*)\1$/.exec(index.cel)?.[2];
      left = value(name === undefined ? `${tight(left, 9)}[${index.cel}]` : `${tight(left, 9)}.${name}`);
    } else return left;
  }
}

const literals: Readonly<Record<string, string>> = {
  True: 'true',
  False: 'false',
  None: 'null',
  none: 'null',
  true: 'true',
  false: 'false',
};

function atom(reader: Reader): Piece {
  const {kind, text} = reader.next();
  switch (kind) {
    case 'number':
    case 'text':
      return value(text);
    case 'name':
      if (reader.peek().text === '(') throw new NotJinja();
      if (['not', 'and', 'or', 'is', 'in', 'if', 'else'].includes(text)) throw new NotJinja();
      return value(Object.hasOwn(literals, text) ? (literals[text] ?? text) : text);
    case 'sign':
      return enclosed(reader, text);
    case 'end':
      throw new NotJinja();
  }
}

function enclosed(reader: Reader, sign: string): Piece {
  if (sign === '-') return {cel: `-${tight(member(reader), 8)}`, weight: 8};
  if (sign === '[')
    return value(
      `[${given(reader, ']')
        .map(({cel}) => cel)
        .join(', ')}]`,
    );
  if (sign === '(') {
    const inner = choice(reader);
    reader.want(')');
    return inner;
  }
  if (sign !== '{') throw new NotJinja();
  const entries: string[] = [];
  while (!reader.take('}')) {
    const key = choice(reader);
    reader.want(':');
    entries.push(`${key.cel}: ${choice(reader).cel}`);
    if (!reader.take(',') && reader.peek().text !== '}') throw new NotJinja();
  }
  return value(`{${entries.join(', ')}}`);
}
