import type {Change} from '../task.js';
import {keepValue, type FactRead, type ItemRead, type Keeping} from './keep.js';
import type {KeptFact, KeptItem, KeptValue} from './plan.js';

/** Why what is to be done now is not what was planned; undefined where it is the same. */
export function differenceFrom(
  planned: KeptItem | undefined,
  {read, keeping}: {readonly read: ItemRead; readonly keeping: Keeping},
): string | undefined {
  const {change} = read;
  // A wait changes nothing: whether there is something to wait for may be told by the run.
  if (change?.kind === 'wait' || (change === undefined && planned?.change?.kind === 'wait')) return undefined;
  const moved = movedFacts(planned?.facts ?? [], {read, keeping});
  const wasPlanned = planned?.change;
  if (change === undefined)
    return (
      wasPlanned && [`the plan was to "${wasPlanned.summary}", and there is nothing to do now`, ...moved].join('; ')
    );
  const now = read.hide || keeping.isSecret(change.summary) ? 'hidden' : change.summary;
  if (wasPlanned === undefined)
    return [`the plan holds no change here, and now it is to "${now}"`, ...moved].join('; ');
  if (wasPlanned.digest !== keeping.digest(change)) {
    const planText = `the plan was to "${wasPlanned.summary}"`;
    const told =
      now === wasPlanned.summary
        ? `${planText}, and now that means something else`
        : `${planText}, and now it is to "${now}"`;
    return [told, ...moved].join('; ');
  }
  const promised = movedFacts(planned?.facts ?? [], {read, keeping, only: change});
  return promised.length === 0 ? undefined : promised.join('; ');
}

/** What has another value than it had when the plan was made; `only`: of what the change makes. */
function movedFacts(
  before: readonly KeptFact[],
  {read, keeping, only}: {readonly read: ItemRead; readonly keeping: Keeping; readonly only?: Change},
): readonly string[] {
  return before.flatMap((kept) => {
    const fact = read.facts.find((each) => each.fact === kept.fact);
    return fact === undefined ? [] : movedMembers(kept, {fact, keeping: {...keeping, hide: read.hide}, only});
  });
}

function movedMembers(
  {fact: name, members, promised}: KeptFact,
  {
    fact,
    keeping,
    only,
  }: {readonly fact: FactRead; readonly keeping: Keeping & {readonly hide: boolean}; readonly only: Change | undefined},
): readonly string[] {
  return Object.entries(members).flatMap(([member, was]) => {
    if (only !== undefined && !promised.includes(member)) return [];
    if (was === '?' || !Object.hasOwn(fact.members, member)) return [];
    const value = fact.members[member];
    if (isSame(was, value, keeping)) return [];
    return [`${name}${member === '' ? '' : ` ${member}`} was ${told(was)}, is ${told(keepValue(value, keeping))}`];
  });
}

/** What was kept as a digest is compared as one, whatever it would be kept as now. */
function isSame(was: KeptValue, value: unknown, keeping: Keeping & {readonly hide: boolean}): boolean {
  return (
    was === keepValue(value, keeping) ||
    was === keepValue(value, {...keeping, hide: true}) ||
    keepValue(value, keeping) === '?'
  );
}

function told(value: KeptValue): string {
  return value.startsWith('#') ? `(${value.slice(1, 9)}…)` : value;
}
