import type {ShownChange} from '../outcome.js';
import type {Change, DiffLine, FactRequest} from '../task.js';
import {isUnknown} from '../unknown.js';
import {concernedAmong} from './concerns.js';
import {layValue} from './overlay.js';
import type {PlacedTurn} from './turn.js';

/**
 * A planned change as a person reads it: what its facts are before, and what they shall be. To be made before the change is.
 * Texts are read only when a diff is wanted; attributes are shown always.
 */
export async function showChange(
  turn: PlacedTurn,
  change: Change,
  {requests, item}: {readonly requests: readonly FactRequest<unknown>[]; readonly item: string | undefined},
): Promise<ShownChange> {
  const diff = await diffOf(turn, change, requests);
  return {kind: change.kind, summary: change.summary, diff, ...(item === undefined ? {} : {item})};
}

async function diffOf(
  turn: PlacedTurn,
  change: Change,
  requests: readonly FactRequest<unknown>[],
): Promise<readonly DiffLine[]> {
  const concerned = concernedBy(turn, change, requests);
  const known = knownValues(turn, concerned);
  // A diff that cannot be told is no reason to leave the change undone.
  const values = wantsTexts(turn) ? await readDetails(turn, concerned).catch(() => known) : known;
  return concerned
    .flatMap(({request: {kind}, promised}, index) => {
      const before = values[index];
      // What an earlier task makes of it is not known either.
      if (before === undefined || isUnknown(before.value)) return [];
      return kind.show(before.value, layValue(kind, before.value, promised));
    })
    .filter((line) => wantsTexts(turn) || !('text' in line));
}

/** Whether texts before and after are shown: the task itself may say so. */
function wantsTexts({run, task}: PlacedTurn): boolean {
  return task.keywords.diff ?? run.diff;
}

interface Concerned {
  readonly request: FactRequest<unknown>;
  readonly promised: unknown;
}

/** A value before the change; undefined where it is not known without asking. */
type Before = {readonly value: unknown} | undefined;

/** The facts that are promised; of a pattern, those that the node has asked for. */
function concernedBy(
  {run}: PlacedTurn,
  change: Change,
  requests: readonly FactRequest<unknown>[],
): readonly Concerned[] {
  const concerned = concernedAmong(requests);
  return change.makes.flatMap((promised) => {
    const kind = run.registry.kinds.get(promised.kind);
    if (kind === undefined) throw new Error(`Internal error: no kind of fact ${promised.kind} in the registry`);
    const asked = concerned(promised);
    const wanted = 'id' in promised ? [asked[0] ?? {kind, key: promised.key, id: promised.id}] : asked;
    return wanted.map((request) => ({request, promised: promised.value}));
  });
}

function knownValues({run, where, dry}: PlacedTurn, concerned: readonly Concerned[]): readonly Before[] {
  return concerned.map(({request}) => {
    const known = run.facts.known(where, request, {anyAge: true});
    return known && {value: dry ? run.overlay.over(where, request, known.value) : known.value};
  });
}

async function readDetails({run, where, dry}: PlacedTurn, concerned: readonly Concerned[]): Promise<readonly Before[]> {
  const requests = concerned.map(({request: {kind, key, id}}) => ({
    kind,
    key: (kind.detail?.(key) as unknown) ?? key,
    id,
  }));
  const values = await run.facts.ask(where, requests);
  return requests.map((request, index) => {
    const value = values[index];
    return {value: dry ? run.overlay.over(where, request, value) : value};
  });
}
