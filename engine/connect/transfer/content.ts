import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {stat} from 'node:fs/promises';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import type {Content} from '../../host.js';
import {notDone} from '../execution.js';

/** What is to be sent, with its bytes counted and its digest in hexadecimal. */
export type Sending = {readonly size: number; readonly sha256: string} & (
  {readonly bytes: Buffer} | {readonly local: string}
);

/** Counts and digests a content; a file of the controller is read only for what is not known of it. */
export async function sending(content: Content): Promise<Sending> {
  if (typeof content === 'object' && 'local' in content) {
    const {local} = content;
    const size = content.size ?? (await stat(local)).size;
    return {local, size, sha256: content.sha256 ?? (await sha256Of(local))};
  }
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
  return {bytes, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex')};
}

/** The bytes of a file of the controller in large pieces; rejects where there are more or fewer than so many. */
export async function* piecesOf(local: string, size: number): AsyncGenerator<Buffer> {
  let sent = 0;
  for await (const chunk of createReadStream(local, {highWaterMark: pieceSize})) {
    const bytes = chunk as Buffer;
    sent += bytes.length;
    if (sent > size) break;
    yield bytes;
  }
  if (sent !== size) throw new OtherSize(local);
}

/** Bytes that are read and sent at once. */
export const pieceSize = 256 * 1024;

/** A file of the controller is not as it was when its bytes were counted. */
export class OtherSize extends Error {
  override readonly name = 'OtherSize';

  constructor(local: string) {
    super(`the size of ${local} has changed meanwhile`);
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, {highWaterMark: pieceSize}), hash);
  return hash.digest('hex');
}

/** Tells that a file of the controller cannot be read; what is no trouble with a file is thrown as it is. */
export function notReadable(command: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof Error) || !('code' in error || error instanceof OtherSize)) throw error;
    throw notDone(command, `the file of the controller cannot be read: ${error.message}`);
  };
}

/** An input of a command whose own failure is told afterwards: the command itself sees only that its input ends. */
export interface Watched {
  readonly input: Readable;
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
    input: Readable.from(calm()),
    check(command) {
      if (failed !== undefined) notReadable(command)(failed.error);
    },
  };
}
