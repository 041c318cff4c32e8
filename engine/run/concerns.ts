import type {Change, FactPattern, FactRequest, Promised} from '../task.js';

/** Whether a promise, by its kind and id alone, is about this fact. */
export function concerns(promised: Promised | FactPattern, request: FactRequest<unknown>): boolean {
  if (promised.kind !== request.kind.name) return false;
  if ('id' in promised) return promised.id === request.id;
  const under = 'under' in promised ? promised.under : undefined;
  return (
    under === undefined || under === request.id || request.id.startsWith(under.endsWith('/') ? under : `${under}/`)
  );
}

/** Whether a change may touch a fact that had this value. */
export function touches(
  change: Change,
  {request, value}: {readonly request: FactRequest<unknown>; readonly value: unknown},
): boolean {
  if (change.undeclared === true) return true;
  if (change.unsettles?.some((pattern) => concerns(pattern, request)) === true) return true;
  return change.makes.some(
    (promised) => concerns(promised, request) || request.kind.follows?.(request.key, value, promised) !== undefined,
  );
}
