import type {Term} from '../language/term.js';
import {textOf} from './plain.js';

/** The words of `order`; without one, hosts come as the pattern selects them. */
export type HostOrder = 'inventory' | 'reverse_inventory' | 'sorted' | 'reverse_sorted' | 'shuffle';

/** The hosts of a play in the order that `order` wants. `random` gives numbers from 0 up to 1. */
export function ordered(hosts: readonly string[], term: Term | undefined, random: () => number): readonly string[] {
  // Another word was reported by the schema.
  switch (textOf(term) as HostOrder | undefined) {
    case 'reverse_inventory':
      return hosts.toReversed();
    case 'sorted':
      return hosts.toSorted();
    case 'reverse_sorted':
      return hosts.toSorted().reverse();
    case 'shuffle':
      return shuffled(hosts, random);
    default:
      return hosts;
  }
}

function shuffled(hosts: readonly string[], random: () => number): readonly string[] {
  const all = [...hosts];
  for (let last = all.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [all[last], all[other]] = [all[other] as string, all[last] as string];
  }
  return all;
}
