import type {HostRecap} from '../event.js';
import type {NodeId, TaskNode} from '../graph/graph.js';
import type {Outcome} from '../outcome.js';

/** Counts outcomes as they come. */
export interface Recap {
  count(node: TaskNode, outcome: Outcome): void;
  /** The counts of each host; what was made good by a rescue counts as rescued. */
  hosts(forgiven: ReadonlySet<NodeId>): Readonly<Record<string, HostRecap>>;
}

type Counts = {-readonly [Name in keyof HostRecap]: HostRecap[Name]};

/** The counts of a host of which nothing is known yet. */
export const noCounts: HostRecap = {
  ok: 0,
  changed: 0,
  unreachable: 0,
  failed: 0,
  skipped: 0,
  rescued: 0,
  ignored: 0,
  blocked: 0,
  deferred: 0,
};

/** Begins a recap for these hosts. */
export function createRecap(hosts: readonly string[]): Recap {
  const ends: {readonly node: TaskNode; readonly outcome: Outcome}[] = [];
  return {
    count: (node, outcome) => void ends.push({node, outcome}),
    hosts(forgiven) {
      const counts = new Map<string, Counts>(hosts.map((host) => [host, {...noCounts}]));
      for (const {node, outcome} of ends) {
        const host = counts.get(node.host);
        if (host === undefined || node.observed !== undefined) continue;
        for (const name of countedAs(outcome, forgiven.has(node.id))) host[name]++;
      }
      return Object.fromEntries(counts);
    },
  };
}

/** Ansible's words: what changed is also ok, and so is an ignored failure. */
export function countedAs(outcome: Outcome, forgiven: boolean): readonly (keyof HostRecap)[] {
  switch (outcome.status) {
    case 'ok':
    case 'would-wait':
      return ['ok'];
    case 'changed':
    case 'would-change':
      return ['ok', 'changed'];
    case 'failed':
      if (outcome.ignored === true) return ['ok', 'ignored'];
      return [forgiven ? 'rescued' : 'failed'];
    case 'blocked':
      return forgiven ? [] : ['blocked'];
    case 'unreachable':
      return outcome.ignored === true ? ['ignored'] : ['unreachable'];
    case 'skipped':
    case 'deferred':
      return [outcome.status];
    case 'idle':
    case 'interrupted':
      return [];
  }
}

/** What decides the exit code beside the counts. */
export interface Circumstances {
  readonly bug: boolean;
  readonly interrupted: boolean;
  readonly strict: boolean;
}

/** 0 all well, 2 a host failed, 3 something would change or is deferred (`strict`), 4 a host was unreachable, 99 interrupted, 250 a bug. */
export function exitCode(
  hosts: Readonly<Record<string, HostRecap>>,
  {bug, interrupted, strict}: Circumstances,
): number {
  const any = (name: keyof HostRecap): boolean => Object.values(hosts).some((counts) => counts[name] > 0);
  if (bug) return 250;
  if (interrupted) return 99;
  if (any('unreachable')) return 4;
  if (any('failed') || any('blocked')) return 2;
  return strict && (any('changed') || any('deferred')) ? 3 : 0;
}
