import type {Span} from './span.js';

/** An expected problem with the user's input. Shown as `file:line:column message`, the source line and a squiggle. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly at: Span | undefined;
  /** What is wrong, in lower case, values in quotes, no period. */
  readonly message: string;
  /** What to do: `did you mean "owner"?`, `quote the expression`. */
  readonly hint?: string;
  /** Further places, e.g. the trail of a cycle. */
  readonly trail?: readonly {readonly at: Span; readonly message: string}[];
}

/** Input that cannot be used: all its problems at once. Nothing was touched. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((diagnostic) => diagnostic.message).join('; '));
    this.diagnostics = diagnostics;
  }
}

/** A problem that has no line in a file: a word of the command line, a file as a whole. */
export function problem(message: string, hint?: string): Diagnostic {
  return {severity: 'error', at: undefined, message, ...(hint !== undefined && {hint})};
}

/** One problem without a line, alone. */
export function badInput(message: string, hint?: string): BadInput {
  return new BadInput([problem(message, hint)]);
}
