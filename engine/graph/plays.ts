import {didYouMean} from '../language/near.js';
import type {Play} from '../load/project.js';
import {addEdge, tell, type Draft, type PlayDraft} from './draft.js';

/** Plays with those that are before each of them. */
type Earlier = ReadonlyMap<PlayDraft, ReadonlySet<PlayDraft>>;

const known = new WeakMap<Draft, Earlier>();

function relations(draft: Draft): Earlier {
  const all = known.get(draft) ?? allEarlier(draft);
  known.set(draft, all);
  return all;
}

/** Whether a play has ended when the other starts. */
export function isEarlier(draft: Draft, one: Play, other: Play): boolean {
  for (const [planned, before] of relations(draft)) {
    if (planned.play === other) return [...before].some(({play}) => play === one);
  }
  return false;
}

/** All plays that are before a play, in order, each with all that are before it. */
export function earlierPlays(draft: Draft, planned: PlayDraft): Earlier {
  const all = relations(draft);
  return new Map([...all].filter(([play]) => all.get(planned)?.has(play)));
}

function allEarlier(draft: Draft): Earlier {
  const all = new Map<PlayDraft, ReadonlySet<PlayDraft>>();
  for (const planned of draft.plays) {
    const direct = waitedFor(draft, planned);
    all.set(
      planned,
      new Set(draft.plays.filter((play) => direct.some((before) => before === play || all.get(before)?.has(play)))),
    );
  }
  return all;
}

/** Lets each play wait for the end of the plays before it, or of those that it `needs`; and for their success where a failure is fatal. */
export function orderPlays(draft: Draft): void {
  for (const planned of draft.plays) {
    const direct = waitedFor(draft, planned);
    const covered = new Set(direct.flatMap((play) => [...earlierPlays(draft, play).keys()]));
    for (const before of direct) {
      if (covered.has(before)) continue;
      addEdge(draft, {from: before.end, to: planned.start, kind: 'after'});
    }
    for (const before of earlierPlays(draft, planned).keys()) {
      const fatal = draft.fatal.get(before.play);
      if (fatal !== undefined) addEdge(draft, {from: fatal, to: planned.start, kind: 'order'});
    }
  }
}

function waitedFor({plays}: Draft, planned: PlayDraft): readonly PlayDraft[] {
  const before = plays.slice(0, plays.indexOf(planned));
  const {needs} = planned.play;
  return needs === undefined ? before : before.filter(({play}) => needs.some(({name}) => name === play.name));
}

/** Reports needs that name no play above. */
export function checkNeeds(draft: Draft): void {
  const {plays} = draft;
  plays.forEach(({play}, index) => {
    for (const {name, at} of play.needs ?? []) {
      const where = plays.findIndex((other) => other.play.name === name);
      if (where !== -1 && where < index) continue;
      const above = plays.slice(0, index).map((other) => other.play.name);
      const message = where === -1 ? `no play is named "${name}"` : `the play "${name}" is not above this one`;
      const hint = where === -1 ? didYouMean(name, above) : 'a play needs plays that are written before it';
      tell(draft, {at, message, hint});
    }
  });
}
