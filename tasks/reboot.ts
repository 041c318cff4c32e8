import {setTimeout as sleep} from 'node:timers/promises';
import {CommandFailed, Unreachable, type Host} from '../engine/host.js';
import type {Change, TaskModule} from '../engine/task.js';

export interface RebootArgs {
  readonly timeout: number;
  readonly test_command: string;
}

interface RebootChange extends Change {
  readonly timeout: number;
  readonly test: string;
}

/** Tells one start of a machine from the next; in a container the kernel's own id does not change, but process 1 does. */
const startOf = 'cat /proc/sys/kernel/random/boot_id; cut -d" " -f22 /proc/1/stat';

export const reboot: TaskModule<RebootArgs, object, RebootChange> = {
  name: 'reboot',
  reads: () => ({}),
  plan: ({timeout, test_command: test}) => ({
    kind: 'action',
    summary: 'reboot',
    makes: [],
    undeclared: true,
    timeout,
    test,
  }),
  async apply(host, {timeout, test}) {
    const before = (await host.run(startOf)).stdout;
    const begun = Date.now();
    await survivingLoss(() =>
      host.exec('if [ -d /run/systemd/system ]; then systemctl reboot; else reboot; fi', {
        timeout: 30,
        label: 'reboot',
      }),
    );
    await started(host, {before, until: begun + timeout * 1000});
    const left = Math.max(5, Math.ceil((begun + timeout * 1000 - Date.now()) / 1000));
    await host.until(test, {timeout: left, every: 1, what: 'the machine to be up again'});
    return {elapsed: Math.round((Date.now() - begun) / 1000)};
  },
};

/** Waits until the machine answers from a new start. */
async function started(host: Host, {before, until}: {readonly before: string; readonly until: number}): Promise<void> {
  for (;;) {
    const answer = await survivingLoss(() => host.exec(startOf, {timeout: 10}));
    if (answer?.code === 0 && answer.stdout !== before) return;
    if (Date.now() > until) {
      throw new CommandFailed(
        'reboot',
        {code: 1, stdout: '', stderr: 'the machine did not come back in time'},
        'look at its console',
      );
    }
    await sleep(1000);
  }
}

async function survivingLoss<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Unreachable) return undefined;
    throw error;
  }
}
