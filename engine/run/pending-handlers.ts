import {readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Graph, TaskNode} from '../graph/graph.js';
import type {Outcome} from '../outcome.js';
import {endingOf} from './ending.js';

/** Handlers that were notified and have not run: they outlive a run that was cut off. */
export interface PendingHandlers {
  readonly has: (handler: TaskNode) => boolean;
  add(handler: TaskNode): void;
  remove(handler: TaskNode): void;
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
      if (pending.has(key)) return;
      pending.add(key);
      save();
    },
    remove(handler) {
      if (pending.delete(keyOf(handler))) save();
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
  const notifies = endingOf(node, outcome, '');
  if (notifies.kind !== 'good' || notifies.notifies !== true) return;
  for (const {kind, to} of graph.out.get(node.id) ?? []) {
    const handler = graph.nodes.get(to);
    if (kind === 'notify' && handler?.kind === 'task') pending.add(handler);
  }
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
    throw new Error(
      `Internal error: ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      {cause: error},
    );
  }
}
