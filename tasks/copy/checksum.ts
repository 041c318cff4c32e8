import {createHash} from 'node:crypto';
import {sh} from '../../engine/host.js';
import {refuse} from '../../engine/task.js';
import type {CopyArgs} from './sources.js';

/** Ends a plan where the content is not what a checksum says, as far as the controller knows it. */
export function demandChecksum({checksum, src, content}: CopyArgs): void {
  if (checksum === undefined) return;
  const wanted = checksum.toLowerCase();
  const found = digestOf(wanted, typeof src === 'object' && src.type === 'file' ? src : {text: content});
  if (found !== undefined && found !== wanted)
    refuse(`the ${algorithmOf(wanted)} of the content is ${found}, expected ${wanted}`);
}

/** A command with `%s` that fails where a file is not what a checksum says. */
export function checksumCheck(checksum: string): string {
  const wanted = checksum.toLowerCase();
  const algorithm = algorithmOf(wanted);
  return sh`h=$(${`${algorithm}sum`} <%s | cut -d ' ' -f 1); [ "$h" = ${wanted} ] || { echo "its "${algorithm}" is $h, expected "${wanted} >&2; exit 1; }`;
}

function algorithmOf(digest: string): 'sha1' | 'sha256' {
  return digest.length === 64 ? 'sha256' : 'sha1';
}

function digestOf(wanted: string, known: {readonly text?: unknown; readonly sha256?: string}): string | undefined {
  if (algorithmOf(wanted) === 'sha256' && known.sha256 !== undefined) return known.sha256;
  return typeof known.text === 'string' ? createHash(algorithmOf(wanted)).update(known.text).digest('hex') : undefined;
}
