import type {DiffLine} from './task.js';
import type {Span} from './span.js';

/** Why a node failed, for a person: what, where, the command with its code and the end of its stderr, and what to do. */
export interface Failure {
  readonly message: string;
  readonly command?: string;
  readonly code?: number;
  /** The last lines. */
  readonly stderr?: string;
  readonly hint?: string;
  /** Where in the playbook, when it is more exact than the task. */
  readonly at?: Span;
}

/** A change as it is shown: its summary and, for the facts it makes true, before and after. */
export interface ShownChange {
  readonly kind: 'state' | 'action' | 'wait';
  readonly summary: string;
  readonly diff: readonly DiffLine[];
  /** The loop item's label. */
  readonly item?: string;
}

/** What became of a node. `values` is what `register` recorded. */
export type Outcome =
  | {readonly status: 'ok'; readonly message?: string}
  | {readonly status: 'changed'; readonly changes: readonly ShownChange[]}
  | {readonly status: 'would-change'; readonly changes: readonly ShownChange[]}
  | {readonly status: 'would-wait'; readonly what: string}
  | {readonly status: 'deferred'; readonly needs: string}
  | {readonly status: 'skipped'; readonly reason: string}
  | {
      readonly status: 'failed';
      readonly failure: Failure;
      readonly ignored?: boolean;
      readonly changes?: readonly ShownChange[];
    }
  | {readonly status: 'unreachable'; readonly failure: Failure; readonly ignored?: boolean}
  /** `by` is the node that failed first, as the user reads it (`cp1/kubeadm_init`); `text` may say more (`left out by --limit`). */
  | {readonly status: 'blocked'; readonly by: string; readonly text?: string}
  /** A handler that nobody notified, a rescue that nothing called for: counted nowhere, shown nowhere. */
  | {readonly status: 'idle'}
  /** The run was ended before the node's turn. */
  | {readonly status: 'interrupted'};

export type Status = Outcome['status'];
