import {hasMember} from './lazy-object.js';

/** Marks a value that CEL made and the engine cannot hold. */
export class NotData extends Error {
  override readonly name = 'NotData';
}

/** What a dict or a list was made of. (A WeakMap would keep every scope until the next full collection of garbage.) */
const madeOf = Symbol('made of');

/** A dict as CEL sees it: members are converted when they are read, so a getter that throws is met only by who asks. */
class LazyDict extends Map<string, unknown> {
  readonly #target: object;

  constructor(target: object) {
    super();
    this.#target = target;
  }

  get [madeOf](): object {
    return this.#target;
  }

  override get size(): number {
    return Object.keys(this.#target).length;
  }

  override has(key: string): boolean {
    return hasMember(this.#target, key);
  }

  override get(key: string): unknown {
    return typeof key === 'string' && this.has(key) ? toExpressionValue(Reflect.get(this.#target, key)) : undefined;
  }

  override keys(): MapIterator<string> {
    return Object.keys(this.#target)[Symbol.iterator]();
  }

  override *entries(): MapIterator<[string, unknown]> {
    for (const key of Object.keys(this.#target)) yield [key, this.get(key)];
  }

  override [Symbol.iterator](): MapIterator<[string, unknown]> {
    return this.entries();
  }

  override *values(): MapIterator<unknown> {
    for (const [, value] of this.entries()) yield value;
  }
}

// The library tells dicts by their constructor alone.
Object.defineProperty(LazyDict.prototype, 'constructor', {value: Map});

function lazyList(target: readonly unknown[]): unknown {
  return new Proxy(target, {
    get(items, key, receiver): unknown {
      if (key === madeOf) return items;
      const isItem = typeof key === 'string' && Object.hasOwn(items, key) && key !== 'length';
      return isItem ? toExpressionValue(Reflect.get(items, key)) : Reflect.get(items, key, receiver);
    },
  });
}

/** The context of an evaluation. */
export function toExpressionScope(scope: object): Map<string, unknown> {
  return new LazyDict(scope);
}

/** Converts a value for CEL, lazily: whole numbers are its ints (BigInt), others doubles. */
export function toExpressionValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? lazyList(value) : new LazyDict(value);
}

/** Converts what CEL gives to plain data; what came from the scope comes back as it is. Throws `NotData`. */
export function fromExpressionValue(value: unknown): unknown {
  switch (typeof value) {
    case 'bigint': {
      if (value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
      throw new NotData(`the number ${value} is too large`);
    }
    case 'number':
      if (Number.isFinite(value)) return value;
      throw new NotData(`the result ${value} is not a number`);
    case 'string':
    case 'boolean':
      return value;
    case 'object':
      return value === null ? null : fromObject(value);
    default:
      throw new NotData(`the result is a ${typeof value}, which is no data`);
  }
}

function fromObject(value: object): unknown {
  const original: unknown = Reflect.get(value, madeOf);
  if (original !== undefined) return original;
  if (Array.isArray(value)) return value.map(fromExpressionValue);
  const {constructor} = value as {constructor?: {name: string}};
  if (constructor === undefined || constructor === Object) {
    const data = Object.create(null) as Record<string, unknown>;
    for (const [key, member] of Object.entries(value)) data[key] = fromExpressionValue(member);
    return data;
  }
  if (constructor.name === 'Optional')
    throw new NotData('the result is optional: say what it is else with ".orValue(…)"');
  if (constructor.name === 'UnsignedInt') return fromExpressionValue(value.valueOf());
  throw new NotData(`the result is a ${constructor.name}, which is no data: make it text with "string(…)"`);
}
