/** A place in a file of the user. `file` is as the user would name it (relative to the working folder where possible); line and column count from 1. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Characters that a squiggle underlines; at least 1. */
  readonly length: number;
}
