import type {Event} from '../event.js';
import type {Phase, Timing} from '../timing.js';

/** A task on one host, from its first fact to its verification. Milliseconds since the program started. */
export interface TaskTime {
  /** In whose lane. */
  readonly host: string;
  /** `role : task`. */
  readonly task: string;
  readonly status: string;
  readonly begun: number;
  readonly ended: number;
}

/** Where the time of a run went. All times are milliseconds since the program started. */
export interface Profile {
  /** When the program started: milliseconds since the epoch. */
  readonly origin: number;
  readonly phases: readonly Phase[];
  /** What each host was asked; in the order of the answers. */
  readonly hosts: ReadonlyMap<string, readonly Timing[]>;
  readonly tasks: readonly TaskTime[];
}

/** Collects the parts of a profile. */
export interface ProfileRecord {
  readonly show: (event: Event) => void;
  readonly told: (host: string, timing: Timing) => void;
  readonly profile: (phases: readonly Phase[]) => Profile;
}

/** Begins to collect. `mask` hides secrets; `origin` is when the program started, in milliseconds since the epoch. */
export function recordProfile({
  mask,
  origin = performance.timeOrigin,
}: {
  readonly mask: (text: string) => string;
  readonly origin?: number;
}): ProfileRecord {
  const hosts = new Map<string, Timing[]>();
  const tasks: TaskTime[] = [];
  return {
    show(event) {
      if (event.type !== 'node-ended') return;
      const {node, outcome, milliseconds} = event;
      const ended = event.time - origin;
      tasks.push({
        host: node.delegate ?? node.host,
        task: node.role === undefined ? node.task : `${node.role} : ${node.task}`,
        status: outcome.status,
        begun: ended - milliseconds,
        ended,
      });
    },
    told(host, timing) {
      const timings = hosts.get(host) ?? [];
      timings.push(timing.kind === 'connect' ? timing : {...timing, what: mask(timing.what)});
      hosts.set(host, timings);
    },
    profile: (phases) => ({origin, phases, hosts, tasks}),
  };
}
