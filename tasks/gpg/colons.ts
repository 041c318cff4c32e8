/** A key of OpenPGP. */
export interface OpenPgpKey {
  /** 40 (or 64) hexadecimal digits in capitals. */
  readonly fingerprint: string;
  readonly uids: readonly string[];
  readonly secret: boolean;
  /** Seconds since 1970; null: never. */
  readonly expires: number | null;
  /** Expired, revoked or disabled. */
  readonly dead: boolean;
}

/** Reads what `gpg --with-colons` lists; `secrets` are the keygrips whose secret keys are there. */
export function keysIn(text: string, secrets: ReadonlySet<string> = new Set()): readonly OpenPgpKey[] {
  const blocks = text.split(/^(?=(?:pub|sec):)/m).filter((block) => /^(pub|sec):/.test(block));
  return blocks.map((block) => {
    const records = block.split('\n').map((line) => line.split(':'));
    const first = records[0] ?? [];
    const field = (type: string): string => records.find(([word]) => word === type)?.[9] ?? '';
    return {
      fingerprint: field('fpr'),
      uids: records.filter(([word]) => word === 'uid').map((fields) => plain(fields[9] ?? '')),
      secret: first[0] === 'sec' || secrets.has(field('grp')),
      expires: first[6] === undefined || first[6] === '' ? null : Number(first[6]),
      dead: /[erd]/.test(first[1] ?? ''),
    };
  });
}

/** A fingerprint or key id without blanks, in capitals. */
export function canonicalFingerprint(text: string): string {
  return text.replace(/^0x/i, '').replace(/\s+/g, '').toUpperCase();
}

/** gpg writes odd characters of names as \xHH. */
function plain(text: string): string {
  const bytes = Buffer.from(text)
    .toString('latin1')
    .replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
