import type {Change, FactRequest, Values} from '../task.js';
import {Deferred, reveal} from '../unknown.js';
import {argumentsOf} from './arguments.js';
import type {ItemResult} from './item-result.js';
import {look} from './look.js';
import {make, type Planned} from './make.js';
import {recordOf, recordOfPlan, unknownValues} from './record.js';
import {setVariables} from './remember.js';
import {showChange} from './shown-change.js';
import {turnKey} from './together.js';
import {answersFor, requestsIn, type PlacedTurn} from './turn.js';

/** An observed node's state does not hold, and it may not be made. */
export class NotThere extends Error {
  override readonly name = 'NotThere';
}

/** Reads, plans, and makes the change or (in a check) lays it over the facts. What goes wrong is thrown. */
export async function attempt(turn: PlacedTurn, item: string | undefined): Promise<ItemResult> {
  const {module, node} = turn;
  const args = await argumentsOf(turn);
  const requests = module.reads(args) as Planned['requests'];
  const facts = await factsFor(turn, requests);
  const change = module.plan(args, facts) as Change | undefined;
  if (node.observed === undefined)
    for (const watch of turn.run.watches) watch.planned(turn, {args, requests: requestsIn(requests), change, item});
  if (change === undefined) {
    const values = ifKnown(() => module.output?.(args, facts) ?? {}) ?? unknownValues(turn);
    if (module.setsVariables === true) setVariables(turn, values);
    const madeAhead = turn.run.together.made.get(turnKey(turn));
    if (madeAhead !== undefined) return {status: 'changed', changes: [madeAhead], record: recordOf(values, true)};
    const message: unknown = values['msg'];
    return {status: 'ok', record: recordOf(values, false), ...(typeof message === 'string' ? {message} : {})};
  }
  if (node.observed !== undefined) throw new NotThere(change.summary);
  const planned = {args, requests, change, item};
  return turn.dry ? foretell(turn, planned) : carryOut(turn, planned);
}

async function carryOut(turn: PlacedTurn, planned: Planned): Promise<ItemResult> {
  const {shown, values} = await make(turn, planned);
  const told = planned.change.kind === 'action' ? {} : await output(turn, planned);
  // What the making itself told (the output of a command) says more than the state it led to.
  const all = {...told, ...values};
  return planned.change.kind === 'wait'
    ? {status: 'ok', record: recordOf(all, false)}
    : {status: 'changed', changes: [shown], record: recordOf(all, true)};
}

async function foretell(turn: PlacedTurn, planned: Planned): Promise<ItemResult> {
  const {run, where, label} = turn;
  const {change, item} = planned;
  const shown = await showChange(turn, change, {requests: requestsIn(planned.requests), item});
  if (run.check) run.overlay.layChange(where, change, label);
  if (run.check && change.kind === 'wait') run.overlay.layWait(where, requestsIn(planned.requests), label);
  if (change.undeclared === true && !saysNoChange(turn)) run.noteUndeclared(label);
  const facts = await factsFor(turn, planned.requests);
  const values = change.kind === 'action' ? undefined : ifKnown(() => turn.module.output?.(planned.args, facts) ?? {});
  const record = recordOfPlan(turn, values);
  if (change.kind === 'wait') return {status: 'would-wait', what: change.summary, record: {...record, changed: false}};
  return {status: 'would-change', changes: [shown], record};
}

async function output(turn: PlacedTurn, {args, requests}: Planned): Promise<Values> {
  return turn.module.output?.(args, await factsFor(turn, requests)) ?? {};
}

/** The user has declared that it changes nothing: `changed_when: false`. */
function saysNoChange({task}: PlacedTurn): boolean {
  return task.changedWhen?.some(({source}) => source === false) === true;
}

/** Undefined where the values depend on what only a run tells. */
function ifKnown(tell: () => Values): Values | undefined {
  try {
    return tell();
  } catch (error) {
    if (error instanceof Deferred) return undefined;
    throw error;
  }
}

async function factsFor(turn: PlacedTurn, requests: Planned['requests']): Promise<Readonly<Record<string, unknown>>> {
  const list: readonly FactRequest<unknown>[] = requestsIn(requests);
  const facts = answersFor(requests, await look(turn, list));
  return turn.dry ? (reveal(facts) as typeof facts) : facts;
}
