import type {Event, HostRecap} from '../event.js';
import {countedAs, noCounts} from '../run/recap.js';
import {readJournal, type JournalFile} from './journals.js';

/** How a run ended: by itself, not yet, or without a word. */
export type Ending =
  | {readonly kind: 'ended'; readonly code: number; readonly milliseconds: number}
  | {readonly kind: 'running'}
  | {readonly kind: 'cut-off'; readonly milliseconds: number};

/** What there is to say of a run in a line. `changed` counts what would change where it was a check. */
export interface RunSummary {
  readonly run: string;
  /** Milliseconds since the epoch. */
  readonly begun: number;
  readonly playbooks: readonly string[];
  readonly inventory: readonly string[];
  readonly check: boolean;
  readonly hosts: number;
  readonly changed: number;
  /** Failed, unreachable and blocked nodes. */
  readonly failed: number;
  readonly ending: Ending;
}

/** Sums a journal up; undefined where not even its beginning was written. */
export function summaryOf(file: JournalFile): RunSummary | undefined {
  const events = readJournal(file);
  const first = events[0];
  if (first?.type !== 'run-started') return undefined;
  const last = events.at(-1);
  const total = totalsOf(events);
  const {playbooks, inventory, check, hosts, time} = first;
  return {
    run: file.run,
    begun: time,
    playbooks,
    inventory,
    check,
    hosts: hosts.length,
    ...total,
    ending: endingOf(last, first.time, file.run),
  };
}

function endingOf(last: Event | undefined, begun: number, run: string): Ending {
  if (last?.type === 'run-ended') return {kind: 'ended', code: last.code, milliseconds: last.milliseconds};
  return isAlive(run) ? {kind: 'running'} : {kind: 'cut-off', milliseconds: (last?.time ?? begun) - begun};
}

/** A run's name ends with the number of its process. */
function isAlive(run: string): boolean {
  const pid = Number(/-(\d+)$/.exec(run)?.[1]);
  if (!Number.isInteger(pid)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function totalsOf(events: readonly Event[]): {readonly changed: number; readonly failed: number} {
  const counts = Object.values(recapOf(events));
  const sum = (names: readonly (keyof HostRecap)[]): number =>
    counts.reduce((total, recap) => names.reduce((all, name) => all + recap[name], total), 0);
  return {changed: sum(['changed']), failed: sum(['failed', 'unreachable', 'blocked'])};
}

/** The counts of each host: those that the run itself made at its end, else what its nodes came to until it was cut off. */
export function recapOf(events: readonly Event[]): Readonly<Record<string, HostRecap>> {
  const last = events.findLast((event) => event.type === 'run-ended');
  if (last !== undefined) return last.hosts;
  const first = events.find((event) => event.type === 'run-started');
  const counts = new Map<string, Record<keyof HostRecap, number>>();
  for (const host of first?.hosts ?? []) counts.set(host, {...noCounts});
  for (const event of events) {
    if (event.type !== 'node-ended') continue;
    const host = counts.get(event.node.host);
    if (host !== undefined) for (const name of countedAs(event.outcome, false)) host[name]++;
  }
  return Object.fromEntries(counts);
}
