import {evaluate, referencesOf} from '../language/evaluate.js';
import {EvaluationFailed} from '../language/reference.js';
import type {Term} from '../language/term.js';
import type {TaskPlace} from './loading.js';
import {textOf} from './plain.js';

/** Names that are known while the files are read: `-e`, items of loops on imports, `playbook_dir`. */
export type KnownNames = NonNullable<TaskPlace['known']>;

/** A text as it is written, or as the names that are known make it; undefined where that is not known before the run. */
export function knownText(term: Term | undefined, {known = new Map()}: Pick<TaskPlace, 'known'>): string | undefined {
  if (term?.kind !== 'text') return textOf(term);
  const value = knownValue(term, known);
  return typeof value === 'string' ? value : undefined;
}

/** What a template or expression comes to by the names that are known; undefined where that is not known before the run. */
export function knownValue(term: Term, known: KnownNames): unknown {
  const names = referencesOf(term);
  const isKnown = names.every(
    ({path: [root], optional}) => typeof root === 'string' && (known.has(root) || optional === 'name'),
  );
  if (!isKnown) return undefined;
  const values = Object.create(null) as Record<string, unknown>;
  try {
    for (const [name, item] of known) values[name] = evaluate(item, values);
    return evaluate(term, values);
  } catch (error) {
    if (error instanceof EvaluationFailed) return undefined;
    throw error;
  }
}
