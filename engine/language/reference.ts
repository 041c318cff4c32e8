import type {Span} from '../span.js';

/** Names in scope: an object without prototype, whose members may be getters that throw `Deferred`. */
export type Scope = Readonly<Record<string, unknown>>;

/** Start and end offset in a source, in characters. */
export type Range = readonly [start: number, end: number];

/** What a source names: `hostvars.cp1.join.token`. Names bound inside the source (loop and macro variables) are traced to what they walk over. */
export interface Reference {
  /** The first segment is the name; null is an index that only evaluation tells. */
  readonly path: readonly (string | number | null)[];
  readonly range: Range;
  /** What may be missing: all of it (`default`), or the members but not the name (`has(…)`, `.?`). */
  readonly optional?: 'name' | 'member';
  /** Gives the path with its indexes evaluated in a scope (null where they are bound inside the source); throws where the scope does not know. */
  readonly resolve?: (scope: Scope) => readonly (string | number | null)[];
}

/** What is wrong with a source, before anything is evaluated. */
export interface Problem {
  readonly message: string;
  readonly hint?: string;
  readonly range: Range;
}

/** Thrown by the evaluators; `evaluate` turns it into `EvaluationFailed` with the place in the file. */
export class SourceFailed extends Error {
  override readonly name = 'SourceFailed';
  readonly hint: string | undefined;
  readonly range: Range;

  constructor(message: string, hint: string | undefined, range: Range) {
    super(message);
    this.hint = hint;
    this.range = range;
  }
}

/** A term could not be evaluated: what is wrong, what to do, and the exact place. */
export class EvaluationFailed extends Error {
  override readonly name = 'EvaluationFailed';
  readonly hint: string | undefined;
  readonly at: Span;

  constructor(message: string, hint: string | undefined, at: Span) {
    super(message);
    this.hint = hint;
    this.at = at;
  }
}

/** The path as the user would write it: `hostvars.cp1.join`, `list[…]`. */
export function pathText(path: readonly (string | number | null)[]): string {
  return path
    .map((part, index) => {
      if (part === null) return '[…]';
      if (typeof part === 'number') return `[${part}]`;
      if (index > 0 && !/^[\w-]+$/.test(part)) return `["${part}"]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}
