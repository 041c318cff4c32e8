import {createHmac} from 'node:crypto';
import {Deferred, unknown} from '../unknown.js';

/** Gives data a short name that tells nothing of it to who does not have the key; the same data, the same name. */
export type Digest = (data: unknown) => string;

/** Digests with a key: 32 hexadecimal digits. */
export function digestWith(key: Uint8Array): Digest {
  return (data) => createHmac('sha256', key).update(canonical(data)).digest('hex').slice(0, 32);
}

/** Data as JSON in which the order of members does not matter; what is not known yet stands as its cause. */
export function canonical(data: unknown): string {
  return data === undefined ? 'undefined' : JSON.stringify(ordered(data));
}

function ordered(data: unknown): unknown {
  if (typeof data === 'bigint') return Number(data);
  if (Array.isArray(data)) return data.map((_, index) => ordered(member(data, index)));
  if (typeof data !== 'object' || data === null) return data;
  if (data instanceof Map) return ordered(Object.fromEntries(data as ReadonlyMap<string, unknown>));
  const names = Object.keys(data).sort();
  return Object.fromEntries(names.map((name) => [name, ordered(member(data, name))]));
}

/** A member may be a getter that throws because only a run tells its value. */
function member(data: object, name: string | number): unknown {
  try {
    return Reflect.get(data, name);
  } catch (error) {
    if (error instanceof Deferred) return unknown(error.needs);
    throw error;
  }
}
