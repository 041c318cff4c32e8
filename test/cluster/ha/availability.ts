import {request} from 'node:https';

/** What became of fresh requests that were made at a fixed pace. */
export interface Availability {
  readonly requests: number;
  readonly failed: number;
  /** Milliseconds between two answers that followed each other, at most. */
  readonly longestGap: number;
  /** When the last request that failed was begun: milliseconds after the fault. */
  readonly lastFailure: number;
}

/** Requests that go on until they are ended. */
export interface Watch {
  /** What comes later is measured from here. */
  readonly fault: () => void;
  /** Settles with the first answer. */
  readonly answered: Promise<void>;
  readonly end: () => Promise<Availability>;
}

const pace = 200;
const patience = 2000;

/** Asks an API server for /readyz every 200 ms, on a connection of its own each time; one that takes longer than 2 s has failed. */
export function watch(address: string, port: number): Watch {
  const begun = Date.now();
  let lastAnswer = begun;
  let longestGap = 0;
  let failures: number[] = [];
  let requests = 0;
  let faultAt = begun;
  let tellAnswered: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => {
    tellAnswered = resolve;
  });
  const pending = new Set<Promise<void>>();
  const ask = (): void => {
    const start = Date.now();
    requests += 1;
    const one = new Promise<void>((resolve) => {
      let over = false;
      const settle = (isAnswer: boolean): void => {
        if (over) return;
        over = true;
        const now = Date.now();
        if (isAnswer) {
          longestGap = Math.max(longestGap, now - lastAnswer);
          lastAnswer = now;
          tellAnswered();
        } else failures.push(start);
        resolve();
      };
      const call = request(
        {host: address, port, path: '/readyz', agent: false, rejectUnauthorized: false},
        (response) => {
          response.resume();
          response.once('end', () => {
            settle(response.statusCode === 200);
          });
          response.once('error', () => {
            settle(false);
          });
        },
      );
      // Bounds the whole request: connecting, the handshake, the answer.
      const limit = setTimeout(() => call.destroy(new Error('no answer')), patience);
      call.once('error', () => {
        settle(false);
      });
      call.once('close', () => {
        clearTimeout(limit);
        settle(false);
      });
      call.end();
    });
    pending.add(one);
    void one.then(() => pending.delete(one));
  };
  const timer = setInterval(ask, pace);
  ask();
  return {
    answered,
    fault: () => {
      faultAt = Date.now();
      longestGap = 0;
      failures = [];
    },
    async end() {
      clearInterval(timer);
      await Promise.all(pending);
      longestGap = Math.max(longestGap, Date.now() - lastAnswer - pace);
      const last = failures.at(-1);
      return {
        requests,
        failed: failures.length,
        longestGap,
        lastFailure: last === undefined ? 0 : Math.max(0, last - faultAt),
      };
    },
  };
}
