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
  const piece = newPiece();
  for (const {name, content, mtime = 0} of members) {
    for (const header of headersOf({name, size: content.size, mtime})) {
      if (piece.isFull(block)) yield piece.take();
      writeHeader(piece.next(block), header);
      if (header.data !== undefined) {
        if (piece.isFull(padded(header.data.length))) yield piece.take();
        piece.next(padded(header.data.length)).set(header.data);
      }
    }
    const small = 'bytes' in content ? content.bytes : content.size <= mostAtOnce ? wholeFile(content) : undefined;
    if (small !== undefined && small.length <= mostAtOnce) {
      if (piece.isFull(padded(small.length))) yield piece.take();
      piece.next(padded(small.length)).set(small);
      continue;
    }
    yield piece.take();
    if ('bytes' in content) yield content.bytes;
    else yield* piecesOf(content.local, content.size);
    piece.next(padded(content.size) - content.size);
  }
  if (piece.isFull(2 * block)) yield piece.take();
  piece.next(2 * block);
  yield piece.take();
}

/** Bytes that are collected until they are worth sending. */
interface Piece {
  /** Whether so many bytes more have no room. */
  isFull(size: number): boolean;
  /** The next bytes, all zero. */
  next(size: number): Buffer;
  take(): Buffer;
}

function newPiece(): Piece {
  let bytes = Buffer.alloc(pieceSize);
  let [from, to] = [0, 0];
  return {
    isFull: (size) => to + size > bytes.length,
    next: (size) => bytes.subarray(to, (to += size)),
    take() {
      const taken = bytes.subarray(from, to);
      from = to;
      // What was taken is on its way, and is not written again.
      if (to > bytes.length - mostAtOnce) [bytes, from, to] = [Buffer.alloc(pieceSize), 0, 0];
      return taken;
    },
  };
}

// Many machines are sent the same files at the same time.
const read = new Map<string, Buffer>();
let readSize = 0;
const mostKept = 32 * 1024 * 1024;

function wholeFile({local, size, sha256}: Extract<Sending, {readonly local: string}>): Buffer {
  const name = `${sha256} ${local}`;
  const present = read.get(name);
  if (present !== undefined) return present;
  const bytes = readFileSync(local);
  if (bytes.length !== size) throw new OtherSize(local);
  if (readSize + size > mostKept) {
    read.clear();
    readSize = 0;
  }
  read.set(name, bytes);
  readSize += size;
  return bytes;
}

const padded = (size: number): number => Math.ceil(size / block) * block;

interface Header {
  readonly name: Buffer;
  readonly size: number;
  readonly mtime: number;
  readonly type: '0' | 'L';
  /** What follows it. */
  readonly data?: Buffer;
}

function headersOf({
  name,
  size,
  mtime,
}: {
  readonly name: string;
  readonly size: number;
  readonly mtime: number;
}): readonly Header[] {
  const bytes = Buffer.from(name);
  const own: Header = {name: bytes.subarray(0, 100), size, mtime, type: '0'};
  if (bytes.length <= 100) return [own];
  // The way of GNU, which busybox knows, too: a member before it bears the name.
  const data = Buffer.concat([bytes, Buffer.alloc(1)]);
  return [{name: Buffer.from('././@LongLink'), size: data.length, mtime: 0, type: 'L', data}, own];
}

const fields = `${['0000600', '0000000', '0000000'].join('\0')}\0`;

function writeHeader(bytes: Buffer, {name, size, mtime, type}: Header): void {
  bytes.set(name);
  bytes.write(fields, 100);
  number(bytes, size, 124);
  number(bytes, mtime, 136);
  // The sum is of the header with blanks in its place.
  bytes.fill(' ', 148, 156);
  bytes.write(type, 156);
  bytes.write('ustar  \0', 257);
  let sum = 0;
  for (const byte of bytes) sum += byte;
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
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
