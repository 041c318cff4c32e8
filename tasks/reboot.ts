import {setTimeout as sleep} from 'node:timers/promises';
import {CommandFailed, sh, Unreachable, type Host} from '../engine/host.js';
import type {Change, TaskModule} from '../engine/task.js';

export interface RebootArgs {
  readonly timeout: number;
  readonly test_command: string;
  readonly reboot_command?: string;
  readonly msg?: string;
  readonly pre_reboot_delay: number;
  readonly post_reboot_delay: number;
}

interface RebootChange extends Change {
  readonly timeout: number;
  readonly test: string;
  readonly command: string;
  /** Seconds before it and after it. */
  readonly delays: readonly [number, number];
}

/** Tells one start of a machine from the next; in a container the kernel's own id does not change, but process 1 does. */
const startOf = 'cat /proc/sys/kernel/random/boot_id; cut -d" " -f22 /proc/1/stat';

export const reboot: TaskModule<RebootArgs, object, RebootChange> = {
  name: 'reboot',
  reads: () => ({}),
  plan: (args) => ({
    kind: 'action',
    summary: 'reboot',
    makes: [],
    undeclared: true,
    timeout: args.timeout,
    test: args.test_command,
    command: commandOf(args),
    delays: [args.pre_reboot_delay, args.post_reboot_delay],
  }),
  async apply(host, {timeout, test, command, delays: [first, last]}) {
    const before = (await host.run(startOf)).stdout;
    if (first > 0) await sleep(first * 1000);
    const begun = Date.now();
    await survivingLoss(() => host.exec(command, {timeout: 30, label: 'reboot'}));
    await started(host, {before, until: begun + timeout * 1000});
    if (last > 0) await sleep(last * 1000);
    const left = Math.max(5, Math.ceil((begun + timeout * 1000 - Date.now()) / 1000));
    await host.until(test, {timeout: left, every: 1, what: 'the machine to be up again'});
    return {rebooted: true, elapsed: Math.round((Date.now() - begun) / 1000)};
  },
};

/** A script that tells those who are logged in, and reboots. */
function commandOf({msg, reboot_command: command}: RebootArgs): string {
  const word =
    msg === undefined ? '' : sh`command -v wall >/dev/null 2>&1 && printf '%s\n' ${msg} | wall 2>/dev/null\n`;
  return `${word}${command ?? 'if [ -d /run/systemd/system ]; then systemctl reboot; else reboot; fi'}`;
}

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
