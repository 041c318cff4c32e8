import {createCipheriv, createDecipheriv, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual} from 'node:crypto';

const rounds = 10_000;
const cipher = 'aes-256-ctr';
const blockLength = 16;
const keyLength = 32;

/** Seals bytes under a password; gives the hexadecimal digits of an envelope. */
export function seal(plain: Uint8Array, password: Uint8Array, salt: Uint8Array = randomBytes(keyLength)): string {
  const {key, signing, counter} = keysOf(password, salt);
  const missing = blockLength - (plain.length % blockLength);
  const encryption = createCipheriv(cipher, key, counter);
  const sealed = Buffer.concat([
    encryption.update(Buffer.concat([plain, Buffer.alloc(missing, missing)])),
    encryption.final(),
  ]);
  const signature = createHmac('sha256', signing).update(sealed).digest();
  const inner = [salt, signature, sealed].map((part) => Buffer.from(part).toString('hex')).join('\n');
  return Buffer.from(inner).toString('hex');
}

/** Opens the digits of an envelope; undefined where the password is another one or the text was changed. */
export function unseal(digits: string, password: Uint8Array): Buffer | undefined {
  const [salt, signature, sealed] = Buffer.from(digits, 'hex')
    .toString('latin1')
    .split('\n')
    .map((part) => Buffer.from(part, 'hex'));
  if (salt === undefined || signature?.length !== keyLength || sealed === undefined) return undefined;
  const {key, signing, counter} = keysOf(password, salt);
  if (!timingSafeEqual(createHmac('sha256', signing).update(sealed).digest(), signature)) return undefined;
  const decryption = createDecipheriv(cipher, key, counter);
  const padded = Buffer.concat([decryption.update(sealed), decryption.final()]);
  const added = padded.at(-1) ?? 0;
  return added >= 1 && added <= blockLength ? padded.subarray(0, -added) : undefined;
}

function keysOf(
  password: Uint8Array,
  salt: Uint8Array,
): {readonly key: Buffer; readonly signing: Buffer; readonly counter: Buffer} {
  const derived = pbkdf2Sync(password, salt, rounds, 2 * keyLength + blockLength, 'sha256');
  return {
    key: derived.subarray(0, keyLength),
    signing: derived.subarray(keyLength, 2 * keyLength),
    counter: derived.subarray(2 * keyLength),
  };
}
