/** How an object without prototype finds its members. */
export interface Members {
  /** Gives the member's value when it is read; undefined: there is no such member. */
  readonly find: (name: string) => (() => unknown) | undefined;
  readonly names: () => Iterable<string>;
}

/** Whether an object has a member of its own; of one without prototype that is asked without making a descriptor of it. */
export function hasMember(value: object, name: string): boolean {
  return Object.getPrototypeOf(value) === null ? name in value : Object.hasOwn(value, name);
}

interface Lazy extends Members {
  readonly found: Map<string, (() => unknown) | undefined>;
}

/** An object whose members are looked for when they are asked for, and whose values are made when they are read, once. A getter that throws is asked again. */
export function lazyObject({find, names}: Members): Readonly<Record<string, unknown>> {
  const lazy: Lazy = {find, names, found: new Map()};
  return new Proxy<object>(lazy, handler) as Readonly<Record<string, unknown>>;
}

// One for all of them: very many are made, and few of their members are ever asked for.
const handler: ProxyHandler<object> = {
  getPrototypeOf: () => null,
  has: (lazy, name) => member(lazy as Lazy, name) !== undefined,
  get: (lazy, name) => member(lazy as Lazy, name)?.(),
  ownKeys: (lazy) => [...new Set((lazy as Lazy).names())],
  getOwnPropertyDescriptor(lazy, name) {
    const get = member(lazy as Lazy, name);
    return get && {enumerable: true, configurable: true, get};
  },
};

function member({find, found}: Lazy, name: string | symbol): (() => unknown) | undefined {
  if (typeof name === 'symbol') return undefined;
  const known = found.get(name);
  if (known !== undefined || found.has(name)) return known;
  const getter = memoized(find(name));
  found.set(name, getter);
  return getter;
}

function memoized(make: (() => unknown) | undefined): (() => unknown) | undefined {
  let made: {readonly value: unknown} | undefined;
  return make && (() => (made ??= {value: make()}).value);
}
