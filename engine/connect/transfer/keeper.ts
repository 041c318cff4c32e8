/** Contents by their digest. */
export interface Keeper {
  get(sha256: string): Buffer | undefined;
  set(sha256: string, bytes: Buffer): void;
}

/** Keeps contents up to so many bytes in all; those that came first go first. */
export function keeper(most: number): Keeper {
  const kept = new Map<string, Buffer>();
  let size = 0;
  return {
    get: (sha256) => kept.get(sha256),
    set(sha256, bytes) {
      if (kept.has(sha256)) return;
      kept.set(sha256, bytes);
      size += bytes.length;
      for (const [first, {length}] of kept) {
        if (size <= most) return;
        kept.delete(first);
        size -= length;
      }
    },
  };
}
