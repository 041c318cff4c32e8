import {hostname, userInfo} from 'node:os';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Holder, Locked} from '../connect/lock.js';
import type {Machine} from '../connect/machine.js';
import type {Emit} from '../event.js';
import {refuse} from '../task.js';

/** Seconds for which what a run that is gone has left running is waited for. */
const patience = 180;

/**
 * Takes a machine's lock for a run, or refuses and says who holds it. A run of this controller that has ended without giving its locks back
 * (it was killed, the line was cut) is waited for only as long as something of it still runs.
 */
export async function lockMachine(machine: Machine, run: string, emit: Emit): Promise<void> {
  const own = {run, controller: hostname(), user: userInfo().username, since: new Date().toISOString()};
  const first = await machine.lock(own);
  const locked =
    first.status === 'held' && hasEnded(first.by) ? await outlast(machine, {own, gone: first.by, emit}) : first;
  switch (locked.status) {
    case 'taken':
      return;
    case 'impossible':
      emit({type: 'warning', message: `${machine.name} cannot be locked against other runs: ${locked.reason}`});
      return;
    case 'held':
      refuse(
        `${machine.name} is being changed by ${described(locked.by)}`,
        'wait for it to end, or for what it has left running there',
      );
  }
}

/** Waits for what a run that is gone has left running, and takes the lock after it. */
async function outlast(
  machine: Machine,
  {own, gone, emit}: {readonly own: Holder; readonly gone: Holder; readonly emit: Emit},
): Promise<Locked> {
  const begun = performance.now();
  let locked = await machine.lock(own, {isGone: true});
  if (locked.status !== 'held') return locked;
  const message = `${machine.name}: run ${gone.run} ended without a word; waiting for what it left running, ${patience} s at most`;
  emit({type: 'warning', message});
  while (locked.status === 'held' && hasEnded(locked.by) && performance.now() - begun < patience * 1000) {
    await sleep(1000);
    locked = await machine.lock(own, {isGone: true});
  }
  return locked;
}

/** Whether the holder is a run of this controller whose process is gone; a run's name ends with the number of its process. */
function hasEnded(holder: Holder | undefined): holder is Holder {
  if (holder?.controller !== hostname()) return false;
  const pid = Number(/-(\d+)$/.exec(holder.run)?.[1]);
  if (!Number.isInteger(pid)) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

function described(holder: Holder | undefined): string {
  if (holder === undefined) return 'another run';
  return `run ${holder.run} of ${holder.user} on ${holder.controller}, since ${holder.since}`;
}
