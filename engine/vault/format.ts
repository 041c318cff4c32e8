/** A sealed text taken apart: what its first line says, and the hexadecimal digits below. */
export interface Envelope {
  /** The vault id that its first line names; `default` where it names none. */
  readonly label: string;
  readonly digits: string;
}

/** Why a text cannot be taken apart or opened, in words that follow "it is", and what to do. */
export interface VaultProblem {
  readonly problem: string;
  readonly hint?: string;
}

const mark = '$ANSIBLE_VAULT;';
const columns = 80;

/** The vault id of a password that was given without a name. */
export const defaultLabel = 'default';

/** Whether a text or the bytes of a file are sealed. */
export function isSealed(content: string | Uint8Array): boolean {
  const start = typeof content === 'string' ? content.trimStart() : Buffer.from(content.subarray(0, mark.length));
  return start.toString().startsWith(mark);
}

/** Takes a sealed text apart; both formats are read, 1.1 and 1.2 (with a vault id). */
export function parseEnvelope(text: string): Envelope | VaultProblem {
  const [first = '', ...rest] = text.trim().split(/\r?\n/);
  const [, version = '', cipher = '', ...label] = first.trim().split(';');
  if (version !== '1.1' && version !== '1.2')
    return {
      problem: `in the vault format "${version}", which is not supported`,
      hint: 'expected 1.1 or 1.2; "ansible-vault rekey" makes a new one of it',
    };
  if (cipher !== 'AES256')
    return {problem: `encrypted by "${cipher}", which is not supported`, hint: 'expected AES256'};
  const digits = rest.map((line) => line.trim()).join('');
  if (digits === '' || digits.length % 2 === 1 || !/^[0-9a-f]+$/i.test(digits))
    return {
      problem: 'encrypted, and cut off or changed since',
      hint: 'below its first line it must have pairs of hexadecimal digits alone',
    };
  const [id = ''] = label;
  return {label: version === '1.2' && id !== '' ? id.trim() : defaultLabel, digits};
}

/** Writes a sealed text: format 1.2 where the password has a name, else 1.1; ends with a newline. */
export function formatEnvelope({label, digits}: Envelope): string {
  const first = label === defaultLabel ? `${mark}1.1;AES256` : `${mark}1.2;AES256;${label}`;
  const lines = digits.match(new RegExp(`.{1,${columns}}`, 'g')) ?? [];
  return `${[first, ...lines].join('\n')}\n`;
}
