import {evaluate, evaluateExpression} from '../language/evaluate.js';
import {EvaluationFailed, type Scope} from '../language/reference.js';
import type {Term} from '../language/term.js';
import type {Task} from '../load/project.js';
import type {Span} from '../span.js';
import type {Foreknown, Grounds} from './foreknown.js';
import type {Variables, VariableUse} from './variables.js';

/** Something that a task would fail of whenever it runs. */
export interface ValueProblem {
  readonly at: Span;
  readonly message: string;
  readonly hint: string | undefined;
}

/** The arguments of a task on a host, for one item of its loop: the values that are known before the run. */
export interface KnownArguments {
  readonly known: ReadonlyMap<Term, unknown>;
  readonly problems: readonly ValueProblem[];
}

export interface KnownContext {
  readonly variables: Variables;
  readonly foreknown: Foreknown;
  readonly use: VariableUse & {readonly task: Task};
  /** What the terms of a task without a loop stand on, once it is found. */
  readonly followed: Map<Term, Grounds>;
}

/** So many items of a loop are looked at. */
const mostItems = 100;

/** The arguments for each item of a task's loop, as far as they are known; none where its conditions keep it from running. */
export function knownArguments(context: KnownContext): readonly KnownArguments[] {
  const {task} = context.use;
  const {loopVar, indexVar} = task.loopControl;
  if (task.loop === undefined) return argumentsFor(context, noLocals);
  const loop = evaluated(context, task.loop, noLocals);
  if ('unknown' in loop) return argumentsFor(context, {locals: {}, unknown: loopNames(task)});
  if ('problem' in loop) return [];
  // What is no list is told by the run, unless a condition keeps the task from it.
  if (!Array.isArray(loop.value)) return [];
  return loop.value.slice(0, mostItems).flatMap((item: unknown, index) => {
    const locals = {[loopVar]: item, ...(indexVar === undefined ? {} : {[indexVar]: index})};
    return argumentsFor(context, {locals, unknown: new Set(['ansible_loop'])});
  });
}

/** Whether a condition of a task is known before the run, and does not hold. */
export function surelySkipped(context: KnownContext): boolean {
  const {task} = context.use;
  if (task.loop !== undefined) return false;
  return conditionsOf(task).some((condition) => {
    const found = evaluated(context, condition, noLocals);
    return 'value' in found && found.value === false;
  });
}

/** The names that a loop gives its items. */
function loopNames({loop, loopControl: {loopVar, indexVar}}: Task): ReadonlySet<string> {
  if (loop === undefined) return noLocals.unknown;
  return new Set([loopVar, 'ansible_loop', ...(indexVar === undefined ? [] : [indexVar])]);
}

/** What the arguments of a task stand on, on a host: equal text means equal arguments. Undefined where they are those of the host alone. */
export function groundsText(context: KnownContext, numberOf: (term: Term) => number): string | undefined {
  const {task} = context.use;
  const locals = {locals: {}, unknown: loopNames(task)};
  let text = '';
  for (const term of evaluatedTerms(task)) {
    const {obstacle, terms, ofHost} = groundsOf(context, term, locals);
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
  const {loop} = task;
  const conditions = conditionsOf(task).filter(({kind}) => kind === 'expression');
  return [...conditions, ...(loop ? [loop] : []), ...textsOfArguments(task)];
}

const textsOfTasks = new WeakMap<Task, readonly Term[]>();

function textsOfArguments(task: Task): readonly Term[] {
  const known = textsOfTasks.get(task) ?? textsIn(task.args);
  textsOfTasks.set(task, known);
  return known;
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

const noLocals: Locals = {locals: {}, unknown: new Set()};

function groundsOf({foreknown, use, followed}: KnownContext, term: Term, item: Locals): Grounds {
  const known = followed.get(term);
  if (known) return known;
  const grounds = foreknown.grounds(use, term, {known: new Set(Object.keys(item.locals)), unknown: item.unknown});
  if (use.task.loop === undefined) followed.set(term, grounds);
  return grounds;
}

function argumentsFor(context: KnownContext, item: Locals): readonly KnownArguments[] {
  let certain = true;
  for (const condition of conditionsOf(context.use.task)) {
    const found = evaluated(context, condition, item);
    if ('problem' in found) return certain ? [{known: new Map(), problems: [found.problem]}] : [];
    if ('unknown' in found) certain = false;
    else if (found.value !== true) return [];
  }
  const problems: ValueProblem[] = [];
  const known = new Map<Term, unknown>();
  // Conditions among the arguments stay as they are: the module says when they are decided.
  for (const term of textsOfArguments(context.use.task)) {
    const found = evaluated(context, term, item);
    // What may never run is no mistake.
    if ('problem' in found && certain) problems.push(found.problem);
    if ('value' in found && found.value !== undefined) known.set(term, found.value);
  }
  return [{known, problems}];
}

type Evaluated = {readonly value: unknown} | {readonly unknown: true} | {readonly problem: ValueProblem};

function evaluated(context: KnownContext, term: Term, item: Locals): Evaluated {
  if (groundsOf(context, term, item).obstacle) return {unknown: true};
  const scope: Scope = context.variables.known(context.use, item.locals);
  try {
    return {value: term.kind === 'expression' ? evaluateExpression(term, scope) : evaluate(term, scope)};
  } catch (error) {
    if (!(error instanceof EvaluationFailed)) throw error;
    return {problem: {at: error.at, message: error.message, hint: error.hint}};
  }
}
