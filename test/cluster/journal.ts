import type {Event, HostRecap, NodeInfo} from '../../engine/event.js';
import type {Outcome, Status} from '../../engine/outcome.js';
import type {Played} from './play.js';

interface Ended {
  readonly node: NodeInfo;
  readonly outcome: Outcome;
}

/** The nodes of a run that ended so. */
export function endedAs({events}: Played, ...statuses: readonly Status[]): readonly Ended[] {
  return events.flatMap((event) =>
    event.type === 'node-ended' && statuses.includes(event.outcome.status)
      ? [{node: event.node, outcome: event.outcome}]
      : [],
  );
}

/** A node as the tests name it: `lb1 haproxy/template`, host, role and module; a handler's role is followed by a colon more. */
export function nameOf({host, role, module, handler}: NodeInfo): string {
  return `${host} ${role ?? '-'}${handler === true ? ':' : ''}/${module}`;
}

/** What a run changed, or what a check says that a run would change; sorted, each once. */
export function changedIn(played: Played): readonly string[] {
  const nodes = endedAs(played, 'changed', 'would-change').map(({node}) => nameOf(node));
  return [...new Set(nodes)].sort();
}

/** The counts of each host. Throws when the run did not come to its end. */
export function recapOf({events, output}: Played): Readonly<Record<string, HostRecap>> {
  const last = events.find((event): event is Extract<Event, {type: 'run-ended'}> => event.type === 'run-ended');
  if (last === undefined) throw new Error(`the run did not come to its end:\n${output}`);
  return last.hosts;
}

/** What went wrong in a run, a line each, for the message of an assertion. */
export function problemsOf(played: Played): readonly string[] {
  return endedAs(played, 'failed', 'unreachable', 'blocked').map(({node, outcome}) => {
    const reason =
      'failure' in outcome
        ? `${outcome.failure.message} ${outcome.failure.stderr ?? ''}`
        : outcome.status === 'blocked'
          ? outcome.by
          : '';
    return `${nameOf(node)} '${node.task}' ${outcome.status}: ${reason}`;
  });
}

/** The nodes that were at work when a run was killed. */
export function begunIn({events}: Played): readonly NodeInfo[] {
  const begun = new Map<string, NodeInfo>();
  for (const event of events) {
    if (event.type === 'node-started') begun.set(event.node.id, event.node);
    if (event.type === 'node-ended') begun.delete(event.node.id);
  }
  return [...begun.values()];
}
