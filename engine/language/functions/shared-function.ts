/** A function of both languages: called in expressions by its signatures, in templates as a helper by its name. */
export interface SharedFunction {
  readonly name: string;
  /** In CEL's types, the one with most arguments last; none: CEL has a way of its own. */
  readonly signatures: readonly string[];
  /** As a helper: `join list separator`; what may be left out stands in brackets. */
  readonly usage: string;
  readonly summary: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the signature says what the arguments are
  readonly call: (...values: any[]) => unknown;
}

/** What a function cannot do with what it was given. */
export class FunctionFailed extends Error {
  override readonly name = 'FunctionFailed';
}

/** Describes a function: its signatures in CEL (divided by `|`), how it is used as a helper, and what it gives. */
export function shared(
  usage: string,
  {signature, summary}: {readonly signature?: string; readonly summary: string},
  call: SharedFunction['call'],
): SharedFunction {
  const [name = ''] = usage.split(' ');
  return {name, usage, summary, call, signatures: signature === undefined ? [] : signature.split(' | ')};
}

/** The order of two values: numbers as numbers, everything else as text. */
export function compareValues(one: unknown, other: unknown): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  const [a, b] = [textOf(one), textOf(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What two equal values have in common. */
export function identityOf(value: unknown): string {
  return JSON.stringify(value);
}

/** The member at a path of names with dots between; undefined where it is not there. */
export function memberAt(value: unknown, path: string): unknown {
  let at = value;
  for (const part of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = Reflect.get(at, part);
  }
  return at;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
