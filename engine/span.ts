/** A place in a file of the user. `file` is as the user would name it (relative to the working folder where possible); line and column count from 1. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Characters that a squiggle underlines; at least 1. */
  readonly length: number;
}

/** Gives the place of the n-th character of a scalar's value in its file. */
export type Locate = (offset: number) => {readonly line: number; readonly column: number};

const locators = new WeakMap<Span, Locate>();

/** Remembers how the characters of a scalar lie in its file: quotes, escapes, indented lines. */
export function locatable(span: Span, locate: Locate): Span {
  locators.set(span, locate);
  return span;
}

/** The place of a part of a scalar's value, from and to given in characters. */
export function within(span: Span, [from, to]: readonly [from: number, to: number]): Span {
  const locate = locators.get(span);
  if (!locate) return from === 0 ? span : {...span, column: span.column + from, length: Math.max(1, to - from)};
  const start = locate(from);
  const last = locate(Math.max(from, to - 1));
  return {
    file: span.file,
    ...start,
    length: start.line === last.line ? Math.max(1, last.column - start.column + 1) : Math.max(1, to - from),
  };
}
