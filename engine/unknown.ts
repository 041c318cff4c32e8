/**
 * A value that is not known yet, as data: in a promise ("the new user's uid") or in a registered result under `--check`.
 * It survives JSON. Reading it through `reveal` throws `Deferred`.
 */
export interface Unknown {
  readonly $unknown: string;
}

/** Makes an unknown; `cause` says on what the value depends, e.g. `cp1/kubeadm_token`. */
export function unknown(cause: string): Unknown {
  return {$unknown: cause};
}

/** Whether a value is an unknown. */
export function isUnknown(value: unknown): value is Unknown {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, '$unknown') === 'string';
}

/** Thrown when something reads a value that is not known yet; `perform` alone catches it and makes a deferred outcome. */
export class Deferred extends Error {
  override readonly name = 'Deferred';
  readonly needs: string;

  constructor(needs: string) {
    super(`needs ${needs}`);
    this.needs = needs;
  }
}

/** What was revealed before: its members are not to be read for a look at what they are. */
const revealedBefore = new WeakSet();

/**
 * Gives a value in which every unknown member is a getter that throws `Deferred`, so that readers need not know of unknowns.
 * An unknown value as a whole throws at once. Values without unknowns, and those that were revealed before, are returned as they are.
 */
export function reveal(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && revealedBefore.has(value)) return value;
  if (isUnknown(value)) throw new Deferred(value.$unknown);
  if (typeof value !== 'object' || value === null || !hasUnknown(value)) return value;
  const revealed: object = Array.isArray(value) ? [] : (Object.create(null) as object);
  for (const [name, member] of Object.entries(value)) {
    Object.defineProperty(revealed, name, {enumerable: true, configurable: true, get: () => reveal(member)});
  }
  revealedBefore.add(revealed);
  return revealed;
}

function hasUnknown(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || revealedBefore.has(value)) return false;
  return isUnknown(value) || Object.values(value).some(hasUnknown);
}

/** A value for an output: what `read` gives, as an unknown where it reads what is not known yet. */
export function peek<Value>(read: () => Value): Value | Unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof Deferred) return unknown(error.needs);
    throw error;
  }
}
