import type {AnyFactKind, Change, FactPattern, FactRequest, Promised, Remedy} from '../task.js';
import {isUnknown, unknown} from '../unknown.js';
import {concerns, followsUnsettled, mends} from './concerns.js';
import {mountNamespace, placeKey, type Where} from './place.js';

/** In a check: what earlier nodes would have made true, laid over what was read. */
export interface Overlay {
  /** Lays what a change promises and unsettles; `cause` is the node as the user reads it. */
  layChange(where: Where, change: Change, cause: string): void;
  /** Lays unknown over these facts, and over all of these kinds. */
  layUnknown(
    where: Where,
    unknowns: {readonly requests: readonly FactRequest<unknown>[]; readonly patterns: readonly FactPattern[]},
    cause: string,
  ): void;
  /** The machine may become anything: the arguments of a task are not known, nor what they touch. */
  layAnything(where: Where, cause: string): void;
  /** What comes after would have waited until these facts are as they shall be. */
  layWait(where: Where, requests: readonly FactRequest<unknown>[], cause: string): void;
  /** The fact as it will be in this node's turn: a value, perhaps with unknown members, or an unknown. */
  over(where: Where, request: FactRequest<unknown>, read: unknown): unknown;
  /** What would first make this place: the node that would make its user, else the last one that would change its machine; undefined when none would. */
  makerOf(where: Where): string | undefined;
  /** What would mend an answer that is missing: the first node that the likeliest remedy names; undefined when none would. */
  menderOf(where: Where, remedies: readonly Remedy[]): string | undefined;
}

type Laid = {readonly where: Where; readonly order: number; readonly cause: string} & (
  | {readonly type: 'promise'; readonly promised: Promised}
  | {readonly type: 'unsettle'; readonly pattern: FactPattern}
  | {readonly type: 'anything'}
);

/** Something laid, and of a fact that machines share the realm, and what its own machine saw there before. */
interface Shared {
  readonly laid: Laid;
  readonly realm?: string;
  readonly seen?: unknown;
}

/** An empty overlay; `kinds` tells which promises many machines share, `read` what was read of a fact (undefined: nothing). */
export function createOverlay(
  kinds: ReadonlyMap<string, AnyFactKind>,
  read: (where: Where, request: FactRequest<unknown>) => unknown = () => undefined,
): Overlay {
  const machines = new Map<string, Shared[]>();
  const shared: Shared[] = [];
  const waits: {readonly machine: string; readonly kinds: readonly string[]; readonly cause: string}[] = [];
  let order = 0;

  function lay(laid: Laid): void {
    const told = laid.type === 'anything' ? undefined : sharedBy(laid);
    const list = machines.get(laid.where.machine);
    if (list) list.push(told ?? {laid});
    else machines.set(laid.where.machine, [told ?? {laid}]);
    if (told !== undefined) shared.push(told);
  }

  function sharedBy(laid: Exclude<Laid, {readonly type: 'anything'}>): Shared | undefined {
    const {kind: name, ...told} = laid.type === 'promise' ? laid.promised : laid.pattern;
    const kind = kinds.get(name);
    if (kind?.realm === undefined) return undefined;
    if (!('key' in told)) return {laid};
    const request = {kind, key: told.key, id: told.id};
    const first = read(laid.where, request);
    // Where nobody answered, nothing was seen.
    return {laid, realm: kind.realm(told.key), seen: first === undefined ? first : over(laid.where, request, first)};
  }

  function laidOver({machine}: Where, request: FactRequest<unknown>): readonly Shared[] {
    const own = machines.get(machine) ?? [];
    const realm = request.kind.realm?.(request.key);
    if (realm === undefined) return own;
    const others = shared.filter(
      (each) =>
        each.laid.where.machine !== machine && ((each.realm ?? realm) === realm || isToldApart(each.laid, request)),
    );
    return [...own, ...others].sort((a, b) => a.laid.order - b.laid.order);
  }

  function over(where: Where, request: FactRequest<unknown>, first: unknown): unknown {
    const all = laidOver(where, request);
    const realm = request.kind.realm?.(request.key);
    // On the machine itself the realm's name tells; elsewhere a name may stand for another realm.
    const isOwn = (each: Shared): boolean =>
      each.laid.where.machine === where.machine &&
      (realm === undefined || each.realm === undefined || each.realm === realm || !isOf(each.laid, request));
    const own = (): unknown =>
      all.filter(isOwn).reduce((value, {laid}) => layOne(where, request, {value, laid}), first);
    return all.reduce((value, each) => {
      const {laid, seen} = each;
      const same = isOwn(each) || each.realm === undefined ? true : isSame(each, {request, seen, value: own()});
      if (same === false) return value;
      if (same === true) return layOne(where, request, {value, laid});
      return affects(request, laid, value) ? unknown(laid.cause) : value;
    }, first);
  }

  return {
    layChange(where, change, cause) {
      for (const promised of change.makes) lay({type: 'promise', where, order: order++, cause, promised});
      for (const pattern of change.unsettles ?? []) lay({type: 'unsettle', where, order: order++, cause, pattern});
    },
    layUnknown(where, {requests, patterns}, cause) {
      for (const {kind, key, id} of requests) {
        lay({
          type: 'promise',
          where,
          order: order++,
          cause,
          promised: {kind: kind.name, id, key, value: unknown(cause)},
        });
      }
      for (const pattern of patterns) lay({type: 'unsettle', where, order: order++, cause, pattern});
    },
    layAnything(where, cause) {
      lay({type: 'anything', where, order: order++, cause});
    },
    layWait({machine}, requests, cause) {
      waits.push({machine, kinds: requests.map(({kind}) => kind.name), cause});
    },
    over,
    menderOf({machine}, remedies) {
      const laid = (machines.get(machine) ?? []).map((each) => each.laid);
      const waited = waits.filter((wait) => wait.machine === machine);
      for (const remedy of remedies) {
        const found =
          laid.find((each) => isMended(each, remedy)) ?? waited.find(({kinds}) => kinds.includes(remedy.kind));
        if (found !== undefined) return found.cause;
      }
      return undefined;
    },
    makerOf({machine, place}) {
      const laid = (machines.get(machine) ?? []).map((each) => each.laid);
      const makesUser = laid.find(
        (each) =>
          each.type === 'promise' &&
          each.promised.kind === 'user' &&
          'id' in each.promised &&
          each.promised.id === place.user,
      );
      return (makesUser ?? laid.at(-1))?.cause;
    },
  };
}

/** Whether what was laid is in the realm that a fact is in; undefined: it cannot be told. */
function isSame(
  {laid, realm}: Shared,
  {request, seen, value}: {readonly request: FactRequest<unknown>; readonly seen: unknown; readonly value: unknown},
): boolean | undefined {
  const {kind, key} = request;
  if (kind.sameRealm === undefined) return realm === kind.realm?.(key);
  if (!isOf(laid, request) || seen === undefined || isUnknown(seen) || isUnknown(value)) return undefined;
  return kind.sameRealm(seen, value);
}

function isMended(laid: Laid, remedy: Remedy): boolean {
  switch (laid.type) {
    case 'anything':
      return true;
    case 'unsettle':
      return mends(laid.pattern, remedy);
    case 'promise':
      return mends(laid.promised, remedy);
  }
}

/** Whether it is about facts of this kind. */
function isOf(laid: Laid, {kind}: FactRequest<unknown>): boolean {
  return laid.type !== 'anything' && (laid.type === 'promise' ? laid.promised : laid.pattern).kind === kind.name;
}

/** Whether their answers tell realms apart, whatever their names. */
function isToldApart(laid: Laid, request: FactRequest<unknown>): boolean {
  return request.kind.sameRealm !== undefined && isOf(laid, request);
}

function layOne(
  where: Where,
  request: FactRequest<unknown>,
  {value, laid}: {readonly value: unknown; readonly laid: Laid},
): unknown {
  const {kind, key} = request;
  if (kind.realm?.(key) === undefined && mountNamespace(where.place) !== mountNamespace(laid.where.place)) {
    // What one mount namespace shows of a change in another cannot be told from here.
    return affects(request, laid, value) ? unknown(laid.cause) : value;
  }
  switch (laid.type) {
    case 'anything':
      return unknown(laid.cause);
    case 'unsettle':
      if (!concerns(laid.pattern, request))
        return isUnknown(value) ? value : (followsUnsettled(laid.pattern, {request, value}, laid.cause) ?? value);
      return laid.pattern.absentOnly === true && !isUnknown(value) && !isAbsent(kind, value)
        ? value
        : unknown(laid.cause);
    case 'promise': {
      const {promised} = laid;
      if (concerns(promised, request)) {
        const sameUser = kind.perUser?.(key) !== true || placeKey(where.place) === placeKey(laid.where.place);
        return sameUser ? layValue(kind, value, promised.value) : value;
      }
      if (isUnknown(value)) return value;
      const followed: unknown = kind.follows?.(key, value, promised);
      return followed === undefined ? value : followed;
    }
  }
}

function affects(request: FactRequest<unknown>, laid: Laid, value: unknown): boolean {
  switch (laid.type) {
    case 'anything':
      return true;
    case 'unsettle':
      return (
        concerns(laid.pattern, request) ||
        (!isUnknown(value) && followsUnsettled(laid.pattern, {request, value}, laid.cause) !== undefined)
      );
    case 'promise':
      return (
        concerns(laid.promised, request) ||
        (!isUnknown(value) && request.kind.follows?.(request.key, value, laid.promised) !== undefined)
      );
  }
}

/** Lays a promised value over a value as its kind says; members that are not promised stay. */
export function layValue(kind: AnyFactKind, before: unknown, promised: unknown): unknown {
  // Undefined: nobody asked for it, as for a fact that a change makes true beside its own.
  if (isUnknown(promised) || isUnknown(before) || before === undefined) return promised;
  if (kind.lay) return kind.lay(before, promised);
  return isRecord(before) && isRecord(promised) ? {...before, ...promised} : promised;
}

function isAbsent(kind: AnyFactKind, value: unknown): boolean {
  if (kind.absent) return kind.absent(value);
  return value === undefined || value === null || (isRecord(value) && value['exists'] === false);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
