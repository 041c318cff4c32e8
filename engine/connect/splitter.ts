/** What a splitter tells of a stream of frames. */
export interface SplitterEvents {
  /** Bytes of the frame that is open. */
  data(bytes: Buffer): void;
  /** The frame has ended; `trailer` is the text between the mark and its newline. */
  end(trailer: string): void;
}

const newline = 0x0a;
const longestTrailer = 4096;

/**
 * Cuts a stream of bytes at marks: whatever stands before a mark is the frame's, then comes a trailer up to a newline.
 * Works on bytes, so that neither a mark nor a character is lost where two chunks meet.
 */
export function splitter(mark: string, events: SplitterEvents): (chunk: Buffer) => void {
  const needle = Buffer.from(mark);
  let pending: Buffer = Buffer.alloc(0);
  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      const at = pending.indexOf(needle);
      if (at < 0) {
        const safe = pending.length - overlap(pending, needle);
        if (safe > 0) events.data(pending.subarray(0, safe));
        pending = pending.subarray(safe);
        return;
      }
      if (at > 0) events.data(pending.subarray(0, at));
      pending = pending.subarray(at);
      const end = pending.indexOf(newline, needle.length);
      if (end < 0) {
        if (pending.length > longestTrailer) throw new Error('Internal error: a frame mark without its end');
        return;
      }
      const trailer = pending.toString('utf8', needle.length, end);
      pending = pending.subarray(end + 1);
      events.end(trailer);
    }
  };
}

/** How many bytes at the end may be the beginning of the mark. */
function overlap(bytes: Buffer, needle: Buffer): number {
  const [first = 0] = needle;
  const earliest = Math.max(0, bytes.length - needle.length + 1);
  for (let at = bytes.indexOf(first, earliest); at >= 0; at = bytes.indexOf(first, at + 1)) {
    const length = bytes.length - at;
    if (bytes.subarray(at).equals(needle.subarray(0, length))) return length;
  }
  return 0;
}
