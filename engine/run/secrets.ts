import {isUnknown} from '../unknown.js';

/** Knows what must not be shown, and hides it. */
export interface Secrets {
  /** Takes all strings and numbers in a value as secrets. */
  add(value: unknown): void;
  /** A copy of data in which secrets are hidden, however deep. */
  mask<T>(data: T): T;
}

const hidden = '***';
/** A shorter secret cannot be searched for in text without hiding half of it: the field that holds it is hidden whole. */
const shortest = 4;

/** Knows nothing yet. */
export function createSecrets(): Secrets {
  const added = new Set<string>();
  const known = new Set<string>();
  const short = new Set<string>();
  let search: RegExp | undefined;

  function maskText(text: string): string {
    if (short.has(text)) return hidden;
    for (const secret of short) if (wordIn(text, secret)) return hidden;
    if (known.size === 0) return text;
    search ??= new RegExp(
      [...known]
        .sort((a, b) => b.length - a.length)
        .map(escaped)
        .join('|'),
      'g',
    );
    return text.replace(search, hidden);
  }

  function mask(data: unknown): unknown {
    if (typeof data === 'string') return maskText(data);
    if (typeof data === 'number' && known.has(String(data))) return hidden;
    if (Array.isArray(data)) return data.map(mask);
    if (typeof data !== 'object' || data === null) return data;
    return Object.fromEntries(Object.entries(data).map(([name, member]) => [name, mask(member)]));
  }

  return {
    add(value) {
      for (const secret of leaves(value)) {
        if (added.has(secret)) continue;
        added.add(secret);
        if (secret.length < shortest) short.add(secret);
        else for (const form of formsOf(secret)) known.add(form);
        search = undefined;
      }
    },
    mask: (data) => (known.size === 0 && short.size === 0 ? data : (mask(data) as typeof data)),
  };
}

/** The ways in which a secret may stand in output: itself, its lines, and as JSON, URL and base64 write it. */
function formsOf(secret: string): readonly string[] {
  const trimmed = secret.trim();
  const lines = trimmed.includes('\n') ? trimmed.split('\n').map((line) => line.trim()) : [];
  const texts = [secret, trimmed, ...lines.filter((line) => line.length >= 16)].filter(
    (text) => text.length >= shortest,
  );
  return texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text), ...base64(text)]);
}

/** Base64 of a text wherever it starts in what is encoded: whole, and the inner part of each of the three alignments. */
function base64(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const inner = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const end = (shift + bytes.length) % 3 === 0 ? undefined : -1;
    return encoded.slice(shift === 0 ? 0 : shift + 1, end);
  });
  return [bytes.toString('base64'), bytes.toString('base64url'), ...inner].filter((form) => form.length >= 8);
}

function leaves(value: unknown): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (typeof value === 'number' || typeof value === 'bigint') return [String(value)];
  if (typeof value !== 'object' || value === null || isUnknown(value)) return [];
  return Object.values(value).flatMap(leaves);
}

function wordIn(text: string, word: string): boolean {
  return new RegExp(`(^|[^A-Za-z0-9])${escaped(word)}($|[^A-Za-z0-9])`).test(text);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
