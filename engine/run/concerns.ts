import type {Change, FactPattern, FactRequest, Promised, Remedy} from '../task.js';
import {unknown} from '../unknown.js';

/** Whether a promise, by its kind and id alone, is about this fact. */
export function concerns(promised: Promised | FactPattern, request: FactRequest<unknown>): boolean {
  if (promised.kind !== request.kind.name) return false;
  if ('id' in promised) return promised.id === request.id;
  const under = 'under' in promised ? promised.under : undefined;
  return (
    under === undefined || under === request.id || request.id.startsWith(under.endsWith('/') ? under : `${under}/`)
  );
}

/** Finds, among facts that are asked for, those that a promise is about: many promises of many facts are no work. */
export function concernedAmong(
  requests: readonly FactRequest<unknown>[],
): (promised: Promised) => readonly FactRequest<unknown>[] {
  const byName = new Map<string, FactRequest<unknown>[]>();
  for (const request of requests) {
    const name = `${request.kind.name}\0${request.id}`;
    const present = byName.get(name);
    if (present) present.push(request);
    else byName.set(name, [request]);
  }
  return (promised) =>
    'id' in promised
      ? (byName.get(`${promised.kind}\0${promised.id}`) ?? [])
      : requests.filter((request) => concerns(promised, request));
}

/** Whether a promise, or what may change, is what may let somebody answer. */
export function mends(promised: Promised | FactPattern, {kind, id, named}: Remedy): boolean {
  if (promised.kind !== kind) return false;
  if (id === undefined && named === undefined) return true;
  if ('id' in promised) return promised.id === id || (named !== undefined && promised.id.endsWith(`/${named}`));
  const under = 'under' in promised ? promised.under : undefined;
  return under === undefined || (id?.startsWith(`${under}/`) ?? false);
}

/** Tells whether a change may touch a fact that had this value. */
export function touches(
  change: Change,
): (fact: {readonly request: FactRequest<unknown>; readonly value: unknown}) => boolean {
  if (change.undeclared === true || change.touchesMore === true) return () => true;
  const named = new Set(
    change.makes.flatMap((promised) => ('id' in promised ? [`${promised.kind}\0${promised.id}`] : [])),
  );
  return ({request, value}) => {
    // Most facts that a change touches it names; what it does to others takes longer to tell.
    if (named.has(`${request.kind.name}\0${request.id}`)) return true;
    const unsettled = (pattern: FactPattern): boolean =>
      concerns(pattern, request) || followsUnsettled(pattern, {request, value}, '') !== undefined;
    if (change.unsettles?.some(unsettled) === true) return true;
    return change.makes.some(
      (promised) => concerns(promised, request) || request.kind.follows?.(request.key, value, promised) !== undefined,
    );
  };
}

/** What facts of another kind make of an unsettled pattern (a listing of a folder whose files may change): as if all of it were promised to be unknown. */
export function followsUnsettled(
  {kind, under, id, absentOnly}: FactPattern,
  {request, value}: {readonly request: FactRequest<unknown>; readonly value: unknown},
  cause: string,
): unknown {
  if (absentOnly === true) return undefined;
  const all = unknown(cause);
  const promised: Promised =
    id === undefined ? {kind, under: under ?? '/', value: all} : {kind, id, key: undefined, value: all};
  return request.kind.follows?.(request.key, value, promised);
}
