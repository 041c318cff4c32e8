import type {Channel} from './channel.js';

/** Writes an input to a channel, each piece once the one before is taken, and ends it; also where the input fails or the channel is closed. */
export async function pour(input: AsyncIterable<Buffer>, {stdin, closed}: Channel): Promise<void> {
  const state: {over: boolean} = {over: false};
  let go: (() => void) | undefined;
  void closed.then(() => {
    state.over = true;
    go?.();
  });
  try {
    for await (const piece of input) {
      await new Promise<void>((resolve) => {
        // What was closed may never say that it has taken a piece.
        go = resolve;
        stdin.write(piece, (error) => {
          state.over ||= error instanceof Error;
          resolve();
        });
      });
      if (state.over) break;
    }
  } catch {
    // Who gave the input knows why it ended.
  }
  stdin.end();
}
