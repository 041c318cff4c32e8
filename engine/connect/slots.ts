/** A bounded number of places; each is held until it is given back. */
export interface Slots {
  /** Waits for a place, first come first served; resolves with what gives it back (once, however often it is called). */
  take(): Promise<() => void>;
}

/** Makes so many places. */
export function slots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  const giver = (): (() => void) => {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    };
  };
  return {
    take: () =>
      new Promise((resolve) => {
        const go = (): void => resolve(giver());
        if (free > 0) {
          free--;
          go();
        } else waiting.push(go);
      }),
  };
}
