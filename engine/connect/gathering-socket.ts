import {Socket} from 'node:net';

/** A connection on which all that is written in one moment leaves together: the packets of a large piece are one call of the system. */
export class GatheringSocket extends Socket {
  override write(...words: unknown[]): boolean {
    if (this.writableCorked === 0) {
      this.cork();
      process.nextTick(() => this.uncork());
    }
    return super.write(...(words as Parameters<Socket['write']>));
  }
}
