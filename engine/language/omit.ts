/** The value of the name `omit`: an argument that is this is as if it had not been written. No text that anybody would write. */
export const omit = '\u0001omit this argument\u0001';

/** Data without the members that are `omit`, however deep. Throws what `refuse` makes where it is but a part of a text. */
export function withoutOmitted(value: unknown, refuse: () => Error): unknown {
  if (typeof value === 'string') {
    if (value !== omit && value.includes(omit)) throw refuse();
    return value;
  }
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.filter((item) => item !== omit).map((item) => withoutOmitted(item, refuse));
  }
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== omit);
  return Object.fromEntries(entries.map(([name, member]) => [name, withoutOmitted(member, refuse)]));
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
