import {jinjaHabits, rewritten, type Habit} from './jinja-habits.js';
import type {Problem, Range} from './reference.js';

/** What the library says is wrong. */
export interface LibraryError {
  readonly code: string;
  readonly summary: string;
  readonly range: Range;
}

const pythonLiterals: ReadonlyMap<string, string> = new Map([
  ['True', 'true'],
  ['False', 'false'],
  ['None', 'null'],
]);

/** What people write who come from Jinja, Python or shells; looked for outside of quoted text. */
const habits: readonly Habit[] = [
  {
    pattern: /\{\{[^]*?\}\}|\{\{/,
    message: () => 'a mustache cannot stand in an expression',
    hint: (_, source) => {
      const plain = source.replaceAll(/(["'])\{\{\s*([^{}]*?)\s*\}\}\1|\{\{\s*([^{}]*?)\s*\}\}/g, '$2$3');
      return `names stand plainly here: ${rewritten(plain) ?? plain}`;
    },
  },
  {
    pattern: /([\w.]+)\s+is\s+(not\s+)?defined\b/,
    message: ([text]) => `"${text}" is not CEL`,
    hint: ([, name = '', not]) => `write ${not ? '!' : ''}has(${name.includes('.') ? name : `vars.${name}`})`,
  },
  {
    pattern: /([\w.]+)\s*\|\s*default\(([^)]*)\)/,
    message: ([text]) => `"${text}" is not CEL`,
    hint: ([, name = '', other = '']) =>
      `write ${name.includes('.') ? name.replace(/\.(\w+)$/, '.?$1') : `vars.?${name}`}.orValue(${other})`,
  },
  ...jinjaHabits,
  {pattern: /\bnot\s+in\b/, message: () => '"not in" is not CEL', hint: () => 'write !(a in b)'},
  {
    pattern: /\b(and|or|not)\b(?=\s)/,
    message: ([word]) => `"${word}" is not CEL`,
    hint: ([word]) => `write "${{and: '&&', or: '||', not: '!'}[word as 'and']}"`,
  },
  {pattern: /(?<![=!<>])=(?!=)/, message: () => 'a single "=" is not CEL', hint: () => 'compare with "=="'},
  {pattern: /(?<!&)&(?!&)/, message: () => 'a single "&" is not CEL', hint: () => 'write "&&"'},
  {pattern: /===|!==/, message: ([text]) => `"${text}" is not CEL`, hint: ([text]) => `write "${text.slice(0, 2)}"`},
  {pattern: /~/, message: () => '"~" is not CEL', hint: () => 'texts are joined by "+": "a" + string(n)'},
];

/** The source with the inside of quoted texts blanked, so that offsets stay. */
function withoutTexts(source: string): string {
  return source.replaceAll(
    /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/g,
    (text) => '"' + ' '.repeat(text.length - 2) + '"',
  );
}

/** A mustache is told also inside quoted text, where it would silently be text. */
export function mustacheProblem(source: string): Problem | undefined {
  const [habit] = habits;
  const match = habit?.pattern.exec(source);
  return habit && match
    ? {
        message: habit.message(match, source),
        hint: habit.hint(match, source),
        range: [match.index, match.index + match[0].length],
      }
    : undefined;
}

/** Says what is wrong with a source that does not parse. */
export function syntaxProblem(source: string, error: LibraryError): Problem {
  const bare = withoutTexts(source);
  const whole = rewritten(source);
  for (const habit of habits) {
    const match = habit.pattern.exec(bare);
    if (match)
      return {
        message: habit.message(match, source),
        hint: whole === undefined ? habit.hint(match, source) : `write ${whole}`,
        range: [match.index, match.index + match[0].length],
      };
  }
  const reserved = /^Reserved identifier: (\w+)/.exec(error.summary)?.[1];
  if (reserved !== undefined)
    return {message: `"${reserved}" is a reserved word`, hint: `write vars.${reserved}`, range: error.range};
  const summary = error.summary.charAt(0).toLowerCase() + error.summary.slice(1);
  return {
    message: `this is not an expression: ${summary.replace('token: EOF', 'end').replace('got EOF', 'found its end')}`,
    range: error.range,
  };
}

/** Says what is wrong with types or values, in words of the playbook. */
export function valueProblem(source: string, error: LibraryError): Problem {
  const {code, range} = error;
  const summary = error.summary
    .replaceAll(/dyn<((?:[^<>]|<[^<>]*>)*)>/g, '$1')
    .replaceAll(/\bdict_\d+\b/g, 'dict')
    .replaceAll('matches_linear', 'matches');
  switch (code) {
    case 'unknown_variable': {
      const name = summary.replace('Unknown variable: ', '');
      const literal = pythonLiterals.get(name);
      return {message: `"${name}" is not defined`, ...(literal === undefined ? {} : {hint: `write ${literal}`}), range};
    }
    case 'no_such_key': {
      const key = summary.replace('No such key: ', '');
      const hint = `a member that may be missing is read by ".?${key}.orValue(…)" or asked for by "has(….${key})"`;
      return {message: `there is no member "${key}"`, hint, range};
    }
    case 'no_such_overload':
      return {...overload(summary.replace('no such overload: ', '')), range};
    case 'no_matching_overload': {
      const call = /'(.*)'/.exec(summary)?.[1] ?? '';
      return {message: `no function fits "${call}"`, hint: functionHint(call), range};
    }
    default:
      return {
        message: summary.charAt(0).toLowerCase() + summary.slice(1),
        range: range[1] > source.length ? [0, source.length] : range,
      };
  }
}

function overload(operation: string): {readonly message: string; readonly hint?: string} {
  const [, left = '', operator = '', right = ''] =
    /^(\S.*?) (==|!=|<=|>=|<|>|\+|-|\*|\/|%|in) (\S.*)$/.exec(operation) ?? [];
  if (operator === '') return {message: `this does not go: ${operation}`};
  const message = `"${operator}" does not go with ${left} and ${right}`;
  if (operator === 'in')
    return right === 'string'
      ? {message, hint: 'a text is searched by .contains(): "hello".contains("ell")'}
      : {message};
  const kinds = new Set([left, right]);
  if (kinds.has('string') && (kinds.has('int') || kinds.has('double')))
    return {
      message,
      hint: 'one is text, the other a number: write int(…) or string(…); values of -e name=value are text',
    };
  if (kinds.has('int') && kinds.has('double')) return {message, hint: 'write double(…) or int(…)'};
  if (kinds.has('bool') && kinds.has('string'))
    return {message, hint: 'true and false stand without quotes; a text is compared with a text'};
  return {message};
}

function functionHint(call: string): string {
  if (/\.(lower|upper)\(/.test(call)) return 'write .lowerAscii() or .upperAscii()';
  if (/\blen\(|\.length\(|\bcount\(/.test(call)) return 'write size(…)';
  if (/\bdefined\(/.test(call)) return 'write has(vars.name)';
  return 'see "u7s-play doc expressions" for the functions there are';
}
