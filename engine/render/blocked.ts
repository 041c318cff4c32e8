import type {Event} from '../event.js';

/**
 * Tells of the nodes that one failure blocks on a host the first from the others, so that only it is shown; the recap counts them all.
 * The function returned says whether an event is such a repetition, and remembers it.
 */
export function newBlockedFilter(): (event: Extract<Event, {type: 'node-ended'}>) => boolean {
  const seen = new Set<string>();
  return ({node, outcome}) => {
    if (outcome.status !== 'blocked') return false;
    const cause = JSON.stringify([node.host, outcome.by, outcome.text]);
    if (seen.has(cause)) return true;
    seen.add(cause);
    return false;
  };
}
