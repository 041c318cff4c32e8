import {basename} from 'node:path';
import {refuse} from '../../engine/task.js';
import type {DigestAlgorithm} from '../facts/digest.js';

const lengths: Readonly<Record<DigestAlgorithm, number>> = {
  md5: 32,
  sha1: 40,
  sha224: 56,
  sha256: 64,
  sha384: 96,
  sha512: 128,
};

/** What a checksum says: the digest itself, or where a list of digests is. */
export type Checksum = {readonly algorithm: DigestAlgorithm} & ({readonly digest: string} | {readonly list: string});

/** Reads `sha256:…`, bare hex of sha256, or `sha256:https://…/SHA256SUMS`; undefined where the algorithm is not known. */
export function readChecksum(text: string): Checksum | undefined {
  const match = /^(?:([a-z0-9]+):)?([^]+)$/.exec(text.trim());
  const algorithm = match?.[1] ?? 'sha256';
  const rest = match?.[2]?.trim() ?? '';
  if (!isAlgorithm(algorithm)) return undefined;
  return /^(?:https?|ftp):\/\//.test(rest) ? {algorithm, list: rest} : {algorithm, digest: rest.toLowerCase()};
}

/** The same, refused where it cannot be one. */
export function checksumOf(text: string): Checksum {
  const found = readChecksum(text);
  if (found === undefined)
    refuse(`the checksum '${text.slice(0, 60)}' is of no kind that is known here`, Object.keys(lengths).join(', '));
  if ('list' in found) return found;
  const {algorithm, digest} = found;
  if (!/^[0-9a-f]+$/.test(digest) || digest.length !== lengths[algorithm])
    refuse(`'${digest.slice(0, 60)}' is no ${algorithm}: that is ${lengths[algorithm]} hexadecimal digits`);
  return found;
}

/** The digest that a list of digests (`hex  name` lines, or hex alone) gives for what a URL names. */
export function digestIn(list: string, url: string): string {
  const wanted = decodeURIComponent(basename(new URL(url).pathname));
  const lines = list
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const [only = ''] = lines;
  if (lines.length === 1 && /^[0-9a-f]+$/i.test(only)) return only.toLowerCase();
  for (const line of lines) {
    const [, digest = '', name = ''] = /^([0-9a-f]+)\s+\*?(.+)$/i.exec(line) ?? [];
    if (basename(name) === wanted) return digest.toLowerCase();
  }
  return refuse(`the list of checksums has no line for '${wanted}'`);
}

function isAlgorithm(name: string): name is DigestAlgorithm {
  return Object.hasOwn(lengths, name);
}
