import {readFileSync} from 'node:fs';
import {OtherSize, pieceSize, piecesOf, type Sending} from './content.js';

/** A regular file of an archive: only we may read what is unpacked. */
export interface Member {
  readonly name: string;
  readonly content: Sending;
  /** Seconds since 1970. */
  readonly mtime?: number | undefined;
}

const block = 512;
/** Files up to this size are read at once: waiting for each by itself would take longer than reading it. */
const mostAtOnce = 64 * 1024;

/** The bytes of an archive as every `tar` reads it, in large pieces. Rejects where a file of the controller is not as it is told. */
export async function* archive(members: Iterable<Member>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  const add = (bytes: Buffer): void => {
    waiting.push(bytes);
    size += bytes.length;
  };
  for (const {name, content, mtime = 0} of members) {
    add(headerOf({name, size: content.size, mtime}));
    if ('bytes' in content) add(content.bytes);
    else if (content.size <= mostAtOnce) add(wholeFile(content.local, content.size));
    else {
      yield Buffer.concat(waiting);
      [waiting, size] = [[], 0];
      yield* piecesOf(content.local, content.size);
    }
    add(Buffer.alloc(paddingOf(content.size)));
    if (size >= pieceSize) {
      yield Buffer.concat(waiting);
      [waiting, size] = [[], 0];
    }
  }
  yield Buffer.concat([...waiting, Buffer.alloc(2 * block)]);
}

function wholeFile(local: string, size: number): Buffer {
  const bytes = readFileSync(local);
  if (bytes.length !== size) throw new OtherSize(local);
  return bytes;
}

const paddingOf = (size: number): number => (block - (size % block)) % block;

function headerOf({name, size, mtime}: {readonly name: string; readonly size: number; readonly mtime: number}): Buffer {
  const bytes = Buffer.from(name);
  if (bytes.length <= 100) return header({name: bytes, size, mtime, type: '0'});
  // The way of GNU, which busybox knows, too: a member before it bears the name.
  const long = Buffer.concat([bytes, Buffer.alloc(1)]);
  return Buffer.concat([
    header({name: Buffer.from('././@LongLink'), size: long.length, mtime: 0, type: 'L'}),
    long,
    Buffer.alloc(paddingOf(long.length)),
    header({name: bytes.subarray(0, 100), size, mtime, type: '0'}),
  ]);
}

function header({
  name,
  size,
  mtime,
  type,
}: {
  readonly name: Buffer;
  readonly size: number;
  readonly mtime: number;
  readonly type: '0' | 'L';
}): Buffer {
  const bytes = Buffer.alloc(block);
  name.copy(bytes);
  bytes.write(`${['0000600', '0000000', '0000000'].join('\0')}\0`, 100);
  number(bytes, size, 124);
  number(bytes, mtime, 136);
  // The sum is of the header with blanks in its place.
  bytes.fill(' ', 148, 156);
  bytes.write(type, 156);
  bytes.write('ustar  \0', 257);
  let sum = 0;
  for (const byte of bytes) sum += byte;
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

/** Eleven octal digits, or where these are too few, or for what is below zero, eight bytes after a mark. */
function number(bytes: Buffer, value: number, at: number): void {
  if (value >= 0 && value < 8 ** 11) {
    bytes.write(`${value.toString(8).padStart(11, '0')}\0`, at);
    return;
  }
  bytes.fill(value < 0 ? 0xff : 0, at, at + 12);
  if (value >= 0) bytes[at] = 0x80;
  bytes.writeBigInt64BE(BigInt(value), at + 4);
}
