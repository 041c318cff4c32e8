import {isUnknown} from '../unknown.js';
import {isOpaque} from './plain.js';
import type {JsonSchema} from './schema.js';

/** What can be said of a value without compiling its schema: `unsure` leaves it to the validator. */
type Verdict = 'fits' | 'fails' | 'unsure';

interface Judging {
  /** The whole schema, in which references are followed. */
  readonly root: JsonSchema;
  /** What is not known yet is no fault by itself, but inside a choice it decides which branch holds. */
  readonly inChoice: boolean;
  /** Defaults are filled in: there the validator knows best what a choice does to them. */
  readonly fillsDefaults: boolean;
}

/**
 * Whether a value surely fits a schema, found by walking both: compiling a validator takes a hundred times longer, and is worth it only to tell what is wrong.
 * False where it does not fit, and where only the validator can tell. With `fillsDefaults` the value gets the defaults of the schema.
 */
export function surelyFits(
  schema: JsonSchema,
  value: unknown,
  {root = schema, fillsDefaults = false}: {readonly root?: JsonSchema; readonly fillsDefaults?: boolean} = {},
): boolean {
  return judge(schema, value, {root, inChoice: false, fillsDefaults}) === 'fits';
}

function judge(schema: unknown, value: unknown, judging: Judging): Verdict {
  if (typeof schema === 'boolean') return schema ? 'fits' : 'fails';
  if (typeof schema !== 'object' || schema === null) return 'unsure';
  if (isOpaque(value) || isUnknown(value)) return judging.inChoice ? 'unsure' : 'fits';
  let verdict: Verdict = 'fits';
  const judged = {schema: schema as JsonSchema, value, judging};
  for (const [keyword, operand] of judgedKeywords(schema)) {
    const found = judgeKeyword(keyword, operand, judged);
    if (found === 'fails') return 'fails';
    if (found === 'unsure') verdict = 'unsure';
  }
  return verdict;
}

const judgedOf = new WeakMap<object, readonly (readonly [string, unknown])[]>();

/** The keywords that judge something: most only tell of a value. */
function judgedKeywords(schema: object): readonly (readonly [string, unknown])[] {
  let known = judgedOf.get(schema);
  if (known === undefined) {
    known = Object.entries(schema).filter(([keyword]) => !silent.has(keyword) && !keyword.startsWith('x-'));
    judgedOf.set(schema, known);
  }
  return known;
}

interface Judged {
  readonly schema: JsonSchema;
  readonly value: unknown;
  readonly judging: Judging;
}

const fitsWhen = (holds: boolean): Verdict => (holds ? 'fits' : 'fails');

function judgeKeyword(keyword: string, operand: unknown, {schema, value, judging}: Judged): Verdict {
  switch (keyword) {
    case 'type':
      return fitsWhen(Array.isArray(operand) ? operand.some((type) => isOf(value, type)) : isOf(value, operand));
    case 'enum':
      return isScalar(value) ? fitsWhen((operand as readonly unknown[]).includes(value)) : 'unsure';
    case 'const':
      return isScalar(value) ? fitsWhen(operand === value) : 'unsure';
    case 'pattern':
      return fitsWhen(typeof value !== 'string' || patternOf(String(operand)).test(value));
    case 'minLength':
      return fitsWhen(typeof value !== 'string' || Array.from(value).length >= Number(operand));
    case 'maxLength':
      return fitsWhen(typeof value !== 'string' || Array.from(value).length <= Number(operand));
    case 'minimum':
      return fitsWhen(typeof value !== 'number' || value >= Number(operand));
    case 'maximum':
      return fitsWhen(typeof value !== 'number' || value <= Number(operand));
    case 'exclusiveMinimum':
      return fitsWhen(typeof value !== 'number' || value > Number(operand));
    case 'exclusiveMaximum':
      return fitsWhen(typeof value !== 'number' || value < Number(operand));
    case 'minItems':
      return fitsWhen(!Array.isArray(value) || value.length >= Number(operand));
    case 'maxItems':
      return fitsWhen(!Array.isArray(value) || value.length <= Number(operand));
    case 'uniqueItems':
      if (operand !== true || !Array.isArray(value)) return 'fits';
      return value.every(isScalar) ? fitsWhen(new Set(value).size === value.length) : 'unsure';
    case 'items':
      return Array.isArray(value) ? all(value, (item) => judge(operand, item, judging)) : 'fits';
    case 'minProperties':
      return fitsWhen(!isMap(value) || Object.keys(value).length >= Number(operand));
    case 'required':
      return fitsWhen(!isMap(value) || (operand as readonly string[]).every((name) => value[name] !== undefined));
    case 'properties':
      return isMap(value) ? judgeProperties(operand as JsonSchema, value, judging) : 'fits';
    case 'additionalProperties':
      return isMap(value) ? judgeAdditional(operand, value, {schema, judging}) : 'fits';
    case 'propertyNames':
      return isMap(value) ? all(Object.keys(value), (name) => judge(operand, name, judging)) : 'fits';
    case '$ref':
      // A default behind a reference is filled in even where its branch does not hold.
      return judging.fillsDefaults && judging.inChoice
        ? 'unsure'
        : judge(referred(judging.root, String(operand)), value, judging);
    case 'anyOf':
    case 'oneOf':
      return judgeChoice(operand as readonly unknown[], value, {judging, only: keyword === 'oneOf'});
    case 'if': {
      const condition = judging.fillsDefaults ? 'unsure' : judge(operand, value, {...judging, inChoice: true});
      if (condition === 'unsure') return 'unsure';
      return judge(schema[condition === 'fits' ? 'then' : 'else'] ?? true, value, judging);
    }
    default:
      return 'unsure';
  }
}

/** Keywords that judge nothing by themselves. */
const silent: ReadonlySet<string> = new Set([
  ...['$schema', '$id', '$defs', '$comment', 'title', 'description', 'default', 'examples', 'writeOnly', 'deprecated'],
  ...['then', 'else', 'returns'],
]);

function judgeProperties(properties: JsonSchema, value: Record<string, unknown>, judging: Judging): Verdict {
  if (judging.fillsDefaults && !judging.inChoice) {
    for (const name of Object.keys(properties)) {
      const byDefault = value[name] === undefined ? defaultOf(properties[name]) : undefined;
      if (byDefault !== undefined) value[name] = byDefault;
    }
  }
  return all(Object.keys(value), (name) =>
    value[name] === undefined || !Object.hasOwn(properties, name)
      ? 'fits'
      : judge(properties[name], value[name], judging),
  );
}

function defaultOf(schema: unknown): unknown {
  const value = typeof schema === 'object' && schema !== null ? (schema as JsonSchema)['default'] : undefined;
  return typeof value === 'object' && value !== null ? structuredClone(value) : value;
}

function judgeAdditional(
  operand: unknown,
  value: Record<string, unknown>,
  {schema, judging}: {readonly schema: JsonSchema; readonly judging: Judging},
): Verdict {
  // Names that are told by patterns are known, too: none of our schemas has them.
  if ('patternProperties' in schema) return 'unsure';
  const known = (schema['properties'] ?? {}) as JsonSchema;
  return all(Object.keys(value), (name) =>
    Object.hasOwn(known, name) ? 'fits' : judge(operand, value[name], judging),
  );
}

function judgeChoice(
  branches: readonly unknown[],
  value: unknown,
  {judging, only}: {readonly judging: Judging; readonly only: boolean},
): Verdict {
  const verdicts: Verdict[] = [];
  for (const branch of branches) {
    const verdict = judge(branch, value, {...judging, inChoice: true});
    if (verdict === 'fits' && !only) return 'fits';
    verdicts.push(verdict);
  }
  const open = branches.filter((_, index) => verdicts[index] !== 'fails');
  if (!verdicts.includes('unsure')) return fitsWhen(open.length === 1);
  // Where all other branches fail, what is not known yet has nothing left to decide.
  return open.length === 1 && !judging.fillsDefaults ? judge(open[0], value, judging) : 'unsure';
}

function all<T>(values: readonly T[], judgeOne: (value: T) => Verdict): Verdict {
  let verdict: Verdict = 'fits';
  for (const value of values) {
    const found = judgeOne(value);
    if (found === 'fails') return 'fails';
    if (found === 'unsure') verdict = 'unsure';
  }
  return verdict;
}

function isOf(value: unknown, type: unknown): boolean {
  switch (type) {
    case 'string':
    case 'boolean':
      return typeof value === type;
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isMap(value);
    case 'null':
      return value === null;
    default:
      return false;
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

const patterns = new Map<string, RegExp>();

function patternOf(source: string): RegExp {
  const known = patterns.get(source) ?? new RegExp(source, 'u');
  patterns.set(source, known);
  return known;
}

const referredIn = new WeakMap<object, Map<string, unknown>>();

/** `#/$defs/name` in its schema. */
export function referred(root: unknown, reference: string): unknown {
  if (typeof root !== 'object' || root === null) return undefined;
  const known = referredIn.get(root) ?? new Map<string, unknown>();
  referredIn.set(root, known);
  if (!known.has(reference)) known.set(reference, followed(root, reference));
  return known.get(reference);
}

function followed(root: object, reference: string): unknown {
  const follow = (at: unknown, part: string): unknown =>
    typeof at === 'object' && at !== null ? Reflect.get(at, part) : undefined;
  return reference.split('/').slice(1).reduce<unknown>(follow, root);
}
