import {createHash, createHmac} from 'node:crypto';

/** A line of a file of known hosts. */
export interface KnownHost {
  /** The field of names: `a,b`, `[a]:22`, or hashed `|1|salt|hash`. */
  readonly names: string;
  readonly type: string;
  /** The key in base64. */
  readonly key: string;
}

/** Reads a line; undefined for comments, markers (`@revoked`) and what is no key. */
export function knownHost(line: string): KnownHost | undefined {
  const [names = '', type = '', key = ''] = line.trim().split(/\s+/);
  if (/^[#@]/.test(names) || !/^(?:sk-)?(?:ssh|ecdsa)-/.test(type) || !/^[A-Za-z0-9+/]+=*$/.test(key)) return undefined;
  return {names, type, key};
}

/** Whether a field of names is about this host. */
export function isAbout(names: string, host: string): boolean {
  if (!isHashed(names)) return names.split(',').includes(host);
  const [, , salt = '', hash = ''] = names.split('|');
  return digest(host, Buffer.from(salt, 'base64')) === hash;
}

/** Whether a field of names hides them. */
export function isHashed(names: string): boolean {
  return names.startsWith('|1|');
}

/** The field that hides a name. The salt comes of the line itself, so that planning twice gives the same. */
export function hashed(host: string, {type, key}: KnownHost): string {
  const salt = createHash('sha1').update(`${host} ${type} ${key}`).digest();
  return `|1|${salt.toString('base64')}|${digest(host, salt)}`;
}

/** A line without one of its names; undefined where it had no other. */
export function withoutName(line: string, host: string): string | undefined {
  const [names = ''] = line.trimStart().split(/\s+/);
  const others = isHashed(names) ? [] : names.split(',').filter((name) => name !== host);
  return others.length === 0 ? undefined : line.replace(names, () => others.join(','));
}

function digest(host: string, salt: Buffer): string {
  return createHmac('sha1', salt).update(host).digest('base64');
}
