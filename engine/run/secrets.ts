import type {Event, NodeInfo} from '../event.js';
import type {Outcome, ShownChange} from '../outcome.js';
import type {Secrets} from '../secrets.js';

export {createSecrets, type Secrets} from '../secrets.js';

/** What of an event, an outcome and so on says where and how, and is nobody's secret; anything else in them is searched for secrets. */
const structure = {
  event: [
    ...['type', 'time', 'run', 'playbooks', 'inventory', 'check', 'diff', 'hosts', 'nodes', 'host', 'at', 'force'],
    ...['milliseconds', 'elapsed', 'limit', 'left', 'code'],
  ],
  outcome: ['status', 'ignored'],
  failure: ['code', 'at'],
  change: ['kind'],
} as const;

/** An event in which secrets are hidden, as all who show or keep it get it. */
export function maskEvent<Shown extends Omit<Event, 'time'>>(secrets: Secrets, event: Shown): Shown {
  if (secrets.none) return event;
  const masked = keeping(secrets, event, structure.event);
  return {
    ...masked,
    ...('node' in event ? {node: maskNode(secrets, event.node as NodeInfo)} : {}),
    ...('outcome' in event ? {outcome: maskOutcome(secrets, event.outcome as Outcome)} : {}),
  };
}

/** Names are made of templates; ids, hosts and places are not. */
function maskNode(secrets: Secrets, node: NodeInfo): NodeInfo {
  return {...node, task: secrets.mask(node.task), play: secrets.mask(node.play)};
}

function maskOutcome(secrets: Secrets, outcome: Outcome): Outcome {
  return {
    ...keeping(secrets, outcome, structure.outcome),
    ...('failure' in outcome ? {failure: keeping(secrets, outcome.failure, structure.failure)} : {}),
    ...('changes' in outcome
      ? {changes: outcome.changes.map((change): ShownChange => keeping(secrets, change, structure.change))}
      : {}),
  };
}

function keeping<T extends object>(secrets: Secrets, value: T, kept: readonly string[]): T {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name,
      kept.includes(name) ? member : secrets.mask(member),
    ]),
  ) as T;
}
