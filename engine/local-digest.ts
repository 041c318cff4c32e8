import {createHash} from 'node:crypto';
import {createReadStream, type Stats} from 'node:fs';
import {pipeline} from 'node:stream/promises';

const known = new Map<string, {readonly state: string; readonly sha256: Promise<string>}>();
/** Milliseconds after which a further change of a file changes its times, too. */
const settled = 100;

/** The sha256 of a file of the controller in hexadecimal, found out once while it looks untouched. */
export function localDigest(path: string, status: Stats): Promise<string> {
  const state = stateOf(status);
  const present = known.get(path);
  if (present?.state === state) return present.sha256;
  const hash = createHash('sha256');
  const sha256 = pipeline(createReadStream(path, {highWaterMark: 256 * 1024}), hash).then(() => hash.digest('hex'));
  if (Date.now() - Math.max(status.mtimeMs, status.ctimeMs) > settled) {
    known.set(path, {state, sha256});
    sha256.catch(() => known.delete(path));
  }
  return sha256;
}

/** Notes what is known of a file from elsewhere. */
export function noteLocalDigest(path: string, status: Stats, sha256: string): void {
  known.set(path, {state: stateOf(status), sha256: Promise.resolve(sha256)});
}

/** What of a file would be different if it had been written to. */
export function stateOf({size, mtimeMs, ctimeMs, ino}: Stats): string {
  return [size, mtimeMs, ctimeMs, ino].join(' ');
}
