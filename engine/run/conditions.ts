import {evaluateExpression} from '../language/evaluate.js';
import {EvaluationFailed, type Scope} from '../language/reference.js';
import type {Condition} from '../load/project.js';
import type {Run, Turn} from './turn.js';

/** The first condition that does not hold, or undefined when all do. Only a bool decides; anything else is `EvaluationFailed`. */
export function firstFalse(conditions: readonly Condition[], scope: Scope): Condition | undefined {
  return conditions.find((condition) => !holds(condition, scope));
}

const decided = new WeakMap<Run, Map<Condition, Map<string, boolean>>>();

/** The first condition of a task that does not hold at its turn; those that are decided once stay as they were. */
export function firstRefusal({run, node, task, scope}: Turn): Condition | undefined {
  return task.keywords.when.find((condition) => {
    if (condition.once !== true) return !holds(condition, scope);
    const decisions = decided.get(run) ?? new Map<Condition, Map<string, boolean>>();
    decided.set(run, decisions);
    const hosts = decisions.get(condition) ?? new Map<string, boolean>();
    decisions.set(condition, hosts);
    const known = hosts.get(node.host);
    if (known !== undefined) return !known;
    const answer = holds(condition, scope);
    hosts.set(node.host, answer);
    return !answer;
  });
}

function holds({source, at}: Condition, scope: Scope): boolean {
  if (typeof source === 'boolean') return source;
  const value = evaluateExpression({source, at}, scope);
  if (typeof value === 'boolean') return value;
  const found = `${typeof value} ${JSON.stringify(value)}`;
  throw new EvaluationFailed(`'${source}' is the ${found}; expected true or false`, 'compare it with something', at);
}
