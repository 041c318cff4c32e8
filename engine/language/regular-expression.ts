import {RE2JS} from 're2js';
import {reasonOf} from '../reason.js';

/** A pattern of RE2, which never backtracks. */
export interface RegularExpression {
  /** Whether it matches somewhere in a text. */
  readonly find: (text: string) => boolean;
  /** Whether it matches at the beginning of a text. */
  readonly findAtStart: (text: string) => boolean;
  /** All matches, or their first groups where the pattern has one. */
  readonly matches: (text: string) => readonly string[];
  /** Every match replaced; `\\1` is the first group. */
  readonly replaceAll: (text: string, replacement: string) => string;
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
      matches: (text) => {
        const matcher = pattern.matcher(text);
        const found: string[] = [];
        while (matcher.find()) found.push(matcher.group(Math.min(1, matcher.groupCount())) ?? '');
        return found;
      },
      replaceAll: (text, replacement) =>
        pattern.matcher(text).replaceAll(replacement.replaceAll('$', '$$$$').replaceAll(/\\(?:g<)?(\d)>?/g, '$$$1')),
    };
    compiled.set(source, expression);
    return expression;
  } catch (error) {
    return {problem: reasonOf(error)};
  }
}
