import {referencesOf, referencesOfExpression, type PlacedReference} from '../language/evaluate.js';
import type {Term} from '../language/term.js';
import type {Condition, Task} from '../load/project.js';
import type {Span} from '../span.js';

/** One text or expression that a task evaluates. */
export interface TaskSource {
  readonly references: readonly PlacedReference[];
  /** The loop variable stands in scope. */
  readonly looped: boolean;
  /** The task's own result stands in scope under its registered name. */
  readonly ownResult: boolean;
  /** It is evaluated only where the task's conditions hold. */
  readonly guarded: boolean;
  /** An expression whose types can be checked. */
  readonly expression?: {readonly source: string; readonly at: Span; readonly result: 'bool' | 'any'};
}

type Stage = Pick<TaskSource, 'looped' | 'ownResult' | 'guarded'>;

/** Everything that a task evaluates, its template files included, except variables, which are followed from where they are named. */
export function taskSources(task: Task): readonly TaskSource[] {
  const {keywords, loopControl, until} = task;
  const before: Stage = {looped: false, ownResult: false, guarded: false};
  const item: Stage = {...before, looped: task.loop !== undefined};
  const performing: Stage = {...item, guarded: true};
  const after: Stage = {...performing, ownResult: true};
  const terms = [
    ...keywords.environment,
    keywords.become,
    keywords.becomeUser,
    keywords.delegateTo,
    keywords.ignoreErrors,
    keywords.ignoreUnreachable,
    keywords.timeout,
    until?.retries,
    until?.delay,
    task.detached?.limit,
    task.detached?.poll,
    loopControl.pause,
  ];
  const conditions = [
    ...(task.changedWhen ?? []),
    ...(task.failedWhen ?? []),
    ...(until?.condition ?? []),
    ...loopControl.breakWhen,
  ];
  return [
    ...(task.loop ? ofTerm(task.loop, before) : []),
    ...keywords.when.flatMap((condition) => ofCondition(condition, item)),
    ...terms.flatMap((term) => (term ? ofTerm(term, item) : [])),
    ...[task.args, ...(task.templates ?? [])].flatMap((term) => ofTerm(term, performing)),
    ...conditions.flatMap((condition) => ofCondition(condition, after)),
    ...(loopControl.label ? ofTerm(loopControl.label, after) : []),
  ];
}

function ofCondition({source, at}: Condition, stage: Stage): readonly TaskSource[] {
  return typeof source === 'boolean'
    ? []
    : [{...stage, references: referencesOfExpression({source, at}), expression: {source, at, result: 'bool'}}];
}

function ofTerm(term: Term, stage: Stage): readonly TaskSource[] {
  switch (term.kind) {
    case 'literal':
      return [];
    case 'text':
      return [{...stage, references: referencesOf(term)}];
    case 'expression':
      return [
        {...stage, references: referencesOf(term), expression: {source: term.source, at: term.at, result: 'any'}},
      ];
    case 'list':
      return term.items.flatMap((each) => ofTerm(each, stage));
    case 'dict':
      return term.entries.flatMap(({value}) => ofTerm(value, stage));
  }
}
