import {Unreachable} from '../host.js';
import type {Progress} from './connection.js';
import {
  beatScript,
  joinLockScript,
  leaveLockScript,
  readHolder,
  readLocked,
  signOfLife,
  takeLockScript,
  type Holder,
  type LockFolders,
  type Locked,
} from './lock.js';
import {reapScript} from './reap.js';
import type {Shell} from './shell.js';

/** What a reconnected machine needs to get its lock back. */
export interface RelockOptions {
  readonly machine: string;
  readonly holder: Holder;
  readonly folders: LockFolders;
  /** Process numbers of the shells that the lost connection had. */
  readonly left: readonly number[];
  /** Seconds. */
  readonly patience: number;
  readonly progress: Progress | undefined;
  /** What goes on by itself is not waited for: the lock is shared with it. */
  readonly shares?: boolean;
}

const every = 0.5;
/** Seconds in which what does not go on by itself may end. */
const sharingAfter = 5;

/** Takes the lock by a shell; `silence` is how long, in seconds, idle shells of another holder may give no sign of life. */
export async function takeLock(
  shell: Shell,
  {holder, folders, silence = signOfLife}: Pick<RelockOptions, 'holder' | 'folders'> & {readonly silence?: number},
): Promise<Locked> {
  const {code, stdout, stderr} = await shell.runInside(takeLockScript(holder, folders, silence), {
    timeout: 15,
    label: 'taking the lock',
  });
  return readLocked({code, stdout: stdout.toString(), stderr: stderr.toString()});
}

/**
 * Takes the lock again after a loss: waits until nothing of the lost connection runs any more.
 * Rejects with `Unreachable` when that does not come true, or when another run was quicker.
 */
export async function relock(
  shell: Shell,
  {machine, holder, folders, left, patience, progress, shares = false}: RelockOptions,
): Promise<void> {
  const begun = performance.now();
  for (;;) {
    if (left.length > 0) await shell.run(reapScript(left), {timeout: 15, label: 'ending idle shells'});
    const locked = await takeLock(shell, {holder, folders});
    if (locked.status !== 'held') return;
    if (locked.by !== undefined && locked.by.run !== holder.run) {
      throw overtaken(machine, locked.by);
    }
    const elapsed = (performance.now() - begun) / 1000;
    if (shares && elapsed > sharingAfter) {
      await joinLock(shell, {machine, holder, folders});
      return;
    }
    if (elapsed + every > patience) {
      throw new Unreachable(machine, `what the lost connection left still runs after ${patience} s`, {
        hint: 'see which processes hold u7s-play.lock (fuser, lsof), end them, and start again',
      });
    }
    progress?.('the end of what the lost connection left running', elapsed, patience);
    await new Promise((resolve) => setTimeout(resolve, every * 1000));
  }
}

/** Lets a further shell of the run hold the lock too; rejects with `Unreachable` when another run has taken it. */
export async function joinLock(
  shell: Shell,
  {machine, holder, folders}: Pick<RelockOptions, 'machine' | 'holder' | 'folders'>,
): Promise<void> {
  const {stdout} = await shell.runInside(joinLockScript(folders), {timeout: 15, label: 'holding the lock'});
  const present = readHolder(stdout.toString());
  if (present !== undefined && present.run !== holder.run) throw overtaken(machine, present);
}

/** Shows that the run is alive, as long as the shell that took the lock is used; ends by `stop`. */
export function keepBeating(shell: () => Shell | undefined): {stop(): void} {
  const timer = setInterval(
    () => {
      const beating = shell();
      // A command that runs shows it by itself.
      if (beating?.usable !== true || beating.busy > 0) return;
      beating.runInside(beatScript, {timeout: 15, label: 'showing a sign of life'}).catch(() => undefined);
    },
    (signOfLife / 5) * 1000,
  );
  timer.unref();
  return {stop: () => clearInterval(timer)};
}

function overtaken(machine: string, {run, user, controller}: Holder): Unreachable {
  return new Unreachable(machine, `run ${run} of ${user} on ${controller} took the machine's lock in the meantime`);
}

/** Gives the lock back by the shell that took it; a machine that does not answer any more has lost it by itself. */
export async function leaveLock(shell: Shell, folders: LockFolders): Promise<void> {
  await shell.runInside(leaveLockScript(folders), {timeout: 5, label: 'giving the lock back'}).catch(() => undefined);
}
