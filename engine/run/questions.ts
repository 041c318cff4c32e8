import type {ExecResult} from '../host.js';
import {NoAnswer, type AnyFactKind, type FactRequest} from '../task.js';
import {environmentKey, placeKey, type Where} from './place.js';

/** One question at one place. */
export interface Question {
  readonly where: Where;
  readonly request: FactRequest<unknown>;
}

/** A kind of fact could not be read: its script failed, or what it said is not what was expected. */
export class FactsFailed extends Error {
  override readonly name = 'FactsFailed';
  readonly result: ExecResult;
  /** Set where nobody answered: that may be mended. */
  readonly silence: NoAnswer | undefined;

  constructor(kind: string, reason: unknown, result: ExecResult) {
    super(`cannot read ${kind} facts: ${reason instanceof Error ? reason.message : String(reason)}`);
    this.result = result;
    this.silence = reason instanceof NoAnswer ? reason : undefined;
  }
}

/** Questions that one script can ask: of one kind, at one place. The same question twice is asked once. */
export function groups(
  questions: readonly Question[],
): readonly {readonly where: Where; readonly kind: AnyFactKind; readonly requests: readonly FactRequest<unknown>[]}[] {
  const found = new Map<string, {where: Where; kind: AnyFactKind; requests: FactRequest<unknown>[]}>();
  const seen = new Set<string>();
  let last: {readonly where: Where; readonly kind: AnyFactKind; readonly group: string} | undefined;
  for (const {where, request} of questions) {
    const {kind} = request;
    const group: string =
      last?.where === where && last.kind === kind
        ? last.group
        : [where.machine, placeKey(where.place), environmentKey(where), kind.name].join('\0');
    last = {where, kind, group};
    const same = `${group}\0${request.id}\0${JSON.stringify(request.key)}`;
    if (seen.has(same)) continue;
    seen.add(same);
    const present = found.get(group);
    if (present === undefined) found.set(group, {where, kind: request.kind, requests: [request]});
    else present.requests.push(request);
  }
  return [...found.values()];
}

/** What a script said, as the answers to its questions. */
export function parsed(kind: AnyFactKind, keys: readonly unknown[], result: ExecResult): readonly unknown[] {
  let values: readonly unknown[];
  try {
    values = kind.parse(keys, result);
  } catch (error) {
    throw new FactsFailed(kind.name, error, result);
  }
  if (values.length !== keys.length)
    throw new Error(`Internal error: ${kind.name} gave ${values.length} answers to ${keys.length} questions`);
  return values;
}
