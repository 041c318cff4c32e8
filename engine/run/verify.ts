import {isDeepStrictEqual} from 'node:util';
import type {AnyFactKind, Change, DiffLine, FactRequest} from '../task.js';
import {isUnknown} from '../unknown.js';
import {NodeFailed} from './failure.js';
import {concernedAmong} from './concerns.js';
import {look} from './look.js';
import {layValue} from './overlay.js';
import type {PlacedTurn} from './turn.js';

/** Reads what a state promised and throws `NodeFailed` when something of it does not hold. `requests` are the node's own questions; what patterns promise is looked for among them. */
export async function verify(
  turn: PlacedTurn,
  change: Change,
  requests: readonly FactRequest<unknown>[],
): Promise<void> {
  const concerned = concernedAmong(requests);
  const promises = change.makes.flatMap((promised) => {
    if (isUnknown(promised.value)) return [];
    const own = concerned(promised);
    const kind = turn.run.registry.kinds.get(promised.kind);
    if (kind === undefined) throw new Error(`Internal error: no kind of fact ${promised.kind} in the registry`);
    const asked = own.length > 0 || !('id' in promised) ? own : [{kind, key: promised.key, id: promised.id}];
    return asked.map((request) => ({request, promised: promised.value}));
  });
  const answers = await look(turn, [...promises.map(({request}) => request), ...requests]);
  const broken = promises.flatMap(({request: {kind, id}, promised}, index) => {
    const read = answers[index];
    if (holds(kind, promised, read)) return [];
    const lines = kind.show(read, layValue(kind, read, promised) as never).map(stillThere);
    return lines.length > 0 ? lines : [`${kind.name} ${id}: still not as planned`];
  });
  if (broken.length > 0) {
    throw new NodeFailed({
      message: `${broken.join('; ')} after doing it: ${change.summary}`,
      hint: 'something else may be changing it back, or the machine does not allow it',
    });
  }
}

/** Whether every known member that was promised is so in what was read. */
export function holds(kind: AnyFactKind, promised: unknown, read: unknown): boolean {
  if (kind.holds) return kind.holds(promised, read);
  return covers(promised, read);
}

function covers(promised: unknown, read: unknown): boolean {
  if (isUnknown(promised) || promised === undefined) return true;
  if (typeof promised !== 'object' || promised === null || Array.isArray(promised))
    return isDeepStrictEqual(promised, read);
  if (typeof read !== 'object' || read === null) return false;
  return Object.entries(promised).every(([name, member]) => covers(member, Reflect.get(read, name)));
}

function stillThere(line: DiffLine): string {
  if ('text' in line) return `${line.what}: still other text`;
  return `${line.what}: still ${line.before ?? 'absent'} instead of ${line.after ?? 'absent'}`;
}
