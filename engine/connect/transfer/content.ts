import {createHash} from 'node:crypto';
import {closeSync, fstatSync, openSync, readFileSync, readSync} from 'node:fs';
import {stat} from 'node:fs/promises';
import type {Content} from '../../host.js';
import {localDigest, stateOf} from '../../local-digest.js';
import {notDone} from '../execution.js';
import {keeper} from './keeper.js';

/** What is to be sent, with its bytes counted and its digest in hexadecimal. */
export type Sending = {readonly size: number; readonly sha256: string} & (
  {readonly bytes: Buffer} | {readonly local: string}
);

type SendingFile = Extract<Sending, {readonly local: string}>;

/** Counts and digests a content; a file of the controller is read only for what is not known of it. */
export async function sending(content: Content): Promise<Sending> {
  if (typeof content === 'object' && 'local' in content) {
    const {local} = content;
    const size = content.size ?? (await stat(local)).size;
    return {local, size, sha256: content.sha256 ?? (await localDigest(local, await stat(local)))};
  }
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
  return {bytes, size: bytes.length, sha256: sha256Of(bytes)};
}

/**
 * The bytes of a file of the controller in large pieces, each to be used before the next one is asked for; fails where they are not those
 * that were told. Most of a file is in memory already: it is read in less time than it takes to wait for it.
 */
export async function* piecesOf({local, size, sha256}: SendingFile): AsyncGenerator<Buffer> {
  const file = openSync(local, 'r');
  try {
    const before = fstatSync(file);
    if (before.size !== size || (await localDigest(local, before)) !== sha256) throw new OtherContent(local);
    const piece = Buffer.allocUnsafeSlow(Math.min(size, pieceSize));
    let left = size;
    while (left > 0) {
      const read = readSync(file, piece, 0, Math.min(left, pieceSize), null);
      left -= read;
      // The last piece is what makes it whole.
      if (read === 0 || (left === 0 && stateOf(fstatSync(file)) !== stateOf(before))) throw new OtherContent(local);
      yield piece.subarray(0, read);
    }
  } finally {
    closeSync(file);
  }
}

/** All bytes of a small file of the controller; fails where they are not those that were told. */
export function bytesOf({local, size, sha256}: SendingFile): Buffer {
  const present = contents.get(sha256);
  if (present !== undefined) return present;
  const bytes = readFileSync(local);
  if (bytes.length !== size || sha256Of(bytes) !== sha256) throw new OtherContent(local);
  contents.set(sha256, bytes);
  return bytes;
}

/** Bytes that are read and sent at once. */
export const pieceSize = 256 * 1024;

// What goes to many machines is read once.
const contents = keeper(32 * 1024 * 1024);

/** A file of the controller is not as it was when it was described. */
export class OtherContent extends Error {
  override readonly name = 'OtherContent';

  constructor(local: string) {
    super(`the content of ${local} has changed meanwhile`);
  }
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Tells that a file of the controller cannot be read; what is no trouble with a file is thrown as it is. */
export function notReadable(command: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof Error) || !('code' in error || error instanceof OtherContent)) throw error;
    throw notDone(command, `the file of the controller cannot be read: ${error.message}`);
  };
}

/** An input of a command whose own failure is told afterwards: the command itself sees only that its input ends. */
export interface Watched {
  readonly input: AsyncIterable<Buffer>;
  /** Throws where the input could not be read to its end. */
  check(command: string): void;
}

/** Watches an input. */
export function watched(source: AsyncIterable<Buffer> | Iterable<Buffer>): Watched {
  let failed: {readonly error: unknown} | undefined;
  async function* calm(): AsyncGenerator<Buffer> {
    try {
      yield* source;
    } catch (error) {
      failed = {error};
    }
  }
  return {
    input: calm(),
    check(command) {
      if (failed !== undefined) notReadable(command)(failed.error);
    },
  };
}
