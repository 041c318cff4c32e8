import {didYouMean} from '../language/near.js';
import {isUnknown} from '../unknown.js';
import {referred} from './fits.js';
import {isOpaque} from './plain.js';

/** What a validator found, in its own terms. */
export interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly schema?: unknown;
  readonly parentSchema?: Readonly<Record<string, unknown>> | undefined;
  readonly data?: unknown;
  /** Set where a key itself was judged; the error of `propertyNames` tells it as a whole. */
  readonly propertyName?: string;
  /** The whole schema, in which references are followed. */
  readonly root?: unknown;
}

/** A value that does not fit its schema. `path` leads to the value; with `key` the problem is that key of it. */
export interface SchemaProblem {
  readonly path: readonly string[];
  readonly key?: string;
  readonly message: string;
  readonly hint?: string;
}

/** Turns a validator's errors into problems in the user's words; `subject` names the whole value. What hangs on a value that is not known yet is left out. */
export function explainErrors(errors: readonly SchemaError[], subject: string): readonly SchemaProblem[] {
  const consumed = new Set<SchemaError>();
  const problems: SchemaProblem[] = [];
  for (const error of [...errors].reverse()) {
    if (consumed.has(error) || error.propertyName !== undefined) continue;
    const branches = isChoice(error) ? branchErrors(error, errors) : [];
    for (const branch of branches) consumed.add(branch);
    if (isOpaque(error.data) || isUnknown(error.data)) continue;
    if (error.keyword === 'anyOf' || error.keyword === 'oneOf')
      problems.unshift(...explainChoice(error, branches, subject));
    else problems.unshift(...explain(error, subject));
  }
  return problems;
}

function isChoice({keyword}: SchemaError): boolean {
  return keyword === 'anyOf' || keyword === 'oneOf';
}

/** What the branches of a choice found wrong: what lies in the value, and comes from a schema that a branch leads to. */
function branchErrors(choice: SchemaError, errors: readonly SchemaError[]): readonly SchemaError[] {
  const schemas = new Set<unknown>();
  collectSchemas(choice.schema, choice.root, schemas);
  const within = (path: string): boolean => path === choice.instancePath || path.startsWith(`${choice.instancePath}/`);
  return errors
    .slice(0, errors.indexOf(choice))
    .filter((error) => within(error.instancePath) && schemas.has(error.parentSchema));
}

function collectSchemas(schema: unknown, root: unknown, found: Set<unknown>): void {
  if (typeof schema !== 'object' || schema === null || found.has(schema)) return;
  found.add(schema);
  for (const [key, value] of Object.entries(schema)) {
    if (key === '$ref' && typeof value === 'string') collectSchemas(referred(root, value), root, found);
    else collectSchemas(value, root, found);
  }
}

function explainChoice(
  choice: SchemaError,
  branches: readonly SchemaError[],
  subject: string,
): readonly SchemaProblem[] {
  const path = pathOf(choice.instancePath);
  const named = choice.parentSchema?.['x-subject'];
  const what = typeof named === 'string' ? named : nameOf(path, subject);
  const names = requiredNames(choice.schema);
  if (names) {
    const given = names.filter(
      (name) => typeof choice.data === 'object' && choice.data !== null && name in choice.data,
    );
    const list = names.map((name) => `"${name}"`).join(', ');
    return [{path, message: given.length > 1 ? `${what} takes only one of ${list}` : `${what} needs one of ${list}`}];
  }
  const expected = choice.parentSchema?.['x-expected'];
  const here = branches.filter((error) => error.instancePath === choice.instancePath);
  const mismatches = here.filter(({keyword}) => keyword === 'type' || keyword === 'const' || keyword === 'enum');
  const covered = new Set(mismatches);
  // What was expected is told as a whole: not how each way of writing it was missed.
  if (typeof expected === 'string') {
    const missed = here.filter(
      (error) => error.keyword === 'pattern' || (isChoice(error) && !requiredNames(error.schema)),
    );
    for (const error of missed.flatMap((inner) => [inner, ...branchErrors(inner, branches)])) covered.add(error);
  }
  const fitting = branches.filter((error) => !covered.has(error));
  if (fitting.length > 0) return explainErrors(fitting, subject);
  const text = typeof expected === 'string' ? expected : anyOfText(mismatches);
  return [{path, message: `${what} must be ${text}, found ${shown(choice.data)}`}];
}

/** The names of `anyOf: [{required: [a]}, {required: [b]}]`. */
function requiredNames(branches: unknown): readonly string[] | undefined {
  if (!Array.isArray(branches)) return undefined;
  const names = (branches as readonly {readonly required?: readonly string[]}[]).map((branch) => branch.required?.[0]);
  return names.every((name) => name !== undefined) ? names : undefined;
}

function anyOfText(errors: readonly SchemaError[]): string {
  const texts = errors.map((error) => (error.keyword === 'type' ? typeText(error.params['type']) : valuesText(error)));
  return [...new Set(texts)].join(' or ') || 'something else';
}

function explain(error: SchemaError, subject: string): readonly SchemaProblem[] {
  const path = pathOf(error.instancePath);
  const named = error.parentSchema?.['x-subject'];
  const what = typeof named === 'string' ? named : nameOf(path, subject);
  const {params} = error;
  const problem = (message: string): readonly SchemaProblem[] => [{path, message: `${what} ${message}`}];
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const key = String(params['additionalProperty'] ?? params['unevaluatedProperty']);
      const known = Object.keys(error.parentSchema?.['properties'] ?? {});
      return [
        {
          path,
          key,
          message: `unknown key "${key}" in ${typeof named === 'string' ? named : bare(path, subject)}`,
          hint: didYouMean(key, known) ?? `known: ${known.join(' ')}`,
        },
      ];
    }
    case 'required':
      return problem(`needs "${String(params['missingProperty'])}"`);
    case 'dependentRequired':
      return problem(`needs "${String(params['missingProperty'])}" when "${String(params['property'])}" is given`);
    case 'type':
      return wantsText(error)
        ? [{path, message: `${what} must be text, found ${shown(error.data)}`, hint: 'quote it'}]
        : problem(`must be ${typeText(params['type'])}, found ${shown(error.data)}`);
    case 'enum':
    case 'const': {
      const near =
        typeof error.data === 'string' && Array.isArray(error.schema)
          ? didYouMean(error.data, error.schema.map(String))
          : undefined;
      return [
        {
          path,
          message: `${what} must be ${valuesText(error)}, found ${shown(error.data)}`,
          ...(near === undefined ? {} : {hint: near}),
        },
      ];
    }
    case 'pattern': {
      const expected = error.parentSchema?.['x-expected'];
      return problem(
        typeof expected === 'string'
          ? `must be ${expected}, found ${shown(error.data)}`
          : `must match ${String(params['pattern'])}, found ${shown(error.data)}`,
      );
    }
    case 'minimum':
    case 'exclusiveMinimum':
    case 'maximum':
    case 'exclusiveMaximum':
      return problem(`must be ${String(params['comparison'])} ${String(params['limit'])}, found ${shown(error.data)}`);
    case 'minItems':
    case 'minLength':
    case 'minProperties':
      return problem('must not be empty');
    case 'uniqueItems':
      return problem('has the same item twice');
    case 'not': {
      const names = (error.schema as {readonly required?: readonly string[]} | undefined)?.required;
      return problem(
        names
          ? `cannot take ${names.map((name) => `"${name}"`).join(' and ')} together`
          : 'has a value that is not allowed',
      );
    }
    case 'propertyNames':
      return problem(`cannot have the key "${String(params['propertyName'])}"`);
    case 'if':
      return [];
    default:
      return problem(`does not fit its schema (${error.keyword})`);
  }
}

/** A number or a boolean where text is wanted only lacks its quotes. */
function wantsText({params, data}: SchemaError): boolean {
  return params['type'] === 'string' && (typeof data === 'number' || typeof data === 'boolean');
}

function pathOf(instancePath: string): readonly string[] {
  return instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function bare(path: readonly string[], subject: string): string {
  const named = path.filter((part) => !/^\d+$/.test(part)).at(-1);
  return named ?? subject;
}

function nameOf(path: readonly string[], subject: string): string {
  const last = path.at(-1);
  if (last === undefined) return subject;
  return /^\d+$/.test(last) ? `item ${Number(last) + 1} of "${bare(path, subject)}"` : `"${last}"`;
}

function typeText(type: unknown): string {
  const texts: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    integer: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a map',
    null: 'empty',
  };
  return [type]
    .flat()
    .flatMap((name) => String(name).split(','))
    .map((name) => texts[name] ?? name)
    .join(' or ');
}

function valuesText(error: SchemaError): string {
  const values = error.keyword === 'const' ? [error.schema] : (error.schema as readonly unknown[]);
  return values.map((value) => (typeof value === 'string' ? `"${value}"` : JSON.stringify(value))).join(' or ');
}

/** A value as a message names it. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (isOpaque(value)) return 'a template';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'number') return `the number ${value}`;
  return typeof value === 'string'
    ? `"${value.length > 60 ? `${value.slice(0, 59)}…` : value}"`
    : JSON.stringify(value);
}
