import {createHash} from 'node:crypto';
import {FunctionFailed} from './shared-function.js';

const letters = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

interface Kind {
  readonly prefix: string;
  readonly size: number;
  /** The digest's bytes in the order in which they are written, three a group, the last group shorter. */
  readonly order: readonly (readonly number[])[];
}

const kinds: Readonly<Record<'sha256' | 'sha512', Kind>> = {
  sha256: {prefix: '5', size: 32, order: [...groups([0, 10, 20], 10, 21, 30), [31, 30]]},
  sha512: {prefix: '6', size: 64, order: [...groups([0, 21, 42], 21, 22, 63), [63]]},
};

/** Groups of three bytes, each a step further, round the digest. */
function groups(
  [a, b, c]: readonly [number, number, number],
  count: number,
  step: number,
  round: number,
): readonly (readonly number[])[] {
  return Array.from({length: count}, (_, index) => [a, b, c].map((first) => (first + index * step) % round));
}

/** The hash of a password as /etc/shadow has it, of 5000 rounds; `algorithm` is sha256 or sha512. */
export function cryptedPassword(password: string, algorithm: string, salt: string): string {
  if (algorithm !== 'sha256' && algorithm !== 'sha512')
    throw new FunctionFailed(`passwords are hashed by sha512 or sha256, not by "${algorithm}"`);
  if (!/^[./0-9A-Za-z]{1,16}$/.test(salt))
    throw new FunctionFailed(`"${salt}" is no salt: 1 to 16 letters, digits, "." or "/" are`);
  const {prefix, size, order} = kinds[algorithm];
  const key = Buffer.from(password);
  const seasoning = Buffer.from(salt);
  const digest = (...parts: readonly Buffer[]): Buffer => createHash(algorithm).update(Buffer.concat(parts)).digest();
  const long = (bytes: Buffer, length: number): Buffer =>
    Buffer.concat(Array.from({length: Math.ceil(length / size)}, () => bytes)).subarray(0, length);

  const both = digest(key, seasoning, key);
  const parts = [key, seasoning, long(both, key.length)];
  for (let bits = key.length; bits > 0; bits >>= 1) parts.push((bits & 1) === 1 ? both : key);
  let sum = digest(...parts);
  const ofKey = long(digest(...Array.from({length: key.length}, () => key)), key.length);
  const ofSalt = long(digest(...Array.from({length: 16 + (sum[0] ?? 0)}, () => seasoning)), seasoning.length);
  for (let round = 0; round < 5000; round++) {
    const odd = round % 2 === 1;
    sum = digest(
      odd ? ofKey : sum,
      round % 3 === 0 ? Buffer.alloc(0) : ofSalt,
      round % 7 === 0 ? Buffer.alloc(0) : ofKey,
      odd ? sum : ofKey,
    );
  }
  return `$${prefix}$${salt}$${order.map((indexes) => encoded(indexes.map((at) => sum[at] ?? 0))).join('')}`;
}

/** Bytes, the first one the highest, in letters of six bits, the lowest first. */
function encoded(bytes: readonly number[]): string {
  let value = bytes.reduce((all, byte) => all * 256 + byte, 0);
  let text = '';
  for (let left = bytes.length * 8; left > 0; left -= 6) {
    text += letters.charAt(value & 0x3f);
    value >>>= 6;
  }
  return text;
}
