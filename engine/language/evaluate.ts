import {within, type Span} from '../span.js';
import {compileExpression} from './expression.js';
import {EvaluationFailed, SourceFailed, type Range, type Reference, type Scope} from './reference.js';
import {compileTemplate} from './template.js';
import type {Term} from './term.js';

/** A reference with its place in the user's file. */
export interface PlacedReference extends Reference {
  readonly at: Span;
}

/** Gives the value of a term. Throws `EvaluationFailed` with the exact place, or what a getter of the scope throws (`Deferred`). */
export function evaluate(term: Term, scope: Scope): unknown {
  switch (term.kind) {
    case 'literal':
      return term.value;
    case 'text':
      return placed(term, () => compileTemplate(term.source).render(scope));
    case 'expression':
      return evaluateExpression(term, scope);
    case 'list':
      return term.items.map((item) => evaluate(item, scope));
    case 'dict': {
      // Own keys only: `toString` is no member of a dict of the user.
      const dict = Object.create(null) as Record<string, unknown>;
      for (const {key, value} of term.entries) dict[key] = evaluate(value, scope);
      return dict;
    }
  }
}

/** Evaluates a CEL source that stands at a place (`when`, `loop`, `until`). */
export function evaluateExpression(expression: {readonly source: string; readonly at: Span}, scope: Scope): unknown {
  return placed(expression, () => compileExpression(expression.source).evaluate(scope));
}

/** Renders a whole template file to text; `file` is how the user would name it. Problems of its syntax are `EvaluationFailed` too. */
export function renderTemplate(source: string, scope: Scope, {file}: {readonly file: string}): string {
  const template = compileTemplate(source);
  const [problem] = template.problems;
  if (problem)
    throw new EvaluationFailed(problem.message, problem.hint, placeInFile(source, {file, range: problem.range}));
  try {
    return template.renderText(scope);
  } catch (error) {
    if (error instanceof SourceFailed)
      throw new EvaluationFailed(error.message, error.hint, placeInFile(source, {file, range: error.range}));
    throw error;
  }
}

/** What a term names, with places; names bound inside a template or a macro are traced to what they walk over. */
export function referencesOf(term: Term): readonly PlacedReference[] {
  switch (term.kind) {
    case 'literal':
      return [];
    case 'text':
      return compileTemplate(term.source).references.map((reference) => ({
        ...reference,
        at: within(term.at, reference.range),
      }));
    case 'expression':
      return referencesOfExpression(term);
    case 'list':
      return term.items.flatMap(referencesOf);
    case 'dict':
      return term.entries.flatMap((entry) => referencesOf(entry.value));
  }
}

/** What a CEL source that stands at a place names. */
export function referencesOfExpression(expression: {
  readonly source: string;
  readonly at: Span;
}): readonly PlacedReference[] {
  return compileExpression(expression.source).references.map((reference) => ({
    ...reference,
    at: within(expression.at, reference.range),
  }));
}

function placed<T>(source: {readonly source: string; readonly at: Span}, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof SourceFailed)
      throw new EvaluationFailed(error.message, error.hint, within(source.at, error.range));
    throw error;
  }
}

function placeInFile(source: string, {file, range}: {readonly file: string; readonly range: Range}): Span {
  const before = source.slice(0, range[0]).split('\n');
  return {
    file,
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    length: Math.max(1, range[1] - range[0]),
  };
}
