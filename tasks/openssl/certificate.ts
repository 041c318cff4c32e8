import {createPublicKey, X509Certificate} from 'node:crypto';

/** What a certificate says. */
export interface Certificate {
  /** `CN=web, O=Example`, in the order of the certificate. */
  readonly subject: string;
  readonly issuer: string;
  /** `DNS:web`, `IP:192.0.2.1`, sorted. */
  readonly names: readonly string[];
  /** openssl's short words, sorted: `digitalSignature`, `serverAuth`. */
  readonly usages: readonly string[];
  readonly ca: boolean;
  /** Seconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Hexadecimal digits. */
  readonly serial: string;
  /** sha256, hexadecimal digits with colons. */
  readonly fingerprint: string;
}

/** Words of openssl's text for the usages of a key, and the numbers of the extended ones. */
const usageWords: Readonly<Record<string, string>> = {
  'Digital Signature': 'digitalSignature',
  'Non Repudiation': 'nonRepudiation',
  'Key Encipherment': 'keyEncipherment',
  'Data Encipherment': 'dataEncipherment',
  'Key Agreement': 'keyAgreement',
  'Certificate Sign': 'keyCertSign',
  'CRL Sign': 'cRLSign',
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
};

/** Reads a certificate in PEM; undefined where it is none. */
export function certificateIn(
  pem: string,
  {extensions, publicKey, signer}: Readonly<Record<'extensions' | 'publicKey' | 'signer', string>>,
): {readonly certificate: Certificate; readonly matches: boolean; readonly signed: boolean} | undefined {
  const read = parsed(pem);
  if (read === undefined) return undefined;
  const [first = ''] = /Key Usage:[^\n]*\n([^\n]*)/.exec(extensions)?.slice(1) ?? [];
  const usages = [...first.split(','), ...((read.keyUsage as readonly string[] | undefined) ?? [])]
    .map((word) => usageWords[word.trim()])
    .filter((word) => word !== undefined);
  return {
    certificate: {
      subject: nameOf(read.subject),
      issuer: nameOf(read.issuer),
      names: namesIn(read.subjectAltName ?? ''),
      usages: [...new Set(usages)].sort(),
      ca: read.ca,
      notBefore: Date.parse(read.validFrom) / 1000,
      notAfter: Date.parse(read.validTo) / 1000,
      serial: read.serialNumber,
      fingerprint: read.fingerprint256,
    },
    matches: publicKey.includes('BEGIN PUBLIC KEY') && isKey(read, publicKey),
    signed: isSigned(read, parsed(signer)),
  };
}

/** The words of names, in one canonical order and spelling. */
export function canonicalNames(names: readonly string[]): readonly string[] {
  return [
    ...new Set(
      names.map((name) =>
        name
          .replace(/^IP Address:/, 'IP:')
          .replace(/^(IP:)(.*:.*)$/, (_, type: string, address: string) => `${type}${shortIpv6(address)}`),
      ),
    ),
  ].sort();
}

function parsed(pem: string): X509Certificate | undefined {
  try {
    return pem.includes('BEGIN CERTIFICATE') ? new X509Certificate(pem) : undefined;
  } catch {
    return undefined;
  }
}

function isKey(certificate: X509Certificate, publicKey: string): boolean {
  const form = {type: 'spki', format: 'der'} as const;
  return createPublicKey(publicKey).export(form).equals(certificate.publicKey.export(form));
}

function isSigned(certificate: X509Certificate, signer: X509Certificate | undefined): boolean {
  return signer !== undefined && certificate.issuer === signer.subject && certificate.verify(signer.publicKey);
}

/** Node writes each part of a name on a line, with odd characters escaped. */
function nameOf(lines: string): string {
  return lines
    .split('\n')
    .map((line) => line.replace(/\\([,+"\\<>;=#])/g, '$1'))
    .join(', ');
}

/** The names of Node's text of a subjectAltName: `DNS:web`, `IP:192.0.2.1`, sorted. */
export function namesIn(text: string): readonly string[] {
  return canonicalNames(text === '' ? [] : text.split(', '));
}

/** One spelling of an address of IPv6. */
function shortIpv6(address: string): string {
  try {
    return new URL(`http://[${address}]/`).hostname.slice(1, -1);
  } catch {
    return address;
  }
}
