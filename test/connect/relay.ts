import {once} from 'node:events';
import {connect, createServer, type Socket} from 'node:net';

/** A way to a server that takes its time. */
export interface Relay {
  readonly port: number;
  /** How often one side spoke after it had heard the other: over all connections, the login included. */
  readonly counts: {turns: number};
  close(): Promise<void>;
}

/** Starts a relay to a port of this machine: what is said on either side is heard `delay` milliseconds later, and up to `jitter` more, in its order. */
export async function startRelay(
  port: number,
  {delay, jitter}: {readonly delay: number; readonly jitter: number},
): Promise<Relay> {
  const counts = {turns: 0};
  const sockets = new Set<Socket>();
  const front = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    let heard = true;
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
    }
    carry({from: near, to: far, delay, jitter}, () => {
      if (heard) counts.turns++;
      heard = false;
    });
    carry({from: far, to: near, delay, jitter}, () => {
      heard = true;
    });
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  const address = front.address();
  if (address === null || typeof address === 'string') throw new Error('Internal error: no port');
  return {
    port: address.port,
    counts,
    async close() {
      for (const socket of sockets) socket.destroy();
      front.close();
      await once(front, 'close');
    },
  };
}

interface Carried {
  readonly from: Socket;
  readonly to: Socket;
  readonly delay: number;
  readonly jitter: number;
}

function carry({from, to, delay, jitter}: Carried, speaking: () => void): void {
  const waiting: (() => void)[] = [];
  const later = (work: () => void): void => {
    waiting.push(work);
    // Whichever timer is the first to fire, what was said first is heard first.
    setTimeout(() => waiting.shift()?.(), delay + Math.random() * jitter);
  };
  from.on('data', (bytes: Buffer) => {
    speaking();
    later(() => to.write(bytes));
  });
  from.on('end', () => {
    later(() => to.end());
  });
  from.on('close', () => {
    later(() => to.destroy());
  });
}
