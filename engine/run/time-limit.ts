import {CommandFailed, type ExecOptions, type Host} from '../host.js';
import {NodeFailed} from './failure.js';

/** The time that a task may take. */
export interface TimeLimit {
  /** In all. */
  readonly seconds: number;
  /** Seconds that are left. */
  readonly left: () => number;
  /** How many commands are being ended by their machine when the time is over. */
  busy: number;
}

/** Seconds that a machine has for ending a command whose time is over. */
const grace = 7;

/** Does a piece of work within a time; what goes on without a machine is given up at its end, what runs on one is ended there. */
export async function withinTime<T>(seconds: number, work: (limit: TimeLimit) => Promise<T>): Promise<T> {
  const end = performance.now() + seconds * 1000;
  const limit: TimeLimit = {seconds, left: () => (end - performance.now()) / 1000, busy: 0};
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    const look = (): void => {
      if (limit.busy > 0 && limit.left() > -grace) timer = setTimeout(look, 250);
      else reject(timedOut(seconds));
    };
    timer = setTimeout(look, seconds * 1000);
  });
  try {
    return await Promise.race([work(limit), over]);
  } finally {
    clearTimeout(timer);
  }
}

/** A host whose commands end when the time of their task is over. */
export function limitedHost(host: Host, limit: TimeLimit): Host {
  const bounded = async <T>(work: (timeout: number) => Promise<T>, wanted: number): Promise<T> => {
    if (limit.left() <= 0) throw timedOut(limit.seconds);
    limit.busy++;
    try {
      return await work(Math.min(wanted, Math.max(1, Math.ceil(limit.left()))));
    } catch (error) {
      if (error instanceof CommandFailed && wasEnded(error.result.code, limit))
        throw timedOut(limit.seconds, error.command, error.result.stderr);
      throw error;
    } finally {
      limit.busy--;
    }
  };
  const wantedBy = (options: ExecOptions = {}): number => options.timeout ?? 600;
  return {
    ...host,
    name: host.name,
    async exec(script, options) {
      const result = await bounded((timeout) => host.exec(script, {...options, timeout}), wantedBy(options));
      if (wasEnded(result.code, limit)) throw timedOut(limit.seconds, options?.label, result.stderr);
      return result;
    },
    run: (script, options) => bounded((timeout) => host.run(script, {...options, timeout}), wantedBy(options)),
    until: (script, wait) => bounded((timeout) => host.until(script, {...wait, timeout}), wait.timeout),
    put: (path, content, options) => bounded(() => host.put(path, content, options), 0),
    putAll: (files) => bounded(() => host.putAll(files), 0),
    fetch: (path) => bounded(() => host.fetch(path), 0),
  };
}

/** Ended by `timeout`, or by a signal, when its time was over. */
function wasEnded(code: number, limit: TimeLimit): boolean {
  return limit.left() <= 0.05 && code >= 124;
}

function timedOut(seconds: number, command?: string, stderr = ''): NodeFailed {
  return new NodeFailed({
    message: `it did not end within ${seconds} s (timeout), and was ended`,
    ...(command === undefined ? {} : {command}),
    ...(stderr.trim() === '' ? {} : {stderr: stderr.trimEnd().split('\n').slice(-20).join('\n')}),
    hint: "raise 'timeout' if it only needs longer",
  });
}
