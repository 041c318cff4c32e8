import {didYouMean} from '../language/near.js';
import type {DictEntry, Term} from '../language/term.js';
import {explainWord, importWords} from './ansible-words.js';
import {inherit, membersOf} from './inherited.js';
import {flagNames, type TaskPlace} from './loading.js';
import {entriesOf, memberOf, textOf} from './plain.js';
import {useRole, type RolePart} from './role-use.js';
import {everywhere} from './task-keys.js';

const keywords: ReadonlySet<string> = new Set(['role', ...everywhere]);

/** Reads an entry of `roles` or of a role's dependencies: a name, or a map with keywords; what is no keyword is an argument of the role. */
export function useRoleEntry(place: TaskPlace, term: Term): readonly RolePart[] {
  const {report, modules} = place.draft.loading;
  const nameTerm = memberOf(term, 'role') ?? memberOf(term, 'name') ?? term;
  const name = textOf(nameTerm);
  const given = entriesOf(term).filter((entry) => !keywords.has(entry.key) && mayBeArgument(entry, place));
  if (name === undefined) {
    if (nameTerm.kind === 'text' || nameTerm.kind === 'expression')
      report.error(nameTerm.at, 'a role must be named as it is', 'write "role: name" without a template');
    return [];
  }
  const vars = memberOf(term, 'vars');
  const inline: readonly Term[] = given.length === 0 ? [] : [{kind: 'dict', at: term.at, entries: given}];
  return useRole(
    {
      ...place,
      keywords: inherit(place.keywords, membersOf(entriesOf(term)), {report, modules, known: flagNames(place)}),
    },
    {name, at: nameTerm.at, vars: vars ? [vars] : [], params: inline},
  );
}

/** A word that Ansible knows, or that is nearly a keyword, was not meant as an argument. */
function mayBeArgument({key, keyAt, value}: DictEntry, {draft: {loading}}: TaskPlace): boolean {
  const explained = importWords.has(key) ? undefined : explainWord(key, value);
  const near = didYouMean(key, keywords);
  if (!explained && near === undefined) return true;
  if (explained) loading.report.error(keyAt, explained.message, explained.hint);
  else loading.report.error(keyAt, `unknown key "${key}" in a role of the play`, near);
  return false;
}
