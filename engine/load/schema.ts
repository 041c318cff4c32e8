import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {Ajv2020, type ValidateFunction} from 'ajv/dist/2020.js';
import {packageRoot} from '../root.js';
import {explainErrors, type SchemaError, type SchemaProblem} from './schema-problem.js';

/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Checks data; what it found, in the validator's terms. */
export type Validate = (value: unknown) => readonly SchemaError[];

/** The schemas of one folder (`schemas/`), compiled at first use. */
export interface Schemas {
  /** `playbook#/$defs/tasks`: a file of the folder without its ending, and a part of it. */
  validator(reference: string): Validate;
  /** The schema of a module's arguments; undefined when there is none. */
  module(name: string): JsonSchema | undefined;
  /** Arguments as written; what names local files and conditions is still text. */
  moduleValidator(name: string): Validate | undefined;
  /** Arguments as they are at run time: fills defaults in, gives what is wrong. */
  validateArgs(name: string, value: unknown): ArgsChecked;
  /** Compiles a schema that a user wrote; the message when it is none. */
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
  'x-expression',
  'x-expected',
  'x-subject',
  'x-detachable',
  'returns',
];

// Compiling is what loading takes most of its time for: the schemas here are held to the meta-schema by a test, and run too seldom for optimized code.
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
  const ajv = createAjv(false);
  const running = createAjv(true);
  const read = memoize((name: string): JsonSchema | undefined => {
    const path = join(folder, `${name}.schema.json`);
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as JsonSchema) : undefined;
  });
  const validator = memoize((reference: string): Validate => {
    const [name = '', part] = reference.split('#');
    const schema = read(name);
    if (!schema) throw new Error(`Internal error: no schema ${name} in ${folder}`);
    if (!ajv.getSchema(name)) ajv.addSchema({...schema, $id: name});
    const validate = ajv.getSchema(part === undefined ? name : `${name}#${part}`);
    if (!validate) throw new Error(`Internal error: no schema ${reference}`);
    return (value) => errorsOf(validate, value, schema);
  });
  const module = (name: string): JsonSchema | undefined => read(`tasks/${name}`);
  const moduleValidator = memoize((name: string): Validate | undefined => {
    const schema = module(name);
    if (!schema) return undefined;
    const validate = ajv.compile(withoutId(schema));
    return (value) => errorsOf(validate, value, schema);
  });
  const runtimeValidator = memoize((name: string): Validate | undefined => {
    const schema = module(name);
    if (!schema) return undefined;
    const forgiving = withoutId(relaxed(schema) as JsonSchema);
    const validate = running.compile(forgiving);
    return (value) => errorsOf(validate, value, forgiving);
  });
  return {
    validator,
    module,
    moduleValidator,
    validateArgs(name, value) {
      const validate = runtimeValidator(name);
      const copied = copy(value);
      if (!validate) return {value: copied, problems: []};
      let errors = validate(copied);
      if (settleBooleans(copied, errors)) errors = validate(copied);
      return {value: copied, problems: explainErrors(errors, name)};
    },
    compile(schema) {
      try {
        const validate = ajv.compile(schema);
        return (value) => errorsOf(validate, value, schema);
      } catch (error) {
        return {problem: error instanceof Error ? error.message : String(error)};
      }
    },
  };
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

function memoize<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>();
  return (name) => {
    if (!made.has(name)) made.set(name, make(name));
    return made.get(name) as T;
  };
}
