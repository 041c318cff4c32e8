import {createHash} from 'node:crypto';
import {sharedFunctions} from './functions/all.js';
import {FunctionFailed, type SharedFunction} from './functions/shared-function.js';
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

/** A function of both languages as a helper. */
function fromShared({name, usage, summary, signatures, call}: SharedFunction): [string, Helper] {
  const parameters = usage.split(' ').slice(1);
  const optional = parameters.findIndex((parameter) => parameter.startsWith('['));
  const types = typesIn(signatures.at(-1) ?? '');
  return [
    name,
    {
      usage,
      summary,
      least: optional === -1 ? parameters.length : optional,
      most: parameters.length,
      options: [],
      call: (values) => {
        try {
          return call(...values.map((value, index) => ofType(value, types[index])));
        } catch (error) {
          if (error instanceof FunctionFailed) throw new HelperFailed(error.message);
          throw error;
        }
      },
    },
  ];
}

/** The types of the values that a signature in CEL takes, its receiver first. */
function typesIn(signature: string): readonly string[] {
  const [, receiver, parameters = ''] = /^(?:(\w+)\.)?\w+\(([^)]*)\)/.exec(signature) ?? [];
  const rest = parameters === '' ? [] : parameters.split(', ');
  return receiver === undefined ? rest : [receiver, ...rest];
}

/** A value as its parameter wants it. */
function ofType(value: unknown, type: string | undefined): unknown {
  switch (type) {
    case 'list':
      return list(value);
    case 'string':
      return text(value);
    case 'bool':
      return boolean(value);
    case 'int':
      if (typeof value === 'number') return value;
      throw new HelperFailed(`expected a number, found ${kindOf(value)}`);
    case 'map':
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
      throw new HelperFailed(`expected a dict, found ${kindOf(value)}`);
    default:
      return value;
  }
}

/** All helpers by name; the documentation is made from this table. */
export const helpers: ReadonlyMap<string, Helper> = new Map([
  ...sharedFunctions.map(fromShared),
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
  define('lower text', 'in lower case', ([value]) => text(value).toLowerCase()),
  define('upper text', 'in upper case', ([value]) => text(value).toUpperCase()),
  define('trim text', 'without white space at both ends', ([value]) => text(value).trim()),
  define('replace text from to', 'every occurrence replaced', ([value, from, to]) =>
    text(value).replaceAll(text(from), text(to)),
  ),
  define('sha256 text', 'the hexadecimal digest', ([value]) => createHash('sha256').update(text(value)).digest('hex')),
]);
