import {didYouMean} from '../language/near.js';
import type {DictEntry, Term} from '../language/term.js';
import type {DictTerm} from './module-args.js';
import {entriesOf} from './plain.js';
import type {Keywords} from './project.js';
import type {Report} from './report.js';

interface Around {
  readonly report: Report;
  /** The YAML words of all modules; undefined where the keyword cannot stand. */
  readonly modules: ReadonlySet<string> | undefined;
}

/** Puts the `module_defaults` of one level over those around it, argument by argument. What is no module is reported. */
export function addModuleDefaults(
  outer: Keywords['moduleDefaults'],
  term: Term | undefined,
  {report, modules}: Around,
): Keywords['moduleDefaults'] {
  if (term === undefined || modules === undefined) return outer;
  const all = new Map(outer);
  for (const {key, keyAt, value} of entriesOf(term)) {
    const name = key.replace(/^(?:ansible\.(?:builtin|legacy|posix)|community\.general)\./, '');
    if (modules.has(name)) all.set(name, over(all.get(name) ?? [], entriesOf(value)));
    else if (key.startsWith('group/'))
      report.error(keyAt, `"${key}" is not known: modules have no groups here`, 'name each module by itself');
    else report.error(keyAt, `unknown module "${key}" in module_defaults`, didYouMean(name, modules));
  }
  return all;
}

/** The arguments of a task with the defaults of its module: those that the task does not give itself. */
export function withModuleDefaults(args: DictTerm, defaults: readonly DictEntry[] | undefined): DictTerm {
  return defaults === undefined ? args : {...args, entries: over(defaults, args.entries)};
}

function over(outer: readonly DictEntry[], inner: readonly DictEntry[]): readonly DictEntry[] {
  const own = new Set(inner.map(({key}) => key));
  return [...outer.filter(({key}) => !own.has(key)), ...inner];
}
