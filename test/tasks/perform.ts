import {isUnknown, reveal} from '../../engine/unknown.js';
import type {Host} from '../../engine/host.js';
import type {AnyFactKind, AnyTaskModule, Change, FactRequest, Promised, Values} from '../../engine/task.js';

/** Facts as a plan gets them: unknown members throw when they are read. */
export type Answers = Readonly<Record<string, unknown>>;

/** Asks a host for all facts of a task. */
export async function readFacts(host: Host, module: AnyTaskModule, args: unknown): Promise<Answers> {
  const requests = module.reads(args) as Readonly<
    Record<string, FactRequest<unknown> | readonly FactRequest<unknown>[]>
  >;
  const facts: Record<string, unknown> = {};
  for (const [name, request] of Object.entries(requests)) {
    facts[name] = Array.isArray(request)
      ? await Promise.all((request as readonly FactRequest<unknown>[]).map((each) => readFact(host, each)))
      : await readFact(host, request as FactRequest<unknown>);
  }
  return facts;
}

/** Asks a host for one fact. */
export async function readFact<Value>(host: Host, request: FactRequest<Value>): Promise<Value> {
  const result = await host.exec(request.kind.script([request.key]));
  const value = request.kind.parse([request.key], result)[0];
  if (value === undefined) throw new Error(`no answer from ${request.kind.name}`);
  return value;
}

/** Lays promises over a fact as the engine does in a check. */
export function layOver(request: FactRequest<unknown>, read: unknown, promises: readonly Promised[]): unknown {
  const {kind, key, id} = request;
  return promises.reduce<unknown>((value, promised) => {
    const own =
      promised.kind === kind.name &&
      ('id' in promised ? promised.id === id : promised.under === id || id.startsWith(`${promised.under}/`));
    if (own)
      return isUnknown(promised.value) || isUnknown(value) ? promised.value : layValue(kind, value, promised.value);
    if (isUnknown(value)) return value;
    const followed: unknown = kind.follows?.(key, value, promised);
    return followed ?? value;
  }, read);
}

function layValue(kind: AnyFactKind, before: unknown, promised: unknown): unknown {
  return kind.lay ? kind.lay(before, promised) : {...(before as object), ...(promised as object)};
}

/** Plans a task on what a host tells, under promises of tasks before it. */
export async function planOn(
  host: Host,
  task: {readonly module: AnyTaskModule; readonly args: unknown},
  promises: readonly Promised[] = [],
): Promise<Change | undefined> {
  const {module, args} = task;
  const requests = module.reads(args) as Readonly<
    Record<string, FactRequest<unknown> | readonly FactRequest<unknown>[]>
  >;
  const read = await readFacts(host, module, args);
  const facts = Object.fromEntries(
    Object.entries(requests).map(([name, request]) => [
      name,
      Array.isArray(request)
        ? (request as readonly FactRequest<unknown>[]).map((each, index) =>
            reveal(layOver(each, (read[name] as readonly unknown[])[index], promises)),
          )
        : reveal(layOver(request as FactRequest<unknown>, read[name], promises)),
    ]),
  );
  return module.plan(args, facts) as Change | undefined;
}

/** What came of a task done for real. */
export interface Performed {
  readonly change: Change | undefined;
  readonly values: Values | undefined;
  /** Promised facts that do not hold in what was read afterwards, as text. */
  readonly broken: readonly string[];
  /** What a second plan would still do. */
  readonly again: Change | undefined;
}

/** Plans, applies, reads again, compares, plans again: what a run does, without an engine. */
export async function performOn(
  host: Host,
  task: {readonly module: AnyTaskModule; readonly args: unknown; readonly kinds: ReadonlyMap<string, AnyFactKind>},
): Promise<Performed> {
  const {module, args, kinds} = task;
  const change = await planOn(host, {module, args});
  const planned: unknown = JSON.parse(JSON.stringify(change ?? null));
  const values = change === undefined ? undefined : ((await module.apply(host, planned)) ?? undefined);
  const broken: string[] = [];
  for (const promised of change?.makes ?? []) {
    if (!('id' in promised) || change?.kind !== 'state' || isUnknown(promised.value)) continue;
    const kind = kinds.get(promised.kind);
    if (kind === undefined) throw new Error(`kind ${promised.kind} is not in the registry`);
    const read: unknown = await readFact(host, {kind, key: promised.key, id: promised.id});
    const holds = kind.holds?.(promised.value, read) ?? holdsByMembers(promised.value, read);
    if (!holds)
      broken.push(`${promised.kind} ${promised.id}: ${JSON.stringify(promised.value)} against ${JSON.stringify(read)}`);
  }
  return {change, values, broken, again: await planOn(host, {module, args})};
}

function holdsByMembers(promised: unknown, read: unknown): boolean {
  return Object.entries(promised as object).every(
    ([name, value]) =>
      isUnknown(value) ||
      value === undefined ||
      JSON.stringify(value) === JSON.stringify(Reflect.get(read as object, name)),
  );
}
