import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {Ajv2020, type ValidateFunction} from 'ajv/dist/2020.js';
import {reasonOf} from '../reason.js';
import {packageRoot} from '../root.js';
import {referred, surelyFits} from './fits.js';
import {isSound} from './sound-schema.js';
import {explainErrors, type SchemaError, type SchemaProblem} from './schema-problem.js';

/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Checks data; what it found, in the validator's terms. */
export type Validate = (value: unknown) => readonly SchemaError[];

/** The schemas of one folder (`schemas/`). What surely fits them is never given to a validator: those are compiled when something is wrong. */
export interface Schemas {
  /** `playbook#/$defs/tasks`: a file of the folder without its ending, and a part of it. */
  validator(reference: string): Validate;
  /** The schema of a module's arguments; undefined when there is none. */
  module(name: string): JsonSchema | undefined;
  /** Arguments as written; what names local files and conditions is still text. */
  moduleValidator(name: string): Validate | undefined;
  /** Arguments as they are at run time: fills defaults in, gives what is wrong. */
  validateArgs(name: string, value: unknown): ArgsChecked;
  /** A schema that a user wrote; the message when it is none. */
  compile(schema: JsonSchema): Validate | {readonly problem: string};
}

export interface ArgsChecked {
  /** The arguments with defaults filled in; those of the caller stay as they were. */
  readonly value: unknown;
  readonly problems: readonly SchemaProblem[];
}

/** Keywords of our own that schemas may hold. */
export const annotations: readonly string[] = [
  'x-free-form',
  'x-aliases',
  'x-local',
  'x-local-unless',
  'x-local-source',
  'x-local-flat',
  'x-expression',
  'x-expected',
  'x-subject',
  'x-detachable',
  'returns',
];

// The schemas here are held to the meta-schema by a test, and run too seldom for optimized code.
function createAjv(useDefaults: boolean): Ajv2020 {
  const ajv = new Ajv2020({
    strict: true,
    allErrors: true,
    verbose: true,
    strictRequired: false,
    allowUnionTypes: true,
    useDefaults,
    logger: false,
    validateSchema: false,
    inlineRefs: false,
    code: {optimize: false},
  });
  ajv.addVocabulary([...annotations]);
  return ajv;
}

function errorsOf(validate: ValidateFunction, value: unknown, root: JsonSchema): readonly SchemaError[] {
  if (validate(value)) return [];
  return ((validate.errors ?? []) as readonly SchemaError[]).map((error) => ({...error, root}));
}

/** Opens a folder of schemas. */
export function createSchemas(folder: string = join(packageRoot, 'schemas')): Schemas {
  const ajv = once(() => createAjv(false));
  const running = once(() => createAjv(true));
  const read = memoize((name: string): JsonSchema | undefined => {
    const path = join(folder, `${name}.schema.json`);
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as JsonSchema) : undefined;
  });
  const validator = memoize((reference: string): Validate => {
    const [name = '', part] = reference.split('#');
    const root = read(name);
    const schema = part === undefined ? root : referred(root, part);
    if (!root || !schema) throw new Error(`Internal error: no schema ${reference} in ${folder}`);
    const compiled = once(() => {
      if (!ajv().getSchema(name)) ajv().addSchema({...root, $id: name});
      return ajv().getSchema(part === undefined ? name : `${name}#${part}`) as ValidateFunction;
    });
    return (value) => (surelyFits(schema as JsonSchema, value, {root}) ? [] : errorsOf(compiled(), value, root));
  });
  const module = (name: string): JsonSchema | undefined => read(`tasks/${name}`);
  const moduleValidator = memoize((name: string): Validate | undefined => {
    const schema = module(name);
    return schema && compiledWhenNeeded(withoutId(schema), ajv);
  });
  const runtimeSchema = memoize((name: string) => {
    const schema = module(name);
    if (!schema) return undefined;
    const forgiving = withoutId(relaxed(schema) as JsonSchema);
    return {schema: forgiving, compiled: once(() => running().compile(forgiving))};
  });
  return {
    validator,
    module,
    moduleValidator,
    validateArgs(name, value) {
      const known = runtimeSchema(name);
      const copied = copy(value);
      if (!known || surelyFits(known.schema, copied, {fillsDefaults: true})) return {value: copied, problems: []};
      let errors = errorsOf(known.compiled(), copied, known.schema);
      if (settleBooleans(copied, errors)) errors = errorsOf(known.compiled(), copied, known.schema);
      return {value: copied, problems: explainErrors(errors, name)};
    },
    compile(schema) {
      if (isSound(schema)) return compiledWhenNeeded(schema, ajv);
      try {
        const validate = ajv().compile(schema);
        return (value) => errorsOf(validate, value, schema);
      } catch (error) {
        return {problem: reasonOf(error)};
      }
    },
  };
}

function compiledWhenNeeded(schema: JsonSchema, ajv: () => Ajv2020): Validate {
  const compiled = once(() => ajv().compile(schema));
  return (value) => (surelyFits(schema, value) ? [] : errorsOf(compiled(), value, schema));
}

const installed = memoize(() => createSchemas());

/** Whether a module's arguments become variables (`set_fact`): its schema names none and takes any. */
export function takesVariables(schema: JsonSchema | undefined): boolean {
  const named = Object.keys(schema?.['properties'] ?? {});
  return schema?.['additionalProperties'] === true && named.length === 0;
}

/** The schemas of this package. */
export function packageSchemas(): Schemas {
  return installed('');
}

/** Checks a module's arguments after all templates were evaluated, against this package's schemas. */
export function validateArgs(module: string, value: unknown): ArgsChecked {
  return packageSchemas().validateArgs(module, value);
}

const words: Readonly<Record<string, boolean>> = {yes: true, no: false, on: true, off: false};

/** yes, no, on and off are text in YAML 1.2; where a schema wants a boolean they are taken as one. The value, or undefined. */
export function booleanWord(error: SchemaError): boolean | undefined {
  const wanted = error.keyword === 'type' && String(error.params['type']).split(',').includes('boolean');
  return wanted && typeof error.data === 'string' ? words[error.data.toLowerCase()] : undefined;
}

function settleBooleans(root: unknown, errors: readonly SchemaError[]): boolean {
  let changed = false;
  for (const error of errors) {
    const value = booleanWord(error);
    const path = error.instancePath.split('/').slice(1);
    const last = path.pop();
    if (value === undefined || last === undefined) continue;
    const parent = path.reduce<unknown>(
      (at, part) => (typeof at === 'object' && at !== null ? Reflect.get(at, part) : undefined),
      root,
    );
    if (typeof parent === 'object' && parent !== null) changed = Reflect.set(parent, last, value) || changed;
  }
  return changed;
}

/** At run time local files, templates and conditions have become objects: their texts' schemas hold no more. */
function relaxed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(relaxed);
  if (typeof schema !== 'object' || schema === null) return schema;
  if ('x-local' in schema || 'x-expression' in schema) return {};
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, relaxed(value)]));
}

function withoutId(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$id'));
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copy(member)]));
}

function once<T>(make: () => T): () => T {
  let made: {readonly value: T} | undefined;
  return () => (made ??= {value: make()}).value;
}

function memoize<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>();
  return (name) => {
    if (!made.has(name)) made.set(name, make(name));
    return made.get(name) as T;
  };
}
