import type {Event, HostRecap} from '../event.js';
import {printable} from './printable.js';
import type {Paint} from './style.js';

/** What a run is counted up to while its events go by. */
export interface Tally {
  check: boolean;
  diff: boolean;
  /** Nodes that would change. */
  changes: number;
  waits: number;
  readonly changing: Set<string>;
  /** Nodes for each cause. */
  readonly deferred: Map<string, number>;
  /** Nodes that the end of the run left undone. */
  interrupted: number;
}

/** A tally of nothing. */
export function newTally(): Tally {
  return {check: false, diff: false, changes: 0, waits: 0, changing: new Set(), deferred: new Map(), interrupted: 0};
}

/** Counts an event in. */
export function count(tally: Tally, event: Event): void {
  if (event.type === 'run-started') {
    tally.check = event.check;
    tally.diff = event.diff;
  }
  if (event.type !== 'node-ended') return;
  switch (event.outcome.status) {
    case 'would-change':
      tally.changes++;
      tally.changing.add(event.node.host);
      break;
    case 'would-wait':
      tally.waits++;
      break;
    case 'deferred':
      tally.deferred.set(event.outcome.needs, (tally.deferred.get(event.outcome.needs) ?? 0) + 1);
      break;
    case 'interrupted':
      tally.interrupted++;
      break;
    case 'ok':
    case 'changed':
    case 'skipped':
    case 'failed':
    case 'unreachable':
    case 'blocked':
    case 'idle':
  }
}

/** What a check found: how much would change, what waits for a run to be known and why, what failed; in a run only what was interrupted. */
export function tallyText(tally: Tally, hosts: Readonly<Record<string, HostRecap>>, paint: Paint): string {
  const lines = tally.check ? checkLines(tally, Object.values(hosts), paint) : [];
  if (tally.interrupted > 0)
    lines.push(paint('failed', `${plural(tally.interrupted, 'task')} left undone: the run was interrupted`));
  return lines.map((line) => `${line}\n`).join('');
}

function checkLines(tally: Tally, hosts: readonly HostRecap[], paint: Paint): string[] {
  const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, each) => total + each, 0);
  const failed = sum(hosts.map((host) => host.failed + host.unreachable));
  const parts = [
    {count: tally.waits, words: 'would wait'},
    {count: sum(tally.deferred.values()), words: 'deferred until a run'},
    {count: failed, words: 'failed'},
    {count: sum(hosts.map(({blocked}) => blocked)), words: 'blocked'},
  ].filter(({count}) => count > 0);
  const changes =
    tally.changes === 0
      ? 'nothing would change'
      : `${plural(tally.changes, 'task')} would change on ${plural(tally.changing.size, 'host')}`;
  const tone = failed > 0 ? 'failed' : tally.changes > 0 || tally.deferred.size > 0 ? 'changed' : 'ok';
  const found = [changes, ...parts.map(({count, words}) => `${count} ${words}`)].join(', ');
  return [
    paint(tone, `check: ${found}${tally.deferred.size === 0 ? '' : '; the deferred need:'}`),
    ...causeLines(tally).map((line) => paint('skipped', line)),
  ];
}

/** What deferred nodes need: the same need of several hosts in one line, what most of them need first. */
function causeLines(tally: Tally): string[] {
  const causes = new Map<string, {nodes: number; readonly hosts: Set<string>}>();
  for (const [needs, nodes] of tally.deferred) {
    const [, host, what = needs] = /^([^/ ]+)\/(.*)$/s.exec(needs) ?? [];
    const cause = causes.get(what) ?? {nodes: 0, hosts: new Set()};
    cause.nodes += nodes;
    if (host !== undefined) cause.hosts.add(host);
    causes.set(what, cause);
  }
  const ofHosts = (hosts: ReadonlySet<string>): string => (hosts.size === 0 ? '' : ` (${[...hosts].join(', ')})`);
  return [...causes]
    .sort(([, a], [, b]) => b.nodes - a.nodes)
    .map(([what, {nodes, hosts}]) => `${String(nodes).padStart(4)} × ${printable(what)}${ofHosts(hosts)}`);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
