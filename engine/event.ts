import type {Outcome} from './outcome.js';
import type {Span} from './span.js';

/** What a node is, for those who only show it. */
export interface NodeInfo {
  /** Unique in the run. */
  readonly id: string;
  readonly host: string;
  /** The host in whose lane it runs, when that is another one. */
  readonly delegate?: string;
  readonly play: string;
  readonly role?: string;
  readonly task: string;
  /** The module's YAML word. */
  readonly module: string;
  readonly at: Span;
  readonly handler?: boolean;
}

/** Counts of one host, in Ansible's order and words, and ours. `deferred` and `wouldChange` occur in a check only (`changed` counts what would change there). */
export interface HostRecap {
  readonly ok: number;
  readonly changed: number;
  readonly unreachable: number;
  readonly failed: number;
  readonly skipped: number;
  readonly rescued: number;
  readonly ignored: number;
  readonly blocked: number;
  readonly deferred: number;
}

/** Everything that happens in a run, as data. `time` is milliseconds since the epoch. */
export type Event = {readonly time: number} & (
  | {
      readonly type: 'run-started';
      readonly run: string;
      readonly playbooks: readonly string[];
      readonly inventory: readonly string[];
      readonly check: boolean;
      readonly diff: boolean;
      readonly hosts: readonly string[];
      readonly nodes: number;
    }
  | {readonly type: 'host-connected'; readonly host: string; readonly milliseconds: number}
  | {readonly type: 'host-lost'; readonly host: string; readonly reason: string}
  | {readonly type: 'node-started'; readonly node: NodeInfo}
  /** A bounded wait that goes on. Seconds. */
  | {
      readonly type: 'node-waiting';
      readonly node: NodeInfo;
      readonly what: string;
      readonly elapsed: number;
      readonly limit: number;
    }
  | {readonly type: 'node-retrying'; readonly node: NodeInfo; readonly left: number}
  | {
      readonly type: 'node-ended';
      readonly node: NodeInfo;
      readonly outcome: Outcome;
      readonly milliseconds: number;
      readonly values?: Readonly<Record<string, unknown>>;
    }
  | {readonly type: 'warning'; readonly message: string; readonly at?: Span}
  | {readonly type: 'interrupting'; readonly force: boolean}
  | {
      readonly type: 'run-ended';
      readonly run: string;
      readonly code: number;
      readonly milliseconds: number;
      readonly hosts: Readonly<Record<string, HostRecap>>;
      readonly notes: readonly string[];
    }
);

/** Gives events away; listeners must not throw. */
export type Emit = (event: DistributiveOmit<Event, 'time'>) => void;

type DistributiveOmit<T, Name extends PropertyKey> = T extends unknown ? Omit<T, Name> : never;
