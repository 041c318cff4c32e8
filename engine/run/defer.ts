import type {FactPattern, FactRequest} from '../task.js';
import {argumentsOf, argumentsWithStandIns} from './arguments.js';
import {requestsIn, type PlacedTurn} from './turn.js';

const standIn = 'u7s-play-not-known-yet';

/** Lays unknown over what a deferred node may change: the facts that it asks for (of those that it only consults: what is not there), all of a kind where its key is not known, or everything where not even the kinds can be told. */
export async function layDeferred(turn: PlacedTurn): Promise<void> {
  const {run, where, label, module} = turn;
  if (module.changesNothing === true) return;
  const asked = await askedBy(turn);
  if (asked === undefined) run.overlay.layAnything(where, label);
  else run.overlay.layUnknown(where, asked, label);
}

async function askedBy(
  turn: PlacedTurn,
): Promise<
  {readonly requests: readonly FactRequest<unknown>[]; readonly patterns: readonly FactPattern[]} | undefined
> {
  const args = await argumentsOf(turn).catch(() => undefined);
  try {
    const requests = requestsIn(
      turn.module.reads(args ?? argumentsWithStandIns(turn, standIn)) as Readonly<Record<string, unknown>>,
    );
    const isKnown = ({id, key}: FactRequest<unknown>): boolean =>
      !id.includes(standIn) && !JSON.stringify(key).includes(standIn);
    const kinds = new Set(requests.filter((request) => !isKnown(request)).map(({kind}) => kind.name));
    const known = requests.filter(isKnown);
    const consulted = known.filter((request) => request.consulted === true);
    return {
      requests: known.filter((request) => request.consulted !== true),
      patterns: [
        ...[...kinds].map((kind) => ({kind})),
        ...consulted.map(({kind, id}) => ({kind: kind.name, id, absentOnly: true})),
      ],
    };
  } catch {
    return undefined;
  }
}
