import {createHash} from 'node:crypto';
import {createReadStream, type Stats} from 'node:fs';
import {pipeline} from 'node:stream/promises';

interface Known {
  readonly state: string;
  readonly sha256: Promise<string> | string;
}

const known = new Map<string, Known>();
/** Milliseconds after which a further change of a file changes its times, too. */
const settled = 100;

/** The sha256 of a file of the controller in hexadecimal, found out once while it looks untouched. */
export async function localDigest(path: string, status: Stats): Promise<string> {
  const present = knownOf(path, status);
  if (present !== undefined) return present.sha256;
  const hash = createHash('sha256');
  const sha256 = pipeline(createReadStream(path, {highWaterMark: 256 * 1024}), hash).then(() => hash.digest('hex'));
  note(path, status, sha256);
  sha256.catch(() => known.delete(path));
  return sha256;
}

/** The sha256 of a file of the controller where it was found out before; undefined where it was not, or is not any more. */
export function knownLocalDigest(path: string, status: Stats): string | undefined {
  const sha256 = knownOf(path, status)?.sha256;
  return typeof sha256 === 'string' ? sha256 : undefined;
}

/** Notes the sha256 of a file that looked so before it was read. */
export function noteLocalDigest(path: string, status: Stats, sha256: string): void {
  note(path, status, sha256);
}

/** What of a file would be different if it had been written to. */
export function stateOf({size, mtimeMs, ctimeMs, ino}: Stats): string {
  return `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
}

function knownOf(path: string, status: Stats): Known | undefined {
  const present = known.get(path);
  return present?.state === stateOf(status) ? present : undefined;
}

function note(path: string, status: Stats, sha256: Known['sha256']): void {
  // What was written just now may be written again without looking otherwise.
  if (Date.now() - Math.max(status.mtimeMs, status.ctimeMs) < settled) known.delete(path);
  else known.set(path, {state: stateOf(status), sha256});
}
