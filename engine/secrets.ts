import {secretForms} from './secret-forms.js';
import {isUnknown} from './unknown.js';

/** Knows what must not be shown, and hides it. */
export interface Secrets {
  /** Whether there is nothing to hide. */
  readonly none: boolean;
  /** Takes all strings and numbers in a value as secrets. */
  add(value: unknown): void;
  /** A copy of data in which secrets are hidden, however deep, in values and in keys. */
  mask<T>(data: T): T;
  /** Hides the secrets of a printed page: one too short to be searched for hides the quoted text or the line that holds it. */
  maskPage(text: string): string;
}

/** What stands in the place of a secret. */
export const hidden = '***';
/** A shorter secret cannot be searched for in text without hiding half of it: the field that holds it is hidden whole. */
const shortest = 4;
/** What marks that a text was cut, perhaps in the middle of a secret. */
const cut = '…';
const longestCut = 4096;

/** Knows nothing yet. */
export function createSecrets(): Secrets {
  const added = new Set<string>();
  const short = new Set<string>();
  const known = new Set<string>();
  /** Forms by their first characters, the longest first: a text is searched in one pass, however many secrets there are. */
  const byStart = new Map<string, string[]>();

  function addForm(form: string): void {
    if (known.has(form)) return;
    known.add(form);
    const start = form.slice(0, shortest);
    const same = byStart.get(start);
    if (same === undefined) byStart.set(start, [form]);
    else same.splice(placeIn(same, form), 0, form);
  }

  function maskText(text: string): string {
    if (holdsShort(text)) return hidden;
    if (byStart.size === 0 || text.length < shortest) return text;
    let masked = '';
    let kept = 0;
    for (let at = 0; at < text.length; at++) {
      const length = secretAt(text, at, byStart);
      if (length === 0) continue;
      masked += text.slice(kept, at) + hidden;
      kept = at + length;
      at = kept - 1;
    }
    return masked + text.slice(kept);
  }

  function mask(data: unknown): unknown {
    if (typeof data === 'string') return maskText(data);
    if (typeof data === 'number' || typeof data === 'bigint') return added.has(String(data)) ? hidden : data;
    if (Array.isArray(data)) return data.map(mask);
    if (typeof data !== 'object' || data === null) return data;
    return Object.fromEntries(Object.entries(data).map(([name, member]) => [maskText(name), mask(member)]));
  }

  return {
    get none() {
      return added.size === 0;
    },
    add(value) {
      for (const secret of leaves(value)) {
        if (added.has(secret)) continue;
        added.add(secret);
        if (secret.length < shortest) short.add(secret);
        else for (const form of secretForms(secret, shortest)) addForm(form);
      }
    },
    mask: (data) => (added.size === 0 ? data : (mask(data) as typeof data)),
    maskPage(text) {
      if (added.size === 0) return text;
      // A secret of several lines is known line by line too.
      return short.size === 0 ? maskText(text) : text.split('\n').map(maskLine).join('\n');
    },
  };

  /** Of a line with quoted texts, as JSON has them, only those are hidden that hold a secret too short to be searched for. */
  function maskLine(line: string): string {
    return maskText(line.replaceAll(/"(?:[^"\\]|\\.)*"/g, (quoted) => (holdsShort(quoted) ? `"${hidden}"` : quoted)));
  }

  function holdsShort(text: string): boolean {
    return [...short].some((secret) => wordIn(text, secret));
  }
}

/** How many characters of a text, from one of them on, are a secret, or the beginning of one that was cut. */
function secretAt(text: string, at: number, byStart: ReadonlyMap<string, readonly string[]>): number {
  let start = text.slice(at, at + shortest);
  const folded = start.includes('\n');
  if (folded)
    start = text
      .slice(at, at + 80)
      .replaceAll(/\s/g, '')
      .slice(0, shortest);
  const candidates = byStart.get(start);
  if (candidates === undefined || text[at] === '\n') return 0;
  for (const form of candidates) {
    const length = matchLength(text, at, form);
    if (length > 0) return length;
  }
  const end = text.indexOf(cut, at);
  if (end === -1 || end - at > longestCut || end - at < shortest) return 0;
  const beginning = text.slice(at, end);
  return candidates.some((form) => form.startsWith(beginning)) ? end - at : 0;
}

/** The length of a form at a place; base64 may be folded into lines. */
function matchLength(text: string, at: number, form: string): number {
  if (text.startsWith(form, at)) return form.length;
  if (form.length < 8 || !/^[\w+/=-]+$/.test(form)) return 0;
  let position = at;
  for (const character of form) {
    if (text[position] === '\n' || text[position] === '\r') while (/\s/.test(text.charAt(position))) position++;
    if (text[position] !== character) return 0;
    position++;
  }
  return position - at;
}

function placeIn(forms: readonly string[], form: string): number {
  const index = forms.findIndex((other) => other.length < form.length);
  return index === -1 ? forms.length : index;
}

function leaves(value: unknown): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (typeof value === 'number' || typeof value === 'bigint') return [String(value)];
  if (typeof value !== 'object' || value === null || isUnknown(value)) return [];
  return Object.values(value).flatMap(leaves);
}

function wordIn(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    const around = text.charAt(at - 1) + text.charAt(at + word.length);
    if (!/[A-Za-z0-9]/.test(around)) return true;
  }
  return false;
}
