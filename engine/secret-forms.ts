import {isUtf8} from 'node:buffer';

/** A longer secret is searched for as it is, by its lines and as one base64 text. */
const longestOfAllForms = 64 * 1024;

/**
 * The ways in which a secret may stand in output: itself, its lines, and as JSON, URLs, shells, XML and base64 write it.
 * None is shorter than `shortest` characters.
 */
export function secretForms(secret: string, shortest: number): readonly string[] {
  const trimmed = secret.trim();
  const lines = trimmed.includes('\n') ? trimmed.split('\n').map((line) => line.trim()) : [];
  const texts = [...new Set([secret, trimmed, ...decoded(trimmed), ...lines])].filter(
    (text) => text.length >= shortest,
  );
  const forms = texts.flatMap((text) =>
    text.length > longestOfAllForms
      ? [text, Buffer.from(text).toString('base64')]
      : [text, ...escapes(text), ...base64(text)],
  );
  return [...new Set(forms)].filter((form) => form.length >= shortest);
}

/** The text that a secret is the base64 of, as keys and passwords of clusters are kept. */
function decoded(secret: string): readonly string[] {
  if (secret.length % 4 !== 0 || !/^[A-Za-z0-9+/]{8,}={0,2}$/.test(secret)) return [];
  const bytes = Buffer.from(secret, 'base64');
  return isUtf8(bytes) && !/[^\P{Cc}\s]/u.test(bytes.toString()) ? [bytes.toString().trim()] : [];
}

function escapes(text: string): readonly string[] {
  const json = inJson(text);
  const url = inUrl(text);
  const strictUrl = url.replaceAll(/[!'()*~]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
  return [
    json,
    inJson(json),
    url,
    strictUrl,
    strictUrl.replaceAll('%20', '+'),
    text.replaceAll("'", "'\\''"),
    text.replaceAll("'", "''"),
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  ];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function inUrl(text: string): string {
  // Half of a surrogate pair has no form in a URL; written as bytes it becomes a replacement character.
  return encodeURIComponent(Buffer.from(text).toString());
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
  // Less than eight characters of base64 are found in any text.
  const forms = [bytes.toString('base64'), ...inner].filter((form) => form.length >= 8);
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')]);
}
