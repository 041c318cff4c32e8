import type {Play, Project, Task} from '../load/project.js';
import type {Standing} from './standing.js';

declare const nodeId: unique symbol;
/** `w1/12` and the like: unique in a graph, stable for the same input. */
export type NodeId = string & {readonly [nodeId]: true};

/** One task on one host. */
export interface TaskNode {
  readonly kind: 'task';
  readonly id: NodeId;
  readonly host: string;
  /** The host in whose lane it runs (`delegate_to` known at load); else `host`. */
  readonly lane: string;
  readonly play: Play;
  readonly task: Task;
  /** Where its task stands in the playbook: the same number for all hosts of a batch. */
  readonly position: number;
  /** Items known at load that became nodes of their own (`delegate_to` uses the item): the item's index. */
  readonly item?: number;
  /** Left out by `--limit`, `--tags` or `--start-at-task`, wanted for its value: it is read, never applied. `text` says which option left it out. */
  readonly observed?: string;
  /** A handler runs when a `notify` edge brings a change (or one is pending from an earlier run); else it is idle. */
  readonly handler?: boolean;
  /** A task of a `rescue`: it runs when a `failure` edge brings a failure; else it is idle. Each of them has these edges, so that an idle one says nothing of the next. */
  readonly rescue?: boolean;
  /** So many nodes of its task are performed at the same time. */
  readonly throttle?: number;
  /** `run_once`: its outcome and value are those of all these hosts. */
  readonly standsFor?: readonly string[];
}

/**
 * Where many wait for many: no task, no host. A gate succeeds when its incoming edges allow.
 * `threshold`: the largest share of failed hosts, in percent, with which it still opens (`max_fail_percentage`; `any_errors_fatal` is 0; undefined: it always opens).
 * A `block` gate ends a block on one host: failures of `tries` are forgiven when `rescues` exist and all of them succeeded.
 * Of a block within, whose own rescue answers its tries, `tries` holds the tasks of that rescue. What came before the block comes in by `order`.
 */
export interface Gate {
  readonly kind: 'gate';
  readonly id: NodeId;
  readonly label: string;
  readonly threshold?: number;
  readonly block?: {readonly host: string; readonly tries: readonly NodeId[]; readonly rescues: readonly NodeId[]};
}

export type Node = TaskNode | Gate;

/**
 * How one node waits for another.
 * - `order` wants success: ok, changed, skipped, idle, deferred, ignored failure; a gate that opened. Else the waiting node is blocked by the root failure.
 * - `after` wants the end, however it ends.
 * - `value` wants the value that `name` holds on the source's host; skipped gives {skipped: true}; failure blocks.
 * - `notify` wants a change; it does not block.
 * - `failure` wants a failure; it does not block.
 * A node is ready when every node at its incoming edges has ended.
 */
export interface Edge {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly kind: 'order' | 'after' | 'value' | 'notify' | 'failure';
  /** Of a `value` edge: the registered name. */
  readonly name?: string;
}

/** All nodes and what they wait for: complete before the first connection. */
export interface Graph {
  readonly project: Project;
  /** In a topological order that follows the playbook where it may. */
  readonly nodes: ReadonlyMap<NodeId, Node>;
  /** The edges into the nodes that have some. */
  readonly into: ReadonlyMap<NodeId, readonly Edge[]>;
  readonly out: {get(id: NodeId): readonly Edge[]};
  /** Hosts that have a node, in the order of the inventory. */
  readonly hosts: readonly string[];
  /** Task nodes of each lane in the order of the graph: what read-ahead looks at. */
  readonly lanes: ReadonlyMap<string, readonly TaskNode[]>;
  /** What was selected, and what came of it. */
  readonly standing: Standing;
  /** What plays say of the way to a machine, as values of its connection variables (`ansible_user`, …). */
  readonly logins: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

/** What the command line selects. */
export interface Selection {
  /** A host pattern, or undefined. */
  readonly limit: string | undefined;
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  readonly startAtTask: string | undefined;
}
