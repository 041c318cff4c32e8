import type {JsonSchema} from './schema.js';

const bounds = {
  minimum: Number.isFinite,
  maximum: Number.isFinite,
  exclusiveMinimum: Number.isFinite,
  exclusiveMaximum: Number.isFinite,
};

/** The keywords that judge values of a type, with what their operands look like. */
const keywordsOf: Readonly<Record<string, Readonly<Record<string, (operand: unknown) => boolean>>>> = {
  string: {minLength: isCount, maxLength: isCount, pattern: isPattern},
  number: bounds,
  integer: bounds,
  array: {items: isSound, minItems: isCount, maxItems: isCount},
  object: {
    properties: (operand) => isMap(operand) && Object.values(operand).every(isSound),
    additionalProperties: (operand) => typeof operand === 'boolean' || isSound(operand),
    required: isNames,
    minProperties: isCount,
  },
  boolean: {},
  null: {},
};

const annotations: Readonly<Record<string, (operand: unknown) => boolean>> = {
  title: isText,
  description: isText,
  default: () => true,
  examples: Array.isArray,
  writeOnly: (operand) => typeof operand === 'boolean',
  enum: (operand) => Array.isArray(operand) && operand.length > 0 && new Set(operand).size === operand.length,
  'x-expected': isText,
  'x-subject': isText,
};

/** Whether a schema that somebody wrote is surely one, and one that needs nothing but itself; false also where only compiling it tells. */
export function isSound(schema: unknown): schema is JsonSchema {
  if (!isMap(schema)) return false;
  const types = schema['type'] === undefined ? [] : [schema['type']].flat();
  if (Array.isArray(schema['type']) && (types.length === 0 || new Set(types).size < types.length)) return false;
  const fitting = types.map((type) => (typeof type === 'string' && Object.hasOwn(keywordsOf, type) ? type : undefined));
  if (fitting.includes(undefined)) return false;
  return Object.entries(schema).every(([keyword, operand]) => {
    if (keyword === 'type') return true;
    const checks = fitting.map((type) => memberOf(keywordsOf[type ?? ''] ?? {}, keyword));
    const check = memberOf(annotations, keyword) ?? checks.find((found) => found !== undefined);
    return check?.(operand) === true;
  });
}

function memberOf<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0;
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText) && new Set(value).size === value.length;
}

function isPattern(value: unknown): boolean {
  try {
    return typeof value === 'string' && new RegExp(value, 'u').source !== '';
  } catch {
    return false;
  }
}
