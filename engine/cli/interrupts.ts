/** What two interrupts by the user mean to a run. */
export interface Interrupts {
  /** The first one: nothing new starts. */
  readonly stop: AbortSignal;
  /** The second one: what runs is given up. */
  readonly cancel: AbortSignal;
  /** Leaves the signals alone again. */
  end(): void;
}

/** Listens for SIGINT, and for SIGTERM and SIGHUP, which count as the first one. A third SIGINT ends the process in the system's way. */
export function listenForInterrupts(): Interrupts {
  const stop = new AbortController();
  const cancel = new AbortController();
  const interrupted = (): void => {
    if (!stop.signal.aborted) stop.abort();
    else if (!cancel.signal.aborted) cancel.abort();
    else process.removeListener('SIGINT', interrupted).kill(process.pid, 'SIGINT');
  };
  const ended = (): void => stop.abort();
  process.on('SIGINT', interrupted).on('SIGTERM', ended).on('SIGHUP', ended);
  return {
    stop: stop.signal,
    cancel: cancel.signal,
    end: () => {
      process.removeListener('SIGINT', interrupted).removeListener('SIGTERM', ended).removeListener('SIGHUP', ended);
    },
  };
}
