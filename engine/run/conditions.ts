import {evaluateExpression} from '../language/evaluate.js';
import {EvaluationFailed, type Scope} from '../language/reference.js';
import type {Condition} from '../load/project.js';

/** The first condition that does not hold, or undefined when all do. Only a bool decides; anything else is `EvaluationFailed`. */
export function firstFalse(conditions: readonly Condition[], scope: Scope): Condition | undefined {
  return conditions.find((condition) => !holds(condition, scope));
}

function holds({source, at}: Condition, scope: Scope): boolean {
  if (typeof source === 'boolean') return source;
  const value = evaluateExpression({source, at}, scope);
  if (typeof value === 'boolean') return value;
  const found = `${typeof value} ${JSON.stringify(value)}`;
  throw new EvaluationFailed(`'${source}' is the ${found}; expected true or false`, 'compare it with something', at);
}
