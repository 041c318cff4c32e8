import {sh} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind} from '../../engine/task.js';
import {holdsMembers} from './holds.js';

export interface RequestKey {
  readonly path: string;
  /** The private key that it was made with. */
  readonly key: string;
}

export interface RequestState {
  /** openssl is on the machine. */
  readonly tool: boolean;
  /** The private key is there, and one that openssl reads. */
  readonly keyed: boolean;
  /** In PEM; null where there is none, or what is there is none. */
  readonly request: string | null;
  /** `CN=alice`, `O=developers`: the parts of the name, sorted. */
  readonly subject: readonly string[];
  /** The request was made with the key. */
  readonly matches: boolean;
}

/** A request for a certificate; of its key only the public part is looked at. */
export const certificateRequestFact: FactKind<RequestKey, RequestState> = {
  name: 'certificate_request',
  id: (key) => key.path,
  script: (keys) =>
    keys
      .map(
        ({path, key}) => sh`command -v openssl >/dev/null 2>&1 && echo openssl || echo none; echo =
openssl pkey -in ${key} -passin pass: -pubout 2>/dev/null; echo =
openssl req -in ${path} -noout -pubkey 2>/dev/null; echo =
openssl req -in ${path} -noout -subject -nameopt ${'RFC2253,sep_multiline'} 2>/dev/null; echo =
openssl req -in ${path} 2>/dev/null
printf '\\036\\n'`,
      )
      .join('\n'),
  parse(keys, result) {
    const parts = result.stdout.split('\u001e\n');
    if (parts.length !== keys.length + 1) throw new Error(`cannot look at requests: ${result.stderr.trim()}`);
    return keys.map((_, index): RequestState => {
      const [tool = '', key = '', own = '', subject = '', pem = ''] = (parts[index] ?? '').split(/^=\n/m);
      const keyed = key.includes('BEGIN PUBLIC KEY');
      return {
        tool: tool.trim() === 'openssl',
        keyed,
        request: pem.includes('BEGIN CERTIFICATE REQUEST') ? pem.trim() : null,
        subject: partsOf(subject),
        matches: keyed && key === own,
      };
    });
  },
  follows(key, before, promised) {
    if (promised.kind === 'package') return before.tool ? undefined : unknown('what the package brings');
    if (promised.kind !== 'file' || !('id' in promised) || !changesText(promised.value)) return undefined;
    if (promised.id === key.path) return unknown(`what ${key.path} will hold`);
    if (promised.id !== key.key) return undefined;
    const cause = unknown(`what ${key.key} will hold`);
    // What is not there is made whatever the key will be.
    return before.request === null ? {...before, keyed: true} : ({...before, keyed: cause, matches: cause} as never);
  },
  holds: holdsMembers,
  show(before, after) {
    if (isUnknown(after) || isUnknown(after.subject)) return [];
    const [one, other] = [before === undefined || before.request === null ? undefined : before.subject.join(', '), after.subject.join(', ')]; // prettier-ignore
    return one === other ? [] : [{what: 'request subject', before: one, after: other}];
  },
};

/** `subject=` on a line of its own, then a part of the name a line. */
function partsOf(text: string): readonly string[] {
  return text
    .replace(/^subject=/, '')
    .split(/\n|\+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .sort();
}

function changesText(value: unknown): boolean {
  return (
    isUnknown(value) || ['type', 'sha256', 'content'].some((name) => Reflect.get(Object(value), name) !== undefined)
  );
}
