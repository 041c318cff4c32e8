/** Text on its way to where it is written. */
export interface Gathered {
  readonly write: (text: string) => void;
  /** Writes what has not been written yet. */
  readonly flush: () => void;
}

/** Characters that wait for the others of their moment. */
const mostWaiting = 64 * 1024;

/** Writes all text of one moment at once: a call of the system for each line would cost more than making it. */
export function gathered(write: (text: string) => void): Gathered {
  let waiting = '';
  const flush = (): void => {
    const text = waiting;
    waiting = '';
    if (text !== '') write(text);
  };
  return {
    write(text) {
      if (waiting === '' && text !== '') setImmediate(flush);
      waiting += text;
      if (waiting.length > mostWaiting) flush();
    },
    flush,
  };
}
