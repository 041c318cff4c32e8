import {readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Graph, TaskNode} from '../graph/graph.js';
import type {Outcome} from '../outcome.js';
import {reasonOf} from '../reason.js';
import {endingOf} from './ending.js';
import type {PlanWatch} from './plan-watch.js';

/** Handlers that were notified and have not run: they outlive a run that was cut off. */
export interface PendingHandlers {
  readonly has: (handler: TaskNode) => boolean;
  add(handler: TaskNode): void;
  remove(handler: TaskNode): void;
  /** A node is about to change something: what it notifies is kept before it begins, in case nobody is there to see its end. */
  expect(node: TaskNode, handlers: readonly TaskNode[]): void;
  /** Forgets what was expected of a node; where it made no change, its handlers wait no more. */
  settle(node: TaskNode, notified: boolean): void;
  /** As the user reads them: `w1: Restart haproxy (play "Balance")`. */
  texts(): readonly string[];
}

/** The pending handlers of an inventory, by its state folder. Without a folder nothing is kept. */
export function openPendingHandlers(
  folder: string | undefined,
  {readOnly}: {readonly readOnly: boolean},
): PendingHandlers {
  const path = folder === undefined ? undefined : join(folder, 'pending.json');
  const pending = new Set(path === undefined ? [] : read(path));
  const expected = new Map<TaskNode, readonly string[]>();
  /** By handler: how many nodes may yet notify it; it is there for their sake alone. */
  const claims = new Map<string, number>();

  function save(): void {
    if (path === undefined || readOnly) return;
    if (pending.size === 0) {
      rmSync(path, {force: true});
      return;
    }
    const beside = `${path}.${process.pid}`;
    writeFileSync(beside, JSON.stringify([...pending].sort(), undefined, 2), {mode: 0o600});
    renameSync(beside, path);
  }

  return {
    has: (handler) => pending.has(keyOf(handler)),
    add(handler) {
      const key = keyOf(handler);
      claims.delete(key);
      if (pending.has(key)) return;
      pending.add(key);
      save();
    },
    remove(handler) {
      claims.delete(keyOf(handler));
      if (pending.delete(keyOf(handler))) save();
    },
    expect(node, handlers) {
      if (expected.has(node)) return;
      const keys = handlers.map(keyOf).filter((key) => !pending.has(key) || claims.has(key));
      expected.set(node, keys);
      for (const key of keys) claims.set(key, (claims.get(key) ?? 0) + 1);
      const fresh = keys.filter((key) => !pending.has(key));
      for (const key of fresh) pending.add(key);
      if (fresh.length > 0) save();
    },
    settle(node, notified) {
      const keys = (expected.get(node) ?? []).filter((key) => claims.has(key));
      expected.delete(node);
      let dropped = false;
      for (const key of keys) {
        const left = (claims.get(key) ?? 1) - 1;
        if (notified || left === 0) claims.delete(key);
        else claims.set(key, left);
        if (!notified && left === 0) dropped = pending.delete(key) || dropped;
      }
      if (dropped) save();
    },
    texts: () =>
      [...pending].sort().map((key) => {
        const [host = '', play = '', role = '', task = ''] = JSON.parse(key) as readonly string[];
        return `${host}: ${role === '' ? '' : `${role} : `}${task} (play "${play}")`;
      }),
  };
}

/** Keeps what a node's end means for handlers: those that it notified wait for their turn, and a handler that had its turn waits no more. */
export function notePending(
  pending: PendingHandlers,
  {graph, node, outcome}: {readonly graph: Graph; readonly node: TaskNode; readonly outcome: Outcome},
): void {
  const {status} = outcome;
  if (node.handler === true && (status === 'ok' || status === 'changed' || status === 'skipped')) pending.remove(node);
  const ending = endingOf(node, outcome, () => '');
  const notified = ending.kind === 'good' && ending.notifies === true;
  // A change whose end nobody saw may have been made.
  const unseen = status === 'unreachable' || status === 'interrupted';
  pending.settle(node, notified || unseen);
  if (notified) for (const handler of notifiedBy(graph, node)) pending.add(handler);
}

/** Keeps the handlers of each change before it is made: a run that is killed in its midst leaves them to the next one. */
export function watchPending(pending: PendingHandlers, graph: Graph): PlanWatch {
  return {
    planned({node, dry}, {change}) {
      if (dry || change === undefined || change.kind === 'wait') return;
      pending.expect(node, notifiedBy(graph, node));
    },
  };
}

function notifiedBy(graph: Graph, node: TaskNode): readonly TaskNode[] {
  return graph.out.get(node.id).flatMap(({kind, to}) => {
    const handler = graph.nodes.get(to);
    return kind === 'notify' && handler?.kind === 'task' ? [handler] : [];
  });
}

function keyOf({host, play, task}: TaskNode): string {
  return JSON.stringify([host, play.name, task.role?.name ?? '', task.name]);
}

function read(path: string): readonly string[] {
  try {
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return Array.isArray(found) ? found.filter((key): key is string => typeof key === 'string') : [];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new Error(`Internal error: ${path} cannot be read: ${reasonOf(error)}`, {cause: error});
  }
}
