import {Deferred, unknown} from '../unknown.js';

/** A value as data that can be kept: members whose reading throws `Deferred` are unknowns again. */
export function conceal(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((_, index) => member(value, index));
  return Object.fromEntries(Object.keys(value).map((name) => [name, member(value, name)]));
}

function member(value: object, name: PropertyKey): unknown {
  try {
    return conceal(Reflect.get(value, name));
  } catch (error) {
    if (error instanceof Deferred) return unknown(error.needs);
    throw error;
  }
}
