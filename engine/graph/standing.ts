import type {Play} from '../load/project.js';
import type {Selection} from './graph.js';

/** What of a run stands before it begins, beside its project. */
export interface Standing {
  readonly selection: Pick<Selection, 'limit' | 'tags' | 'skipTags'>;
  /** Of u7s-play. */
  readonly version: string;
  /** The hosts of each play that are selected, in their batches. */
  readonly batches: ReadonlyMap<Play, readonly (readonly string[])[]>;
}

/** Nothing was selected: every play has all its hosts, at once. */
export const nothingSelected: Standing = {
  selection: {limit: undefined, tags: [], skipTags: []},
  version: '0.0.0',
  batches: new Map(),
};

/** The hosts of a play that are selected. */
export function selectedHosts({batches}: Standing, play: Play): readonly string[] {
  return batches.get(play)?.flat() ?? play.hosts;
}

/** The batch of a play that a host is in; that of a host that is left out is the play's hosts. */
export function batchOf({batches}: Standing, play: Play, host: string): readonly string[] {
  const all = batches.get(play);
  return all?.find((batch) => batch.includes(host)) ?? all?.flat() ?? play.hosts;
}
