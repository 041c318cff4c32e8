import {Version} from '../version.js';
import {compareValues, FunctionFailed, identityOf, shared, type SharedFunction} from './shared-function.js';

const units = ['', 'K', 'M', 'G', 'T', 'P', 'E'];

/** Functions about numbers and truth; templates have no operators, and get them as helpers. */
export const numberFunctions: readonly SharedFunction[] = [
  shared('abs number', {signature: 'abs(dyn): dyn', summary: 'without its sign'}, (value: unknown) =>
    Math.abs(numberOf(value)),
  ),
  shared(
    'round number [digits]',
    {
      signature: 'round(dyn): dyn | round(dyn, int): dyn',
      summary: 'the nearest number with so many digits after the point',
    },
    (value: unknown, digits = 0) => Number(numberOf(value).toFixed(digits as number)),
  ),
  shared(
    'to_bool value',
    {signature: 'to_bool(dyn): bool', summary: 'true for true, yes, on, 1; false for false, no, off, 0, ""'},
    truthOf,
  ),
  shared(
    'human_to_bytes text',
    {signature: 'human_to_bytes(string): int', summary: 'the number of bytes in "10 MB", "1.5G"'},
    bytesOf,
  ),
  shared(
    'human_readable bytes',
    {signature: 'human_readable(int): string', summary: 'a number of bytes as 1.50 GB'},
    (bytes: number) => {
      const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
      return `${(bytes / 2 ** (10 * power)).toFixed(2)} ${power === 0 ? 'Bytes' : `${units[power] ?? ''}B`}`;
    },
  ),
  shared('int value', {summary: 'a whole number'}, (value: unknown) => Math.trunc(numberOf(value))),
  shared('float value', {summary: 'a number'}, numberOf),
  shared('string value', {summary: 'text'}, (value: unknown) =>
    typeof value === 'string' ? value : JSON.stringify(value),
  ),
  shared('ternary condition yes no', {summary: 'one of both'}, (condition: unknown, yes: unknown, no: unknown) =>
    truthOf(condition) ? yes : no,
  ),
  shared('add a b', {summary: 'numbers together'}, (a, b) => numberOf(a) + numberOf(b)),
  shared('sub a b', {summary: 'a number less another'}, (a, b) => numberOf(a) - numberOf(b)),
  shared('mul a b', {summary: 'a number times another'}, (a, b) => numberOf(a) * numberOf(b)),
  shared('div a b', {summary: 'how often a number is in another, whole'}, (a, b) =>
    Math.floor(numberOf(a) / divisor(b)),
  ),
  shared('mod a b', {summary: 'what is left of it'}, (a, b) => numberOf(a) % divisor(b)),
  shared('lt a b', {summary: 'whether a is less than b'}, (a, b) => compareValues(a, b) < 0),
  shared('le a b', {summary: 'whether a is b or less'}, (a, b) => compareValues(a, b) <= 0),
  shared('gt a b', {summary: 'whether a is more than b'}, (a, b) => compareValues(a, b) > 0),
  shared('ge a b', {summary: 'whether a is b or more'}, (a, b) => compareValues(a, b) >= 0),
  shared('in item list', {summary: 'whether a list has an item, a dict a name, a text a part'}, (item, list) =>
    isIn(item, list),
  ),
  shared('contains list item', {summary: 'whether a list has an item, a dict a name, a text a part'}, (list, item) =>
    isIn(item, list),
  ),
  shared('version a operator b', {summary: 'compares versions: version "10.2" ">=" "9.1"'}, compareVersions),
];

function numberOf(value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new FunctionFailed(`${JSON.stringify(value)} is no number`);
}

function divisor(value: unknown): number {
  const number = numberOf(value);
  if (number === 0) throw new FunctionFailed('nothing can be divided by 0');
  return number;
}

function truthOf(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  const word = String(value).toLowerCase();
  if (['true', 'yes', 'on', '1', 'y', 't'].includes(word)) return true;
  if (['false', 'no', 'off', '0', 'n', 'f', ''].includes(word)) return false;
  throw new FunctionFailed(`${JSON.stringify(value)} is neither true nor false`);
}

function bytesOf(text: string): number {
  const [, amount = '', unit = ''] = /^\s*([\d.]+)\s*([KMGTPE]?)i?(?:b|bytes?)?\s*$/i.exec(text) ?? [];
  if (amount === '') throw new FunctionFailed(`"${text}" is no size`);
  return Math.round(Number(amount) * 2 ** (10 * units.indexOf(unit.toUpperCase())));
}

function isIn(item: unknown, list: unknown): boolean {
  if (Array.isArray(list)) return list.some((each) => identityOf(each) === identityOf(item));
  if (typeof list === 'string') return typeof item === 'string' && list.includes(item);
  if (typeof list === 'object' && list !== null) return typeof item === 'string' && Object.hasOwn(list, item);
  throw new FunctionFailed('expected a list, a dict or text to look in');
}

function compareVersions(one: unknown, operator: unknown, other: unknown): boolean {
  const [a, b] = [new Version(String(one)), new Version(String(other))];
  for (const each of [a, b]) if (!each.valid) throw new FunctionFailed(`"${each.text}" is not a version`);
  const order = a.compare(b);
  switch (operator) {
    case '<':
    case 'lt':
      return order < 0;
    case '<=':
    case 'le':
      return order <= 0;
    case '>':
    case 'gt':
      return order > 0;
    case '>=':
    case 'ge':
      return order >= 0;
    case '==':
    case 'eq':
      return order === 0;
    case '!=':
    case 'ne':
      return order !== 0;
    default:
      throw new FunctionFailed(`"${String(operator)}" does not compare; write one of < <= == != >= >`);
  }
}
