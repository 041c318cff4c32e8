import {createHash, createHmac, timingSafeEqual} from 'node:crypto';

/** A line of a known_hosts file that names a key. */
export interface KnownKey {
  readonly file: string;
  readonly line: number;
  readonly names: string;
  readonly type: string;
  /** The public key as it stands in the file, base64. */
  readonly key: string;
  /** Undefined: the key is trusted. An authority's certificates are not read. */
  readonly marker: 'revoked' | 'cert-authority' | undefined;
}

/** What known_hosts files say of a machine's key. */
export type Verdict =
  | {readonly kind: 'known'}
  | {readonly kind: 'unknown'}
  | {readonly kind: 'changed'; readonly known: KnownKey}
  | {readonly kind: 'revoked'; readonly known: KnownKey};

/** Reads the lines of a known_hosts file; those that are no keys are left out. */
export function parseKnownHosts(text: string, file: string): readonly KnownKey[] {
  return text.split(/\r?\n/).flatMap((line, index): readonly KnownKey[] => {
    const words = line.trim().split(/\s+/);
    const marker = words[0]?.startsWith('@') === true ? words.shift() : undefined;
    const [names, type, key] = words;
    if (names === undefined || names.startsWith('#') || type === undefined || key === undefined) return [];
    const entry = {file, line: index + 1, names, type, key};
    switch (marker) {
      case undefined:
        return [{...entry, marker}];
      case '@revoked':
        return [{...entry, marker: 'revoked'}];
      case '@cert-authority':
        return [{...entry, marker: 'cert-authority'}];
      default:
        return [];
    }
  });
}

/** How known_hosts names a machine: the address alone on port 22. */
export function knownHostName(address: string, port: number): string {
  return port === 22 ? address.toLowerCase() : `[${address.toLowerCase()}]:${port}`;
}

/** Finds the keys that are known for a name. Most lines name their machines plainly, and are found at once, however many there are. */
export function keysByName(known: readonly KnownKey[]): (name: string) => readonly KnownKey[] {
  const plain = new Map<string, KnownKey[]>();
  const others: KnownKey[] = [];
  for (const entry of known) {
    if (/[*?!|]/.test(entry.names)) {
      others.push(entry);
      continue;
    }
    for (const name of new Set(entry.names.toLowerCase().split(','))) {
      const same = plain.get(name);
      if (same) same.push(entry);
      else plain.set(name, [entry]);
    }
  }
  return (name) =>
    [...(plain.get(name) ?? []), ...others.filter((entry) => matches(entry.names, name))].sort(
      (a, b) => a.line - b.line,
    );
}

/** Judges the key that a machine shows (its bytes on the wire) by the keys known for its name. */
export function judge(known: readonly KnownKey[], key: Buffer): Verdict {
  const shown = key.toString('base64');
  const same = known.filter((entry) => entry.key === shown && entry.marker !== 'cert-authority');
  const revoked = same.find((entry) => entry.marker === 'revoked');
  if (revoked !== undefined) return {kind: 'revoked', known: revoked};
  if (same.length > 0) return {kind: 'known'};
  // A key of another type counts as changed too: the types that are known are asked for first, so the machine has none of them any more.
  const type = keyType(key);
  const trusted = known.filter((entry) => entry.marker === undefined);
  const other = trusted.find((entry) => entry.type === type) ?? trusted[0];
  return other === undefined ? {kind: 'unknown'} : {kind: 'changed', known: other};
}

/** The type's name with which a public key on the wire begins. */
export function keyType(key: Buffer): string {
  return key.length < 4 ? '' : key.toString('latin1', 4, 4 + key.readUInt32BE(0));
}

/** A key's fingerprint as OpenSSH writes it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The line that makes a key known. */
export function knownHostsLine(name: string, key: Buffer): string {
  return `${name} ${keyType(key)} ${key.toString('base64')}\n`;
}

/** The algorithms to ask for, those of the known keys first, so that the machine shows the key that can be checked. */
export function keyAlgorithms(known: readonly KnownKey[]): readonly string[] {
  const all = [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ];
  const types = new Set(known.filter((entry) => entry.marker === undefined).map((entry) => entry.type));
  const isKnown = (algorithm: string): boolean => types.has(algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm);
  return [...all.filter(isKnown), ...all.filter((algorithm) => !isKnown(algorithm))];
}

function matches(names: string, name: string): boolean {
  if (names.startsWith('|1|')) return matchesHash(names, name);
  let found = false;
  for (const pattern of names.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!');
    if (!matchesPattern(negated ? pattern.slice(1) : pattern, name)) continue;
    if (negated) return false;
    found = true;
  }
  return found;
}

function matchesHash(hashed: string, name: string): boolean {
  const [, , salt, hash] = hashed.split('|');
  if (salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, 'base64');
  const computed = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return expected.length === computed.length && timingSafeEqual(expected, computed);
}

function matchesPattern(pattern: string, name: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === name;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}
