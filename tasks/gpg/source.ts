import {sh} from '../../engine/host.js';

/** Where an OpenPGP key comes from: a file of the machine, an address, or the text itself. */
export type KeySource =
  {readonly path: string} | {readonly url: string; readonly insecure?: boolean} | {readonly text: string};

/** Tells a path, an address and a text apart. */
export function sourceOf(key: string, {insecure = false}: {readonly insecure?: boolean} = {}): KeySource {
  if (key.includes('-----BEGIN PGP')) return {text: key};
  if (/^(https?|ftp|file):\/\//.test(key)) return {url: key, ...(insecure ? {insecure} : {})};
  return {path: key};
}

/** What a message calls it. */
export function sourceName(source: KeySource): string {
  return 'path' in source ? source.path : 'url' in source ? source.url : 'the text given';
}

/** A script that writes the key into the file `$k`; its status says whether there was one. */
export function fetchKey(source: KeySource): string {
  if ('text' in source) return sh`printf '%s\n' ${source.text} >"$k"`;
  if ('path' in source) return sh`cat -- ${source.path} >"$k" 2>/dev/null`;
  const insecure = source.insecure === true;
  return sh`if command -v curl >/dev/null 2>&1; then curl -fsSL ${insecure ? ['-k'] : []} --max-time 60 -o "$k" -- ${source.url}
else wget -q ${insecure ? ['--no-check-certificate'] : []} -T 60 -O "$k" -- ${source.url}; fi`;
}
