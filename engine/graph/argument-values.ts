import {evaluate, evaluateExpression} from '../language/evaluate.js';
import {omit} from '../language/omit.js';
import {EvaluationFailed, type Scope} from '../language/reference.js';
import type {Term} from '../language/term.js';
import type {Task} from '../load/project.js';
import type {Span} from '../span.js';
import type {Foreknown} from './foreknown.js';
import type {Variables, VariableUse} from './variables.js';

/** Something that a task would fail of whenever it runs. */
export interface ValueProblem {
  readonly at: Span;
  readonly message: string;
  readonly hint: string | undefined;
}

/** The arguments of a task on a host, for one item of its loop, with the values that are known before the run. */
export interface KnownArguments {
  readonly args: Task['args'];
  readonly problems: readonly ValueProblem[];
}

export interface KnownContext {
  readonly variables: Variables;
  readonly foreknown: Foreknown;
  readonly use: VariableUse & {readonly task: Task};
}

/** So many items of a loop are looked at. */
const mostItems = 100;

/** The arguments for each item of a task's loop, as far as they are known; none where its conditions keep it from running. */
export function knownArguments(context: KnownContext): readonly KnownArguments[] {
  const {task} = context.use;
  const {loopVar, indexVar} = task.loopControl;
  const names = loopNames(context.use.task);
  if (task.loop === undefined) return argumentsFor(context, {locals: {}, unknown: new Set()});
  const loop = evaluated(context, task.loop, {locals: {}, unknown: new Set()});
  if ('unknown' in loop) return argumentsFor(context, {locals: {}, unknown: names});
  if ('problem' in loop) return [];
  // What is no list is told by the run, unless a condition keeps the task from it.
  if (!Array.isArray(loop.value)) return [];
  return loop.value.slice(0, mostItems).flatMap((item: unknown, index) => {
    const locals = {[loopVar]: item, ...(indexVar === undefined ? {} : {[indexVar]: index})};
    return argumentsFor(context, {locals, unknown: new Set(['ansible_loop'])});
  });
}

/** The names that a loop gives its items. */
function loopNames({loop, loopControl: {loopVar, indexVar}}: Task): ReadonlySet<string> {
  if (loop === undefined) return new Set();
  return new Set([loopVar, 'ansible_loop', ...(indexVar === undefined ? [] : [indexVar])]);
}

/** What the arguments of a task stand on, on a host: equal text means equal arguments. Undefined where they are those of the host alone. */
export function groundsText({foreknown, use}: KnownContext, numberOf: (term: Term) => number): string | undefined {
  const names = {known: new Set<string>(), unknown: loopNames(use.task)};
  let text = '';
  for (const term of evaluatedTerms(use.task)) {
    const {obstacle, terms, ofHost} = foreknown.grounds(use, term, names);
    if (ofHost) return undefined;
    text += obstacle ? `${obstacle.kind} ` : ' ';
    for (const ground of terms) text += `${numberOf(ground)},`;
    text += ';';
  }
  return text;
}

const termsOfTasks = new WeakMap<Task, readonly Term[]>();

/** The templates and expressions of a task that are looked at here. */
export function evaluatedTerms(task: Task): readonly Term[] {
  const known = termsOfTasks.get(task) ?? termsToEvaluate(task);
  termsOfTasks.set(task, known);
  return known;
}

function termsToEvaluate(task: Task): readonly Term[] {
  const {args, loop} = task;
  const conditions = conditionsOf(task).filter(({kind}) => kind === 'expression');
  return [...conditions, ...(loop ? [loop] : []), ...textsIn(args)];
}

const conditionsOfTasks = new WeakMap<Task, readonly Term[]>();

/** The conditions of a task as terms, the same ones each time: what they stand on is followed once. */
function conditionsOf(task: Task): readonly Term[] {
  const known =
    conditionsOfTasks.get(task) ??
    task.keywords.when.map(({source, at}): Term =>
      typeof source === 'boolean' ? {kind: 'literal', at, value: source} : {kind: 'expression', at, source},
    );
  conditionsOfTasks.set(task, known);
  return known;
}

function textsIn(term: Term): readonly Term[] {
  switch (term.kind) {
    case 'text':
      return [term];
    case 'list':
      return term.items.flatMap(textsIn);
    case 'dict':
      return term.entries.flatMap(({value}) => textsIn(value));
    case 'literal':
    case 'expression':
      return [];
  }
}

interface Locals {
  readonly locals: Readonly<Record<string, unknown>>;
  readonly unknown: ReadonlySet<string>;
}

function argumentsFor(context: KnownContext, item: Locals): readonly KnownArguments[] {
  let certain = true;
  for (const condition of conditionsOf(context.use.task)) {
    const found = evaluated(context, condition, item);
    if ('problem' in found) return certain ? [{args: context.use.task.args, problems: [found.problem]}] : [];
    if ('unknown' in found) certain = false;
    else if (found.value !== true) return [];
  }
  const problems: ValueProblem[] = [];
  const args = filled(context, context.use.task.args, {
    ...item,
    // What may never run is no mistake.
    complain: (problem) => (certain ? problems.push(problem) : 0),
  });
  return args.kind === 'dict' ? [{args, problems}] : [];
}

/** A term in whose place its value stands where that is known. Conditions stay as they are: the module says when they are decided. */
function filled(
  context: KnownContext,
  term: Term,
  item: Locals & {readonly complain: (problem: ValueProblem) => void},
): Term {
  switch (term.kind) {
    case 'literal':
    case 'expression':
      return term;
    case 'text': {
      const found = evaluated(context, term, item);
      if ('problem' in found) item.complain(found.problem);
      return 'value' in found && found.value !== undefined ? termOfValue(found.value, term.at) : term;
    }
    case 'list':
      return {...term, items: term.items.map((each) => filled(context, each, item))};
    case 'dict': {
      const entries = term.entries.map((entry) => ({...entry, value: filled(context, entry.value, item)}));
      return {...term, entries: entries.filter(({value}) => value.kind !== 'literal' || value.value !== omit)};
    }
  }
}

type Evaluated = {readonly value: unknown} | {readonly unknown: true} | {readonly problem: ValueProblem};

function evaluated({variables, foreknown, use}: KnownContext, term: Term, item: Locals): Evaluated {
  const names = {known: new Set(Object.keys(item.locals)), unknown: item.unknown};
  if (foreknown.grounds(use, term, names).obstacle) return {unknown: true};
  const scope: Scope = variables.known(use, item.locals);
  try {
    return {value: term.kind === 'expression' ? evaluateExpression(term, scope) : evaluate(term, scope)};
  } catch (error) {
    if (!(error instanceof EvaluationFailed)) throw error;
    return {problem: {at: error.at, message: error.message, hint: error.hint}};
  }
}

function termOfValue(value: unknown, at: Span): Term {
  if (Array.isArray(value)) return {kind: 'list', at, items: value.map((item) => termOfValue(item, at))};
  if (typeof value !== 'object' || value === null)
    return {kind: 'literal', at, value: value as string | number | boolean | null};
  const entries = Object.entries(value).map(([key, member]) => ({key, keyAt: at, value: termOfValue(member, at)}));
  return {kind: 'dict', at, entries};
}
