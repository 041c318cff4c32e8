import type {PlacedReference} from '../language/evaluate.js';
import {didYouMean} from '../language/near.js';
import {pathText} from '../language/reference.js';
import type {Span} from '../span.js';
import {tell, type Draft} from './draft.js';

/** What a reference names that is not there. */
export interface Lost {
  readonly reference: PlacedReference;
  readonly host: string;
  /** How many hosts evaluate it. */
  readonly among: readonly string[];
  readonly message: string;
  readonly hint: (() => string | undefined) | undefined;
  /** Where the variable is used whose definition has the reference. */
  readonly usedAt: Span | undefined;
}

interface Found extends Lost {
  readonly hosts: Set<string>;
}

/** Collects what is not defined, so that each place is told once with the hosts where it is so. */
export function createLostAndFound(draft: Draft): {readonly add: (lost: Lost) => void; readonly report: () => void} {
  const all = new Map<string, Found>();
  return {
    add: (lost) => {
      const {file, line, column} = lost.reference.at;
      const key = `${file}:${line}:${column} ${lost.message}`;
      const present = all.get(key);
      if (present) present.hosts.add(lost.host);
      else all.set(key, {...lost, hosts: new Set([lost.host])});
    },
    report: () => {
      for (const {reference, hosts, among, message, hint, usedAt} of all.values()) {
        const where = hosts.size < among.length ? ` on ${listed([...hosts])}` : '';
        const trail = usedAt && usedAt !== reference.at ? {trail: [{at: usedAt, message: 'it is needed here'}]} : {};
        tell(draft, {at: reference.at, message: message + where, hint: hint?.(), ...trail});
      }
    },
  };
}

/** A few hosts by name, and how many more there are. */
export function listed(hosts: readonly string[]): string {
  return hosts.length <= 4 ? hosts.join(', ') : `${hosts.slice(0, 3).join(', ')} and ${hosts.length - 3} more hosts`;
}

/** Words for a member that a value surely lacks. */
export function lacksMember(
  path: readonly (string | number | null)[],
  missing: number,
  names: readonly string[],
): Pick<Lost, 'message' | 'hint'> {
  const member = String(path[missing]);
  const message = `"${pathText(path.slice(0, missing))}" has no member "${member}"`;
  return {
    message,
    hint: () =>
      didYouMean(member, names) ?? (names.length > 0 && names.length <= 12 ? `it has ${names.join(', ')}` : undefined),
  };
}
