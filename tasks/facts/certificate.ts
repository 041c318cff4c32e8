import {raw, sh} from '../../engine/host.js';
import {isUnknown, unknown, type DiffLine, type FactKind} from '../../engine/task.js';
import {certificateIn, type Certificate} from '../openssl/certificate.js';
import {holdsMembers} from './holds.js';

export interface CertificateKey {
  readonly path: string;
  /** The private key that belongs to it. */
  readonly key: string;
  /** The certificate of who signs it; left out: itself. */
  readonly signer?: string;
}

export interface CertificateState {
  /** openssl is on the machine. */
  readonly tool: boolean;
  /** Null where there is none, or what is there is none. */
  readonly certificate: Certificate | null;
  /** The private key is there, and one that openssl reads. */
  readonly keyed: boolean;
  /** It is that key's. */
  readonly matches: boolean;
  /** It is signed by who shall sign it. */
  readonly signed: boolean;
  /** Seconds until it ends. */
  readonly left: number;
}

/** A certificate of a machine, told by its text alone; of its key only the public part is looked at. */
export const certificateFact: FactKind<CertificateKey, CertificateState> = {
  name: 'certificate',
  id: (key) => key.path,
  script: (keys) =>
    keys
      .map(
        ({
          path,
          key,
          signer = path,
        }) => sh`command -v openssl >/dev/null 2>&1 && echo openssl || echo none; date +%s; echo =
${raw(block(path))}; echo; echo =
openssl x509 -in ${path} -noout -ext keyUsage,basicConstraints 2>/dev/null; echo =
openssl pkey -in ${key} -passin pass: -pubout 2>/dev/null; echo =
${raw(block(signer))}
printf '\\036\\n'`,
      )
      .join('\n'),
  parse(keys, result) {
    const parts = result.stdout.split('\u001e\n');
    if (parts.length !== keys.length + 1) throw new Error(`cannot look at certificates: ${result.stderr.trim()}`);
    return keys.map((_, index): CertificateState => {
      const [head = '', own = '', extensions = '', key = '', signer = ''] = (parts[index] ?? '').split(/^=\n/m);
      const [word, now] = head.split('\n');
      const read = certificateIn(own, {extensions, publicKey: key, signer});
      return {
        tool: word === 'openssl',
        certificate: read?.certificate ?? null,
        keyed: key.includes('BEGIN PUBLIC KEY'),
        matches: read?.matches ?? false,
        signed: read?.signed ?? false,
        left: read === undefined ? 0 : read.certificate.notAfter - Number(now),
      };
    });
  },
  follows(key, before, promised) {
    if (promised.kind === 'package') return before.tool ? undefined : unknown('what the package brings');
    if (promised.kind !== 'file' || !('id' in promised)) return undefined;
    const {id} = promised;
    if (!changesText(promised.value)) return undefined;
    if (id === key.path) return unknown(`what ${id} will hold`);
    // What is not there is made whatever the key and the signer will be.
    if (before.certificate === null) return id === key.key ? {...before, keyed: true} : undefined;
    const cause = unknown(`what ${id} will hold`);
    if (id === key.key) return {...before, keyed: cause, matches: cause} as never;
    return id === key.signer ? ({...before, signed: cause} as never) : undefined;
  },
  // Seconds go by, and a day of a certificate is no promise to the second.
  holds(promised, read) {
    const {left, ...rest} = promised as Partial<CertificateState>;
    return holdsMembers(rest, read) && (typeof left !== 'number' || read.left > left - 3600);
  },
  show(before, after) {
    if (isUnknown(after) || isUnknown(after.certificate) || after.certificate === null) return [];
    const wanted = after.certificate;
    const old = before?.certificate ?? null;
    const lines: DiffLine[] = (['subject', 'names', 'usages', 'ca'] as const).flatMap((member) => {
      const [one, other] = [old === null ? undefined : text(old[member]), text(wanted[member])];
      return one === other || other === '' ? [] : [{what: `certificate ${member}`, before: one, after: other}];
    });
    const days = (seconds: unknown): string => (typeof seconds === 'number' ? `${Math.floor(seconds / 86400)}` : '');
    const [one, other] = [old === null ? undefined : days(before?.left), days(after.left)];
    return one === other ? lines : [...lines, {what: 'certificate days left', before: one, after: other}];
  },
};

/** A script that prints the first certificate of a file. */
function block(path: string): string {
  return sh`sed -n '/^-----BEGIN CERTIFICATE-----/,/^-----END CERTIFICATE-----/{p;/^-----END/q;}' ${path} 2>/dev/null`;
}

function changesText(value: unknown): boolean {
  if (isUnknown(value)) return true;
  return ['type', 'sha256', 'content'].some((member) => Reflect.get(Object(value), member) !== undefined);
}

function text(value: unknown): string {
  if (isUnknown(value)) return '';
  return Array.isArray(value) ? value.join(', ') : String(value);
}
