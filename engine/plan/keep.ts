import type {Considered} from '../run/plan-watch.js';
import type {Secrets} from '../run/secrets.js';
import type {PlacedTurn} from '../run/turn.js';
import type {Change, FactRequest} from '../task.js';
import {isUnknown} from '../unknown.js';
import {canonical, type Digest} from './digest.js';
import type {KeptFact, KeptItem, KeptValue} from './plan.js';

/** Longer texts are kept as digests. */
const longest = 80;

/** How values are written down. */
export interface Keeping {
  readonly digest: Digest;
  /** Whether a value holds something that must not be shown. */
  readonly isSecret: (value: unknown) => boolean;
}

/** Finds out whether values hold secrets that are known. */
export function secretsIn(secrets: Secrets): (value: unknown) => boolean {
  return (value) => {
    const text = typeof value === 'string' ? value : canonical(value);
    return secrets.mask(text) !== text;
  };
}

/** A fact as it was read: what it is before the change, members by name. */
export interface FactRead {
  readonly fact: string;
  readonly members: Readonly<Record<string, unknown>>;
  readonly promised: readonly string[];
}

/** What was found out of a node or an item of it; `hide`: its values are shown to nobody. */
export interface ItemRead {
  readonly item: string | undefined;
  readonly args: unknown;
  readonly change: Change | undefined;
  readonly facts: readonly FactRead[];
  readonly hide: boolean;
}

/** Takes down what a plan was made from; what it reads is known already. */
export function readItem(turn: PlacedTurn, {args, requests, change, item}: Considered): ItemRead {
  const facts = distinct([...requests, ...promisedRequests(turn, change)]).flatMap((request) => {
    const read = readFact(turn, request, change);
    return read === undefined ? [] : [read];
  });
  return {item, args, change, facts, hide: hidesValues(turn)};
}

/** What was taken down, as a plan keeps it. */
export function keepItem({item, args, change, facts, hide}: ItemRead, keeping: Keeping): KeptItem {
  const {digest, isSecret} = keeping;
  const summary = change && (hide || isSecret(change.summary) ? 'hidden' : change.summary);
  return {
    ...(item === undefined ? {} : {item: hide || isSecret(item) ? `#${digest(item)}` : item}),
    args: digest(args),
    facts: facts.map((fact) => keepFact(fact, {...keeping, hide})),
    ...(change && summary !== undefined ? {change: {kind: change.kind, summary, digest: digest(change)}} : {}),
  };
}

function keepFact({fact, members, promised}: FactRead, keeping: Keeping & {readonly hide: boolean}): KeptFact {
  const kept = Object.entries(members).map(([name, value]) => [name, keepValue(value, keeping)] as const);
  return {fact: keeping.isSecret(fact) ? 'hidden' : fact, members: Object.fromEntries(kept), promised};
}

/** A value as a plan keeps it. */
export function keepValue(value: unknown, {digest, isSecret, hide}: Keeping & {readonly hide: boolean}): KeptValue {
  if (isUnknown(value)) return '?';
  const text = canonical(value);
  const plain = value === null || typeof value !== 'object';
  return plain && !hide && text.length <= longest && !text.includes('\\n') && !isSecret(value)
    ? text
    : `#${digest(value)}`;
}

/** Secrets may come and go through the arguments, the results or the facts of such a task: nothing of it is shown. */
function hidesValues({task, run}: PlacedTurn): boolean {
  return task.keywords.noLog || JSON.stringify(run.schemaOf(task.module) ?? {}).includes('"writeOnly":true');
}

function readFact(
  {run, where, dry}: PlacedTurn,
  request: FactRequest<unknown>,
  change: Change | undefined,
): FactRead | undefined {
  const known = run.facts.known(where, request, {anyAge: true});
  if (known === undefined) return undefined;
  const value = dry ? run.overlay.over(where, request, known.value) : known.value;
  const {kind, key, id} = request;
  const changesByItself = kind.volatile === true || kind.realm?.(key) !== undefined;
  return {
    fact: `${kind.name} ${id}`,
    members: membersOf(value),
    promised: changesByItself ? [] : promisedMembers(change, request),
  };
}

/** A value that is no object has one member without a name. */
function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value) && !isUnknown(value);
  return isRecord ? {...value} : {'': value};
}

function promisedMembers(change: Change | undefined, {kind, id}: FactRequest<unknown>): readonly string[] {
  const values = (change?.makes ?? []).flatMap((promised) =>
    'id' in promised && promised.kind === kind.name && promised.id === id ? [promised.value] : [],
  );
  return [...new Set(values.flatMap((value) => Object.keys(membersOf(value))))];
}

/** Questions for what a change makes beside what its node asked for. */
function promisedRequests({run}: PlacedTurn, change: Change | undefined): readonly FactRequest<unknown>[] {
  return (change?.makes ?? []).flatMap((promised) => {
    const kind = run.registry.kinds.get(promised.kind);
    return 'id' in promised && kind ? [{kind, key: promised.key, id: promised.id}] : [];
  });
}

function distinct(requests: readonly FactRequest<unknown>[]): readonly FactRequest<unknown>[] {
  const seen = new Map(requests.toReversed().map((request) => [`${request.kind.name}\0${request.id}`, request]));
  return [...seen.values()].reverse();
}
