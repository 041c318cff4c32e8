import {compileRegularExpression} from './regular-expression.js';
import {Version} from './version.js';

/** A function beside those of CEL itself: its signature in CEL's types, and what it says in the documentation. */
export interface ExpressionFunction {
  readonly signature: string;
  readonly summary: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the signature says what the arguments are
  readonly call: (...values: any[]) => unknown;
}

/** What a function cannot do with what it was given. */
export class FunctionFailed extends Error {
  override readonly name = 'FunctionFailed';
}

/** `text.matches(pattern)` is CEL's own; under this name it runs on RE2, which never backtracks. */
export const linearMatches = 'matches_linear';

function matches(text: string, pattern: string): boolean {
  const expression = compileRegularExpression(pattern);
  if ('problem' in expression) throw new FunctionFailed(`"${pattern}" is not a pattern of RE2: ${expression.problem}`);
  return expression.find(text);
}

function version(text: string): Version {
  const parsed = new Version(text);
  if (!parsed.valid) throw new FunctionFailed(`"${text}" is not a version`);
  return parsed;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new FunctionFailed(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Functions whose values are plain data: the caller converts arguments from and results to CEL's values. */
export const dataFunctions: readonly ExpressionFunction[] = [
  {signature: 'parse_json(string): dyn', summary: 'the value that JSON text holds', call: parseJson},
  {signature: 'to_json(dyn): string', summary: 'a value as JSON text', call: (value) => JSON.stringify(value)},
  {
    signature: 'keys(map): list<string>',
    summary: 'names of the members, in order',
    call: (dict: object) => Object.keys(dict),
  },
  {
    signature: 'values(map): list',
    summary: 'the members, in order',
    call: (dict: object) => Object.values(dict) as unknown[],
  },
  {
    signature: 'merge(map, map): map',
    summary: 'members of both; the second wins',
    call: (one: object, other: object) => ({...one, ...other}),
  },
  {
    signature: 'range(int): list<int>',
    summary: 'numbers from 0 up to one less',
    call: (length: number) => Array.from({length}, (_, index) => index),
  },
  {
    signature: 'list.flatten(): list',
    summary: 'items of the lists within, one level',
    call: (list: unknown[]) => list.flat(),
  },
  {
    signature: 'list.distinct(): list',
    summary: 'each item once',
    call: (list: unknown[]) => [...new Map(list.map((item) => [JSON.stringify(item), item])).values()],
  },
  {
    signature: 'list.sort(): list',
    summary: 'items in order; numbers as numbers',
    call: (list: unknown[]) => list.toSorted(compare),
  },
];

/** Functions over CEL's own values. */
export const plainFunctions: readonly ExpressionFunction[] = [
  {
    signature: `string.${linearMatches}(string): bool`,
    summary: 'whether an RE2 pattern matches somewhere',
    call: matches,
  },
  {
    signature: 'string.replace(string, string): string',
    summary: 'every occurrence replaced',
    call: (text: string, from: string, to: string) => text.replaceAll(from, to),
  },
  {
    signature: 'version(string): Version',
    summary: 'comparable by <, <=, ==, >=, >: version("10.2") > version("9.1")',
    call: version,
  },
  {signature: 'string(Version): string', summary: 'the text of a version', call: (value: Version) => value.text},
];

function compare(one: unknown, other: unknown): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  const [a, b] = [String(one), String(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}
