import type {ShownChange} from '../outcome.js';
import type {Change, DiffLine, FactRequest} from '../task.js';
import {concerns} from './concerns.js';
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
  const concerned = requestsOf(turn, change, requests);
  const detailed = turn.run.diff ? await withDetails(turn, concerned) : concerned;
  return detailed
    .flatMap(({request, value, promised}) => request.kind.show(value, layValue(request.kind, value, promised) as never))
    .filter((line) => turn.run.diff || !('text' in line));
}

interface Concerned {
  readonly request: FactRequest<unknown>;
  readonly value: unknown;
  readonly promised: unknown;
}

/** The promised facts with their values before, as far as they are known without asking; of a pattern, those that the node has asked for. */
function requestsOf(
  {run, where, dry}: PlacedTurn,
  change: Change,
  requests: readonly FactRequest<unknown>[],
): readonly Concerned[] {
  return change.makes.flatMap((promised) => {
    const kind = run.registry.kinds.get(promised.kind);
    if (kind === undefined) throw new Error(`Internal error: no kind of fact ${promised.kind} in the registry`);
    const asked = requests.filter((request) => concerns(promised, request));
    const wanted = asked.length > 0 || !('id' in promised) ? asked : [{kind, key: promised.key, id: promised.id}];
    return wanted.slice(0, 'id' in promised ? 1 : undefined).map((request) => {
      const read = run.facts.known(where, request, {anyAge: true})?.value;
      // What nobody has read has no value that later promises could follow.
      const value = dry && read !== undefined ? run.overlay.over(where, request, read) : read;
      return {request, value, promised: promised.value};
    });
  });
}

async function withDetails(
  {run, where, dry}: PlacedTurn,
  concerned: readonly Concerned[],
): Promise<readonly Concerned[]> {
  const detailed = concerned.map((each) => {
    const {kind, key, id} = each.request;
    return {...each, request: {kind, key: (kind.detail?.(key) as unknown) ?? key, id}};
  });
  const values = await run.facts.ask(
    where,
    detailed.map(({request}) => request),
  );
  return detailed.map((each, index) => ({
    ...each,
    value: dry ? run.overlay.over(where, each.request, values[index]) : values[index],
  }));
}
