/** How an object without prototype finds its members. */
export interface Members {
  /** Gives the member's value when it is read; undefined: there is no such member. */
  readonly find: (name: string) => (() => unknown) | undefined;
  readonly names: () => Iterable<string>;
}

/** An object whose members are looked for when they are asked for, and whose values are made when they are read, once. A getter that throws is asked again. */
export function lazyObject({find, names}: Members): Readonly<Record<string, unknown>> {
  const found = new Map<string, (() => unknown) | undefined>();
  const member = (name: string | symbol): (() => unknown) | undefined => {
    if (typeof name === 'symbol') return undefined;
    if (!found.has(name)) found.set(name, memoized(find(name)));
    return found.get(name);
  };
  return new Proxy(Object.create(null) as Record<string, unknown>, {
    has: (_, name) => member(name) !== undefined,
    get: (_, name) => member(name)?.(),
    ownKeys: () => [...new Set(names())],
    getOwnPropertyDescriptor(_, name) {
      const get = member(name);
      return get && {enumerable: true, configurable: true, get};
    },
  });
}

function memoized(make: (() => unknown) | undefined): (() => unknown) | undefined {
  let made: {readonly value: unknown} | undefined;
  return make && (() => (made ??= {value: make()}).value);
}
