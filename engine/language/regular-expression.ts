import {RE2JS} from 're2js';

/** A pattern of RE2, which never backtracks. */
export interface RegularExpression {
  /** Whether it matches somewhere in a text. */
  readonly find: (text: string) => boolean;
  /** Whether it matches at the beginning of a text. */
  readonly findAtStart: (text: string) => boolean;
}

const compiled = new Map<string, RegularExpression>();

/** Compiles a pattern, each one once; the reason where it is none. */
export function compileRegularExpression(source: string): RegularExpression | {readonly problem: string} {
  const known = compiled.get(source);
  if (known) return known;
  try {
    const pattern = RE2JS.compile(source);
    const expression: RegularExpression = {
      find: (text) => pattern.matcher(text).find(),
      findAtStart: (text) => pattern.matcher(text).lookingAt(),
    };
    compiled.set(source, expression);
    return expression;
  } catch (error) {
    return {problem: error instanceof Error ? error.message : String(error)};
  }
}
