import {readFileSync} from 'node:fs';
import {pipeline} from 'node:stream/promises';
import {pack, type Pack} from 'tar-stream';
import {OtherSize, pieceSize, piecesOf, type Sending} from './content.js';

/** A regular file of an archive: only we may read what is unpacked. */
export interface Member {
  /** One that `isMemberName` allows. */
  readonly name: string;
  readonly content: Sending;
  /** Seconds since 1970; default: then. */
  readonly mtime?: number | undefined;
}

/** Whether every `tar` reads a file of this name, or of an end of it that begins with a folder: busybox knows no extended headers. */
export function isMemberName(path: string): boolean {
  return /^(?=[ -~]*$)(?:.{0,155}\/)?.{1,100}$/.test(path);
}

/** Whether a member can have such a time, in seconds since 1970. */
export function isMemberTime(mtime: number): boolean {
  return mtime >= 0 && mtime < 2 ** 31;
}

/** The bytes of an archive as every `tar` reads it, in large pieces. Rejects where a file of the controller is not as it is told. */
export async function* archive(members: Iterable<Member>): AsyncGenerator<Buffer> {
  const packing = pack();
  fill(packing, members).catch((error: unknown) => {
    packing.destroy(error as Error);
  });
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const bytes of packing) {
    waiting.push(bytes as Buffer);
    size += (bytes as Buffer).length;
    if (size < pieceSize) continue;
    yield Buffer.concat(waiting);
    [waiting, size] = [[], 0];
  }
  yield Buffer.concat(waiting);
}

async function fill(packing: Pack, members: Iterable<Member>): Promise<void> {
  for (const {name, content, mtime = 0} of members) {
    const header = {name, size: content.size, mode: 0o600, mtime: new Date(mtime * 1000)};
    if (content.size > pieceSize && 'local' in content)
      await pipeline(piecesOf(content.local, content.size), packing.entry(header));
    else await added(packing, header, 'bytes' in content ? content.bytes : wholeFile(content));
  }
  packing.finalize();
}

/** Small files are read at once: a stream of each, or to wait for it, would take longer than the reading. */
function wholeFile({local, size}: Extract<Sending, {readonly local: string}>): Buffer {
  const bytes = readFileSync(local);
  if (bytes.length !== size) throw new OtherSize(local);
  return bytes;
}

function added(packing: Pack, header: Parameters<Pack['entry']>[0], bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    packing.entry(header, bytes, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
