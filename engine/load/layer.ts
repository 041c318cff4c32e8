import type {Term} from '../language/term.js';
import {checkLanguage} from './check-language.js';
import {checkName} from './names.js';
import {entriesOf, plainOf} from './plain.js';
import type {VarLayer} from './project.js';
import type {Report} from './report.js';
import {shown} from './schema-problem.js';

export interface LayerOptions {
  readonly rank: number;
  /** As messages and `u7s-play vars` name it. */
  readonly origin: string;
  readonly report: Report;
}

/** Makes a layer of variables from a dict term; names and templates are checked. What is no dict was reported by its schema. */
export function makeLayer(term: Term | undefined, {rank, origin, report}: LayerOptions): VarLayer {
  const entries = new Map<string, Term>();
  for (const {key, keyAt, value} of entriesOf(term)) {
    if (!checkName(key, {at: keyAt, what: 'a variable', report})) continue;
    checkLanguage(value, report);
    entries.set(key, value);
  }
  return {rank, origin, entries};
}

/** Makes a layer from a whole file, which no schema checks: anything but a map or nothing is reported. */
export function makeFileLayer(term: Term | undefined, options: LayerOptions): VarLayer {
  const isNothing = term === undefined || (term.kind === 'literal' && term.value === null);
  if (!isNothing && term.kind !== 'dict') {
    const message = `variables must be a map, found ${shown(plainOf(term))}`;
    options.report.error(term.at, message, 'write "name: value" lines');
  }
  return makeLayer(term, options);
}
