import {quote} from '../../host.js';

/** Files up to this many bytes are fetched over the kept shell, larger ones over a channel of their own. */
export const mostInShell = 1024 * 1024;

/** The most bytes that are fetched at all. */
export const mostFetched = 512 * 1024 * 1024;

/** A script that prints a file, or at most `limit` bytes of it and one more. */
export function fetchScript(path: string, limit?: number): string {
  const source = path.startsWith('-') ? `./${path}` : path;
  return limit === undefined ? `cat <${quote(source)}` : `head -c ${limit + 1} <${quote(source)}`;
}
