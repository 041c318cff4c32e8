/** Bytes that are collected up to a bound: the beginning, and of what goes beyond it the end. */
export interface Capture {
  add(bytes: Buffer): void;
  /** What was kept; where something was left out, a line says how much. */
  bytes(): Buffer;
  readonly truncated: boolean;
}

const tailShare = 8;

/** Makes a collector for at most `limit` bytes (an eighth of it is kept for the end). */
export function capture(limit: number): Capture {
  const tailLimit = Math.floor(limit / tailShare);
  const headLimit = limit - tailLimit;
  const head: Buffer[] = [];
  let headSize = 0;
  let tail: Buffer[] = [];
  let tailSize = 0;
  let dropped = 0;

  const trimTail = (): void => {
    // Joined only when twice the bound has come, so that many small chunks stay cheap.
    if (tailSize <= 2 * tailLimit) return;
    const joined = Buffer.concat(tail);
    dropped += joined.length - tailLimit;
    tail = [Buffer.from(joined.subarray(joined.length - tailLimit))];
    tailSize = tailLimit;
  };

  return {
    add(bytes) {
      const forHead = bytes.subarray(0, headLimit - headSize);
      if (forHead.length > 0) {
        head.push(forHead);
        headSize += forHead.length;
      }
      const rest = bytes.subarray(forHead.length);
      if (rest.length > 0) {
        tail.push(rest);
        tailSize += rest.length;
        trimTail();
      }
    },
    bytes() {
      const joined = Buffer.concat(tail);
      const cut = Math.max(0, joined.length - tailLimit);
      const missing = dropped + cut;
      const note = missing === 0 ? [] : [Buffer.from(`\n[${missing} bytes left out]\n`)];
      return Buffer.concat([...head, ...note, joined.subarray(cut)]);
    },
    get truncated() {
      return dropped > 0 || tailSize > tailLimit;
    },
  };
}
