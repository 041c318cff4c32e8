import {setTimeout as sleep} from 'node:timers/promises';
import {Unreachable, type Host} from '../engine/host.js';
import type {Change, TaskModule} from '../engine/task.js';

export interface WaitForConnectionArgs {
  readonly delay: number;
  readonly sleep: number;
  readonly timeout: number;
  readonly connect_timeout: number;
}

interface ConnectionWait extends Change, WaitForConnectionArgs {}

export const waitForConnection: TaskModule<WaitForConnectionArgs, object, ConnectionWait> = {
  name: 'wait_for_connection',
  reads: () => ({}),
  plan: ({delay, sleep: every, timeout, connect_timeout: patience}) => ({
    kind: 'wait',
    summary: 'wait for the connection',
    makes: [],
    delay,
    sleep: every,
    timeout,
    connect_timeout: patience,
  }),
  async apply(host, change) {
    const begun = performance.now();
    const elapsed = (): number => (performance.now() - begun) / 1000;
    await sleep(change.delay * 1000);
    for (;;) {
      const lost = await answers(host, change.connect_timeout);
      if (lost === undefined) return {elapsed: Math.round(elapsed())};
      if (elapsed() >= change.timeout) throw lost;
      await sleep(change.sleep * 1000);
    }
  },
};

async function answers(host: Host, timeout: number): Promise<Unreachable | undefined> {
  try {
    await host.run(':', {timeout, label: 'connection'});
    return undefined;
  } catch (error) {
    if (error instanceof Unreachable) return error;
    throw error;
  }
}
