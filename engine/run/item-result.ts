import type {Failure, ShownChange} from '../outcome.js';
import type {Recorded} from './record.js';

/** What became of one item of a node (a node without a loop has one). */
export type ItemResult = {readonly record: Recorded} & (
  | {readonly status: 'ok'; readonly message?: string}
  | {readonly status: 'changed' | 'would-change'; readonly changes: readonly ShownChange[]}
  | {readonly status: 'would-wait'; readonly what: string}
  | {readonly status: 'deferred'; readonly needs: string}
  | {readonly status: 'skipped'; readonly reason: string}
  | FailedItem
);

/** `changes`: what was being done. */
export interface FailedItem {
  readonly status: 'failed' | 'unreachable';
  readonly failure: Failure;
  readonly bug: boolean;
  readonly changes?: readonly ShownChange[];
}
