import {CommandFailed, Unreachable, type ExecResult, type WaitOptions} from '../host.js';
import type {Progress} from './connection.js';

/** One attempt; `timeout` in seconds. */
type Attempt = (timeout: number) => Promise<ExecResult>;

/** What the wait needs besides. */
export interface UntilOptions {
  readonly wait: WaitOptions;
  readonly label: string;
  readonly progress: Progress | undefined;
}

/**
 * Attempts again and again until the status is 0. A lost connection is an attempt that failed, so that a restart of the machine can be waited for.
 * At the end of the time rejects with what the last attempt said.
 */
export async function until(attempt: Attempt, {wait, label, progress}: UntilOptions): Promise<ExecResult> {
  const begun = performance.now();
  const elapsed = (): number => (performance.now() - begun) / 1000;
  for (;;) {
    const last = await attempt(Math.max(1, wait.timeout - elapsed())).catch((error: unknown) => {
      if (error instanceof Unreachable || error instanceof CommandFailed) return error;
      throw error;
    });
    if (!(last instanceof Error) && last.code === 0) return last;
    // Who has waited for long is not told late by much.
    const every = wait.every ?? Math.min(1, Math.max(0.1, elapsed() / 4));
    if (elapsed() + every > wait.timeout) {
      if (last instanceof Error) throw last;
      const failed = new CommandFailed(label, last);
      failed.message = `${wait.what}: not so after ${wait.timeout} s (${label} exited with ${last.code})`;
      throw failed;
    }
    progress?.(wait.what, elapsed(), wait.timeout);
    await new Promise((resolve) => setTimeout(resolve, every * 1000));
  }
}
