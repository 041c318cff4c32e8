import {createHash} from 'node:crypto';
import {posix} from 'node:path';
import {quote} from '../host.js';
import {yamlText} from './yaml-text.js';

/** What a helper of templates is: how it is written, how many values it takes, what it gives. */
export interface Helper {
  /** `join list ","`, as the documentation shows it. */
  readonly usage: string;
  readonly summary: string;
  readonly least: number;
  readonly most: number;
  /** Names of `name=value` arguments. */
  readonly options: readonly string[];
  /** Undefined where the renderer itself must decide what is evaluated (`default`, `and`, `or`, `lookup`). */
  readonly call: ((values: readonly unknown[], options: Readonly<Record<string, unknown>>) => unknown) | undefined;
}

/** A helper was given what it cannot take; the renderer adds the place. */
export class HelperFailed extends Error {
  override readonly name = 'HelperFailed';
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** What a value is, in the words of messages. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'not defined';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a dict';
  return {string: 'text', number: 'a number', bigint: 'a number', boolean: 'a boolean'}[typeof value as 'string'];
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new HelperFailed(`expected text, found ${kindOf(value)}`);
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new HelperFailed(`expected a list, found ${kindOf(value)}`);
}

function boolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new HelperFailed(`expected a boolean, found ${kindOf(value)}`);
}

function equal(one: unknown, other: unknown): boolean {
  if (one !== null && other !== null && typeof one !== typeof other) {
    throw new HelperFailed(
      `${kindOf(one)} and ${kindOf(other)} are never equal`,
      'make both of one kind; values of -e name=value are text',
    );
  }
  return JSON.stringify(one) === JSON.stringify(other);
}

function size(value: unknown): number {
  if (typeof value === 'string') return Array.from(value).length;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length;
  throw new HelperFailed(`expected text, a list or a dict, found ${kindOf(value)}`);
}

function indent(value: unknown, width: unknown): string {
  const pad = ' '.repeat(Number(width));
  return text(value).replace(/^(?=.)/gm, pad);
}

function define(
  usage: string,
  summary: string,
  call: Helper['call'],
  limits: {readonly most?: number; readonly options?: readonly string[]} = {},
): [string, Helper] {
  const [name = '', ...parameters] = usage.split(' ').filter((word) => !word.includes('='));
  return [
    name,
    {
      usage,
      summary,
      least: parameters.length,
      most: limits.most ?? parameters.length,
      options: limits.options ?? [],
      call,
    },
  ];
}

/** All helpers by name; the documentation is made from this table. */
export const helpers: ReadonlyMap<string, Helper> = new Map([
  define('default value other', 'the value, or the other where it is not defined or null', undefined),
  define('and a b', 'true when all are true; what follows a false one is not evaluated', undefined, {most: Infinity}),
  define('or a b', 'true when one is true; what follows it is not evaluated', undefined, {most: Infinity}),
  define('lookup value key', 'the member of a dict or the item of a list', undefined),
  define('not a', 'the opposite', ([a]) => !boolean(a)),
  define('eq a b', 'whether both are equal; comparing text with a number is an error', ([a, b]) => equal(a, b)),
  define('ne a b', 'whether they differ', ([a, b]) => !equal(a, b)),
  define('length value', 'items of a list, members of a dict, characters of a text', ([value]) => size(value)),
  define('join list separator', 'the items as one text', ([items, separator]) =>
    list(items).map(text).join(text(separator)),
  ),
  define(
    'json value indent=2',
    'the value as JSON, on one line or indented',
    ([value], {indent: width}) => JSON.stringify(value, null, Number(width ?? 0)),
    {options: ['indent']},
  ),
  define('yaml value', 'the value as YAML block text', ([value]) => yamlText(value)),
  define('indent text 2', 'every line that is not empty, moved right by so many spaces', ([value, width]) =>
    indent(value, width),
  ),
  define('lower text', 'in lower case', ([value]) => text(value).toLowerCase()),
  define('upper text', 'in upper case', ([value]) => text(value).toUpperCase()),
  define('trim text', 'without white space at both ends', ([value]) => text(value).trim()),
  define('replace text from to', 'every occurrence replaced', ([value, from, to]) =>
    text(value).replaceAll(text(from), text(to)),
  ),
  define('b64encode text', 'as base64', ([value]) => Buffer.from(text(value)).toString('base64')),
  define('b64decode text', 'the text that the base64 holds', ([value]) =>
    Buffer.from(text(value), 'base64').toString(),
  ),
  define('sha256 text', 'the hexadecimal digest', ([value]) => createHash('sha256').update(text(value)).digest('hex')),
  define('basename path', 'the last part of a path', ([value]) => posix.basename(text(value))),
  define('dirname path', 'a path without its last part', ([value]) => posix.dirname(text(value))),
  define('quote text', 'one word for a shell', ([value]) => quote(text(value))),
]);
