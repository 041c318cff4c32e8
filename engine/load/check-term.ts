import type {Term} from '../language/term.js';
import type {Span} from '../span.js';
import {plainOf} from './plain.js';
import type {Report} from './report.js';
import {booleanWord, type Validate} from './schema.js';
import {explainErrors, type SchemaProblem} from './schema-problem.js';

export interface CheckOptions {
  /** How messages name the whole value. */
  readonly subject: string;
  /** Where problems of the value as a whole are shown; default: where it begins. */
  readonly at?: Span;
  /** Templates and expressions count as the text that they are, not as values that are not known yet. */
  readonly sources?: boolean;
  /** The values of templates, where they are known. */
  readonly known?: ReadonlyMap<Term, unknown>;
  /** What to say of an unknown key instead of the usual. */
  readonly explainKey?: (key: string, value: Term) => {readonly message: string; readonly hint?: string} | undefined;
}

/** Checks a term by a schema and reports what does not fit at its place. Gives the term with yes/no/on/off as booleans where those are wanted. */
export function checkTerm(
  term: Term,
  validate: Validate,
  {report, ...options}: CheckOptions & {readonly report: Report},
): Term {
  let fixed = term;
  let errors = validate(plainOf(term, options));
  if (errors.length === 0) return term;
  const settled = errors.filter((error) => booleanWord(error) !== undefined);
  if (settled.length > 0) {
    for (const error of settled)
      fixed = replaced(fixed, error.instancePath.split('/').slice(1), booleanWord(error) ?? false);
    errors = validate(plainOf(fixed, options));
  }
  for (const problem of explainErrors(errors, options.subject)) reportProblem(fixed, problem, {report, ...options});
  return fixed;
}

function reportProblem(
  term: Term,
  problem: SchemaProblem,
  {report, at, explainKey}: CheckOptions & {readonly report: Report},
): void {
  const value = termAt(term, problem.path);
  const entry =
    problem.key !== undefined && value.kind === 'dict' ? value.entries.find(({key}) => key === problem.key) : undefined;
  if (entry) {
    const better = explainKey?.(entry.key, entry.value) ?? problem;
    report.error(entry.keyAt, better.message, better.hint);
  } else {
    report.error(problem.path.length === 0 ? (at ?? value.at) : value.at, problem.message, problem.hint);
  }
}

function termAt(term: Term, path: readonly string[]): Term {
  let at = term;
  for (const part of path) at = childOf(at, part) ?? at;
  return at;
}

function childOf(term: Term, part: string): Term | undefined {
  if (term.kind === 'dict') return term.entries.find(({key}) => key === part)?.value;
  return term.kind === 'list' ? term.items[Number(part)] : undefined;
}

function replaced(term: Term, path: readonly string[], value: boolean): Term {
  const [part, ...rest] = path;
  if (part === undefined) return {kind: 'literal', at: term.at, value};
  if (term.kind === 'dict')
    return {
      ...term,
      entries: term.entries.map((entry) =>
        entry.key === part ? {...entry, value: replaced(entry.value, rest, value)} : entry,
      ),
    };
  if (term.kind === 'list')
    return {
      ...term,
      items: term.items.map((item, index) => (index === Number(part) ? replaced(item, rest, value) : item)),
    };
  return term;
}
