import type {ShownChange, Status} from '../outcome.js';

/** A member of a fact as a plan keeps it: JSON where it may be shown, else `#` and its digest; `?` was not known. */
export type KeptValue = string;

/** A fact that a node read, by its kind and id. */
export interface KeptFact {
  /** `file /etc/motd`. */
  readonly fact: string;
  readonly members: Readonly<Record<string, KeptValue>>;
  /** Members that the change makes, whose value before must be the same when it is made; none of a fact that changes by itself. */
  readonly promised: readonly string[];
}

/** What was planned for a node, or for one item of its loop. */
export interface KeptItem {
  /** The loop item's label. */
  readonly item?: string;
  /** Digest of the arguments. */
  readonly args: string;
  readonly facts: readonly KeptFact[];
  /** Nothing is to be made where it is missing. */
  readonly change?: {readonly kind: 'state' | 'action' | 'wait'; readonly summary: string; readonly digest: string};
}

/** A node of a plan. */
export interface KeptNode {
  readonly id: string;
  readonly host: string;
  readonly play: string;
  readonly task: string;
  readonly module: string;
  /** `site.yml:12:7`. */
  readonly at: string;
  readonly status: Status;
  /** Of a deferred node: what it depends on. */
  readonly needs?: string;
  readonly items: readonly KeptItem[];
  /** As it was shown. */
  readonly changes: readonly ShownChange[];
}

/** What a run would do, as data: what was asked, what it was read from, and each node. */
export interface Plan {
  readonly version: 1;
  /** Of u7s-play. */
  readonly engine: string;
  /** ISO 8601. */
  readonly made: string;
  readonly cwd: string;
  /** The command line, without the words that asked for the plan. */
  readonly words: readonly string[];
  readonly inputs: Inputs;
  readonly nodes: readonly KeptNode[];
}

/** Digests of everything that a project is made of. */
export interface Inputs {
  /** What was loaded, by path as the user would name it. */
  readonly files: Readonly<Record<string, string>>;
  /** What tasks send and render, by absolute path. */
  readonly taskFiles: Readonly<Record<string, string>>;
  /** Of the hosts, groups and variables, wherever they came from. */
  readonly inventory: string;
}
