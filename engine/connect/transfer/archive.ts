import {bytesOf, pieceSize, piecesOf, type Sending} from './content.js';
import {blockSize, headerOf, paddingOf} from './archive-header.js';

/** A regular file of an archive: only we may read what is unpacked. */
export interface Member {
  /** One that `isMemberName` allows. */
  readonly name: string;
  readonly content: Sending;
  /** Seconds since 1970; default: then. */
  readonly mtime?: number | undefined;
}

/**
 * The bytes of an archive as every `tar` reads it, in large pieces, each to be used before the next one is asked for. Rejects where a file of
 * the controller is not as it is told.
 */
export async function* archive(members: Iterable<Member>): AsyncGenerator<Buffer> {
  const whole = Buffer.allocUnsafeSlow(pieceSize);
  let filled = 0;
  // What is added at once fits.
  const add = (bytes: Buffer): void => {
    filled += bytes.copy(whole, filled);
  };
  for (const {name, content, mtime = 0} of members) {
    const {size} = content;
    const isLarge = size > pieceSize / 4;
    if (filled + (isLarge ? 0 : size) + 2 * blockSize > pieceSize) {
      yield whole.subarray(0, filled);
      filled = 0;
    }
    add(headerOf({name, size, mtime}));
    if (isLarge) {
      yield whole.subarray(0, filled);
      filled = 0;
      if ('bytes' in content) yield content.bytes;
      else yield* piecesOf(content);
    } else add('bytes' in content ? content.bytes : bytesOf(content));
    add(paddingOf(size));
  }
  yield whole.subarray(0, filled);
  yield Buffer.alloc(2 * blockSize);
}
