import type {Term} from '../language/term.js';
import {checkLanguage} from './check-language.js';
import {checkName} from './names.js';
import {entriesOf} from './plain.js';
import type {VarLayer} from './project.js';
import type {Report} from './report.js';
import {shown} from './schema-problem.js';
import {plainOf} from './plain.js';

/** Makes a layer of variables from a dict term, whose names and templates are checked; anything but a dict or nothing is reported. */
export function makeLayer(
  term: Term | undefined,
  {rank, origin, report}: {readonly rank: number; readonly origin: string; readonly report: Report},
): VarLayer {
  const nothing = term === undefined || (term.kind === 'literal' && term.value === null);
  if (!nothing && term.kind !== 'dict')
    report.error(term.at, `variables must be a map, found ${shown(plainOf(term))}`, 'write "name: value" lines');
  const entries = new Map<string, Term>();
  for (const {key, keyAt, value} of entriesOf(term)) {
    if (!checkName(key, {at: keyAt, what: 'a variable', report})) continue;
    checkLanguage(value, report);
    entries.set(key, value);
  }
  return {rank, origin, entries};
}
