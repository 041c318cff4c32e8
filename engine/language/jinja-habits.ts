import {sharedFunctions} from './functions/all.js';

/** What people write who come from Jinja, Python or shells, and what to write instead; the pattern is matched outside of quoted text. */
export interface Habit {
  readonly pattern: RegExp;
  readonly message: (match: RegExpExecArray, source: string) => string;
  readonly hint: (match: RegExpExecArray, source: string) => string;
}

/** The words themselves, quoted text included. */
function wordsOf(match: RegExpExecArray, source: string): string {
  return source.slice(match.index, match.index + match[0].length);
}

const notCel = (match: RegExpExecArray, source: string): string => `"${wordsOf(match, source)}" is not CEL`;

const results: Readonly<Record<string, readonly [yes: string, no: string]>> = {
  succeeded: ['!X.failed', 'X.failed'],
  success: ['!X.failed', 'X.failed'],
  failed: ['X.failed', '!X.failed'],
  failure: ['X.failed', '!X.failed'],
  changed: ['X.changed', '!X.changed'],
  change: ['X.changed', '!X.changed'],
  skipped: ['X.skipped', '!X.skipped'],
  skip: ['X.skipped', '!X.skipped'],
  finished: ['X.finished == 1', 'X.finished == 0'],
  none: ['X == null', 'X != null'],
  undefined: ['!has(X)', 'has(X)'],
  string: ['type(X) == string', 'type(X) != string'],
  number: ['type(X) == int', 'type(X) != int'],
  mapping: ['type(X) == map', 'type(X) != map'],
  sequence: ['type(X) == list', 'type(X) != list'],
  true: ['X == true', 'X != true'],
  false: ['X == false', 'X != false'],
};

/** `x is failed`: tests that ask a value alone. */
const test: Habit = {
  pattern: new RegExp(String.raw`([\w.[\]"]+)\s+is\s+(not\s+)?(${Object.keys(results).join('|')})\b`),
  message: notCel,
  hint: (match, source) => {
    const [name = '', , negated, word = ''] = [
      wordsOf(match, source).split(/\s+is\s+/)[0],
      match[1],
      match[2],
      match[3],
    ];
    const [yes, no] = results[word] ?? ['X', '!X'];
    return `write ${(negated ? no : yes).replace('X', word === 'undefined' && !name.includes('.') ? `vars.${name}` : name)}`;
  },
};

/** `x is version('1.2', '>=')`, `x is search('…')`: tests with arguments. */
const testWithArguments: Habit = {
  pattern: /([\w.[\]]+)\s+is\s+(not\s+)?(version|search|match|regex|in|contains|subset|superset)\b\s*\(([^)]*)\)/,
  message: notCel,
  hint: (match, source) => {
    const [, name = '', negated, word = ''] = match;
    const given = /\((.*)\)$/s.exec(wordsOf(match, source))?.[1] ?? '';
    const not = negated ? '!' : '';
    switch (word) {
      case 'version': {
        const [other = '', operator = "'=='"] = given.split(/\s*,\s*/);
        const sign = {eq: '==', ne: '!=', lt: '<', le: '<=', gt: '>', ge: '>='}[operator.slice(1, -1)];
        const compared = `version(${name}) ${sign ?? operator.slice(1, -1)} version(${other})`;
        return `write ${negated ? `!(${compared})` : compared}`;
      }
      case 'in':
        return `write ${negated ? `!(${name} in ${given})` : `${name} in ${given}`}`;
      case 'contains':
        return `write ${negated ? `!(${given} in ${name})` : `${given} in ${name}`}`;
      case 'match':
        return `write ${not}${name}.matches(${given.replace(/^(["'])\^?/, '$1^')})`;
      case 'search':
      case 'regex':
        return `write ${not}${name}.matches(${given})`;
      default:
        return `write ${not}${name}.${word}(${given})`;
    }
  },
};

const renamed: Readonly<Record<string, string>> = {
  length: 'size(X)',
  count: 'size(X)',
  lower: 'X.lowerAscii()',
  upper: 'X.upperAscii()',
  trim: 'X.trim()',
  bool: 'to_bool(X)',
  string: 'string(X)',
  int: 'int(X)',
  float: 'double(X)',
  list: 'X',
  from_json: 'parse_json(X)',
  to_nice_yaml: 'to_yaml(X)',
  checksum: "X.hash('sha1')",
  type_debug: 'type(X)',
};

const called = new Map(sharedFunctions.map(({name, signatures}) => [name, /^\w+\./.test(signatures[0] ?? '')]));

/** `x | filter(…)`. */
const filter: Habit = {
  pattern: /([\w.[\]]+)\s*(?<!\|)\|(?!\|)\s*(\w+)(?:\(([^)]*)\))?/,
  message: () => 'there are no filters in an expression',
  hint: (match, source) => {
    const [, name = '', word = ''] = match;
    const given = /\((.*)\)$/s.exec(wordsOf(match, source))?.[1] ?? '';
    const known = Object.hasOwn(renamed, word) ? renamed[word] : undefined;
    if (known !== undefined) return `write ${known.replace('X', name)}`;
    if (['map', 'select', 'reject', 'selectattr', 'rejectattr'].includes(word))
      return `write ${name}.map(x, x.member), or ${name}.filter(x, x.member == value)`;
    const more = given === '' ? '' : `, ${given}`;
    if (['join', 'split', 'replace'].includes(word) || called.get(word) === true)
      return `write ${name}.${word}(${given})`;
    if (called.has(word)) return `write ${word}(${name}${more})`;
    return '"or" is written "||"; a function is called: size(list), text.lowerAscii()';
  },
};

/** `a if c else b`. */
const choice: Habit = {
  pattern: /^(.+?)\s+if\s+(.+?)\s+else\s+(.+)$/s,
  message: () => '"if … else" is not CEL',
  hint: (_, source) => {
    const [, yes = '', condition = '', no = ''] = /^(.+?)\s+if\s+(.+?)\s+else\s+(.+)$/s.exec(source) ?? [];
    return `write ${condition} ? ${yes} : ${no}`;
  },
};

/** Habits of Jinja, the more telling ones first. */
export const jinjaHabits: readonly Habit[] = [testWithArguments, test, choice, filter];
