import {problemsIn, type Language} from '../language/sound.js';
import type {Term} from '../language/term.js';
import {within, type Span} from '../span.js';
import type {Condition} from './project.js';
import type {Report} from './report.js';

/** Reports the broken templates and expressions of a term, each at its exact place. */
export function checkLanguage(term: Term, report: Report): void {
  switch (term.kind) {
    case 'literal':
      return;
    case 'text':
      reportProblems('template', term, report);
      return;
    case 'expression':
      reportProblems('expression', term, report);
      return;
    case 'list':
      for (const item of term.items) checkLanguage(item, report);
      return;
    case 'dict':
      for (const {value} of term.entries) checkLanguage(value, report);
  }
}

/** Reads `when` and its like: a boolean, an expression, or a list of these; what is neither was reported by the schema. */
export function conditionsOf(term: Term | undefined, report: Report): readonly Condition[] {
  if (term === undefined) return [];
  if (term.kind === 'list') return term.items.flatMap((item) => conditionsOf(item, report));
  if (term.kind === 'dict') return [];
  const source = term.kind === 'literal' ? term.value : term.source;
  if (typeof source === 'boolean') return [{at: term.at, source}];
  if (typeof source !== 'string') return [];
  reportProblems('expression', {source, at: term.at}, report);
  return [{at: term.at, source}];
}

/** Takes text as an expression: where only decisions stand (`loop`, arguments marked as expressions). */
export function asExpression(term: Term): Term {
  if (term.kind === 'list') return {...term, items: term.items.map(asExpression)};
  if (term.kind === 'text') return {kind: 'expression', at: term.at, source: term.source};
  return term.kind === 'literal' && typeof term.value === 'string'
    ? {kind: 'expression', at: term.at, source: term.value}
    : term;
}

function reportProblems(
  language: Language,
  {source, at}: {readonly source: string; readonly at: Span},
  report: Report,
): void {
  for (const {range, message, hint} of problemsIn(language, source)) report.error(within(at, range), message, hint);
}
