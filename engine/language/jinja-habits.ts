import {celFromJinja} from './jinja/to-cel.js';

/** What people write who come from Jinja, Python or shells; the pattern is matched outside of quoted text. */
export interface Habit {
  readonly pattern: RegExp;
  readonly message: (match: RegExpExecArray, source: string) => string;
  readonly hint: (match: RegExpExecArray, source: string) => string;
}

/** What Ansible asks data by; CEL has ways of its own. */
export const jsonQuery = {
  pattern: /\|\s*(?:\w+\.)*json_query\b/,
  message: 'there is no "json_query"',
  hint: 'a CEL expression asks data: a[*].b is a.map(x, x.b), a[?b==`c`] is a.filter(x, x.b == "c"), and a.?b.orValue(c) is for what may be missing',
} as const;

/** Habits of Jinja, the more telling ones first; the whole expression is told as CEL where that can be. */
export const jinjaHabits: readonly Habit[] = [
  {
    pattern: jsonQuery.pattern,
    message: () => jsonQuery.message,
    hint: () => jsonQuery.hint,
  },
  {
    pattern: /([\w.[\]"]+)\s+is\s+(not\s+)?\w+/,
    message: (match, source) => `"${source.slice(match.index, match.index + match[0].length)}" is not CEL`,
    hint: () => 'a result has failed, changed and skipped as members; texts are asked by text.matches(pattern)',
  },
  {
    pattern: /^(.+?)\s+if\s+(.+?)\s+else\s+(.+)$/s,
    message: () => '"if … else" is not CEL',
    hint: () => 'write condition ? one : other',
  },
  {
    pattern: /(?<!\|)\|(?!\|)/,
    message: () => 'there are no filters in an expression',
    hint: () => '"or" is written "||"; a function is called: size(list), text.lowerAscii()',
  },
];

/** The whole source as CEL, where it is Jinja; undefined where that cannot be told, or nothing is another way. */
export function rewritten(source: string): string | undefined {
  const cel = celFromJinja(source);
  return cel === source.trim() ? undefined : cel;
}
