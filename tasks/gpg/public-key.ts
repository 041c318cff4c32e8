import {createHash, createPublicKey} from 'node:crypto';

interface Packet {
  readonly tag: number;
  readonly body: Buffer;
}

/** The bytes between the lines of an armor; undefined where the text is none. */
function unarmored(text: string): Buffer | undefined {
  const match = /^-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n([^]*?)^-----END PGP PUBLIC KEY BLOCK-----\s*$/m.exec(text);
  const inside = match?.[1];
  if (inside === undefined) return undefined;
  const lines = inside.split(/\r?\n/);
  const body = lines.slice(lines.indexOf('') + 1).filter((line) => line !== '' && !line.startsWith('='));
  return Buffer.from(body.join(''), 'base64');
}

/** Reads packets up to the first that is broken off. */
function* packetsIn(bytes: Buffer): Generator<Packet> {
  for (let at = 0; at < bytes.length;) {
    const head = bytes[at++] ?? 0;
    if ((head & 0x80) === 0) return;
    const modern = (head & 0x40) !== 0;
    const tag = modern ? head & 0x3f : (head >> 2) & 0x0f;
    const first = bytes[at] ?? 0;
    let width = modern ? (first < 192 ? 1 : first < 224 ? 2 : first === 255 ? 5 : 0) : [1, 2, 4, 0][head & 3];
    if (width === undefined || width === 0 || at + width > bytes.length) return;
    const plain = modern && width === 5 ? ((at += 1), (width = 4)) : width;
    const length =
      modern && width === 2 ? ((first - 192) << 8) + (bytes[at + 1] ?? 0) + 192 : bytes.readUIntBE(at, plain);
    at += plain;
    yield {tag, body: bytes.subarray(at, at + length)};
    at += length;
  }
}

function fingerprintOf(body: Buffer): string | undefined {
  const version = body[0];
  if (version === 4) {
    const head = Buffer.from([0x99, body.length >> 8, body.length & 0xff]);
    return createHash('sha1').update(head).update(body).digest('hex').toUpperCase();
  }
  if (version !== 5 && version !== 6) return undefined;
  const head = Buffer.alloc(5, version === 5 ? 0x9a : 0x9b);
  head.writeUInt32BE(body.length, 1);
  return createHash('sha256').update(head).update(body).digest('hex').toUpperCase();
}

/**
 * The fingerprints of the public keys that a text holds: of OpenPGP (armored) 40 or 64 hexadecimal digits in capitals, of PEM `SHA256:` and the digest of the key.
 * Empty where it holds none.
 */
export function publicKeysIn(text: string): readonly string[] {
  const bytes = unarmored(text);
  if (bytes !== undefined) {
    const primary = [...packetsIn(bytes)].filter(({tag}) => tag === 6);
    return primary.map(({body}) => fingerprintOf(body) ?? '');
  }
  const pem = text.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
  return pem.map((key) => {
    try {
      const der = createPublicKey(key).export({type: 'spki', format: 'der'});
      return `SHA256:${createHash('sha256').update(der).digest('hex').toUpperCase()}`;
    } catch {
      return '';
    }
  });
}
