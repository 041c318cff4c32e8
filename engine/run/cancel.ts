import type {Emit} from '../event.js';
import {Cancelled} from './failure.js';

/** The two ways in which a run ends early. */
export interface Cancel {
  /** Nothing new starts after it. */
  readonly stopping: AbortSignal;
  /** Gives up waiting for a piece of work, with `Cancelled`, when the run is cancelled. */
  race<T>(work: Promise<T>): Promise<T>;
  /** Waits so many seconds; rejects with `Cancelled` when the run is cancelled. */
  readonly sleep: (seconds: number) => Promise<void>;
  /** Throws `Cancelled` when the run is cancelled: what was given up must not go on by itself. */
  readonly check: () => void;
  /** The run is over. */
  end(): void;
}

/** Joins the signals: `stop`, then after `grace` seconds or at `cancel`, the end of all that runs. */
export function createCancel({
  stop,
  cancel,
  grace,
  emit,
}: {
  readonly stop: AbortSignal | undefined;
  readonly cancel: AbortSignal | undefined;
  readonly grace: number;
  readonly emit: Emit;
}): Cancel {
  const stopping = new AbortController();
  /** Who waits for a piece of work, in no order; a set of so short-lived things would keep them until the next full collection of garbage. */
  const racers: Racer[] = [];
  let cancelled = false;
  let bound: NodeJS.Timeout | undefined;

  function beginStop(): void {
    if (stopping.signal.aborted) return;
    emit({type: 'interrupting', force: false});
    stopping.abort();
    bound = setTimeout(beginCancel, grace * 1000);
  }

  function beginCancel(): void {
    if (cancelled) return;
    clearTimeout(bound);
    emit({type: 'interrupting', force: true});
    stopping.abort();
    cancelled = true;
    for (const {giveUp} of racers) giveUp();
  }

  listen(stop, beginStop);
  listen(cancel, beginCancel);

  const race = <T>(work: Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const giveUp = (): void => {
        reject(new Cancelled('the run was cancelled'));
      };
      if (cancelled) giveUp();
      const racer: Racer = {giveUp, place: racers.length};
      racers.push(racer);
      void work.then(resolve, reject).finally(() => leave(racers, racer));
    });

  return {
    stopping: stopping.signal,
    race,
    check() {
      if (cancelled) throw new Cancelled('the run was cancelled');
    },
    async sleep(seconds) {
      let timer: NodeJS.Timeout | undefined;
      try {
        await race(new Promise<void>((resolve) => (timer = setTimeout(resolve, seconds * 1000))));
      } finally {
        clearTimeout(timer);
      }
    },
    end() {
      clearTimeout(bound);
      stop?.removeEventListener('abort', beginStop);
      cancel?.removeEventListener('abort', beginCancel);
    },
  };
}

interface Racer {
  readonly giveUp: () => void;
  place: number;
}

/** The last one takes the place of who leaves. */
function leave(racers: Racer[], {place}: Racer): void {
  const last = racers.pop();
  if (last === undefined || place === racers.length) return;
  last.place = place;
  racers[place] = last;
}

function listen(signal: AbortSignal | undefined, react: () => void): void {
  if (signal?.aborted === true) react();
  else signal?.addEventListener('abort', react, {once: true});
}
