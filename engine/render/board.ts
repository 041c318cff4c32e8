import type {Event, NodeInfo} from '../event.js';
import {taskTitle} from './banner.js';
import {printable} from './printable.js';
import type {Paint} from './style.js';

/** One host as the terminal shows it while a run goes on. */
interface HostState {
  ended: number;
  changed: number;
  failed: number;
  lost: boolean;
  /** Set while a node is at work. Milliseconds since the epoch. */
  work: {node: NodeInfo; since: number; detail: string} | undefined;
}

/** What stands on the board: every host, and how far the run is. */
export interface Board {
  readonly hosts: ReadonlyMap<string, HostState>;
  readonly nodes: number;
  readonly started: number;
}

/** A board on which nothing has happened. */
export function newBoard(event: Extract<Event, {type: 'run-started'}>): Board {
  const hosts = event.hosts.map((host): [string, HostState] => [
    host,
    {ended: 0, changed: 0, failed: 0, lost: false, work: undefined},
  ]);
  return {hosts: new Map(hosts), nodes: event.nodes, started: event.time};
}

/** Takes an event onto the board. */
export function advance(board: Board, event: Event): void {
  if (event.type === 'host-lost' || event.type === 'host-connected') {
    const lost = board.hosts.get(event.host);
    if (lost !== undefined) lost.lost = event.type === 'host-lost';
  }
  if (!('node' in event)) return;
  const host = board.hosts.get(event.node.host);
  if (host === undefined) return;
  switch (event.type) {
    case 'node-started':
      host.work = {node: event.node, since: event.time, detail: ''};
      return;
    case 'node-waiting':
      host.work = {
        node: event.node,
        since: host.work?.since ?? event.time,
        detail: `${event.what} (${Math.round(event.elapsed)} of ${event.limit} s)`,
      };
      return;
    case 'node-retrying':
      host.work = {node: event.node, since: host.work?.since ?? event.time, detail: `${event.left} retries left`};
      return;
    case 'node-ended': {
      host.ended++;
      if (host.work?.node.id === event.node.id) host.work = undefined;
      const {outcome} = event;
      if (outcome.status === 'changed' || outcome.status === 'would-change') host.changed++;
      const {status} = outcome;
      if ((status === 'unreachable' || status === 'failed') && outcome.ignored !== true) host.failed++;
    }
  }
}

/** Whether a host has something to show for itself just now. */
export function isAtWork(board: Board, name: string): boolean {
  return board.hosts.get(name)?.work !== undefined;
}

/** A host's line: its name, its counts, what it does and since when. */
export function hostLine(
  board: Board,
  name: string,
  options: {readonly now: number; readonly paint: Paint; readonly nameWidth: number},
): string {
  const host = board.hosts.get(name);
  if (host === undefined) throw new Error(`Internal error: no host ${name} on the board`);
  const {paint} = options;
  const changed = host.changed > 0 ? paint('changed', ` ${host.changed} changed`) : '';
  const failed = host.failed > 0 ? paint('failed', ` ${host.failed} failed`) : '';
  const counts = `${host.ended} done${changed}${failed}`;
  return `${paint('strong', name.padEnd(options.nameWidth))}  ${workText(host, options)}${paint('dim', '  · ')}${counts}`;
}

function workText(host: HostState, options: {readonly now: number; readonly paint: Paint}): string {
  if (host.lost) return options.paint('unreachable', 'connection lost');
  if (host.work === undefined) return options.paint('dim', host.ended === 0 ? 'not begun' : 'waits for others');
  const seconds = Math.floor((options.now - host.work.since) / 1000);
  const detail = host.work.detail === '' ? '' : options.paint('skipped', ` ${printable(host.work.detail)}`);
  return `${printable(taskTitle(host.work.node))}${seconds >= 2 ? options.paint('dim', ` ${seconds} s`) : ''}${detail}`;
}

/** The line under the hosts: how much is done and how long it has taken. */
export function progressLine(board: Board, options: {readonly now: number; readonly paint: Paint}): string {
  const ended = [...board.hosts.values()].reduce((sum, host) => sum + host.ended, 0);
  const seconds = Math.max(0, Math.floor((options.now - board.started) / 1000));
  return options.paint(
    'dim',
    `${ended} of ${board.nodes} tasks, ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`,
  );
}
