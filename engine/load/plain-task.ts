import type {DictEntry, Term} from '../language/term.js';
import {checkTerm} from './check-term.js';
import type {TaskPlace} from './loading.js';
import {rewrittenWords} from './module-args.js';
import {memberOf, textOf} from './plain.js';

type DictTerm = Extract<Term, {kind: 'dict'}>;

/** Entries of lists of tasks that are no modules, by their telling key. */
export const tellingKeys = ['block', 'import_tasks', 'include_tasks', 'import_role', 'include_role', 'meta'] as const;

/** Collections whose modules we have under their short names. */
const collections = /^(?:ansible\.(?:builtin|legacy|posix)|community\.general)\.(\w+)$/;

/** Brings the ways in which Ansible writes a task to one: short names of modules, and the module as the key instead of `action` and `local_action`. Undefined where that cannot be, which is reported. */
export function plainTask(term: DictTerm, place: TaskPlace): DictTerm | undefined {
  const short = {...term, entries: term.entries.map((entry) => shortEntry(entry, place))};
  const action = short.entries.find(({key}) => key === 'action' || key === 'local_action');
  return action ? withoutAction(short, action, place) : short;
}

function shortEntry(entry: DictEntry, {draft: {loading}}: TaskPlace): DictEntry {
  const key = collections.exec(entry.key)?.[1];
  if (key === undefined) return entry;
  if (loading.modules.has(key) || key === 'include_vars') return {...entry, key};
  if (!tellingKeys.some((telling) => telling === key)) return entry;
  // The schema did not know it by its long name.
  const whole: Term = {kind: 'dict', at: entry.keyAt, entries: [{...entry, key}]};
  const validate = loading.schemas.validator('playbook#/$defs/task');
  const checked = checkTerm(whole, validate, {subject: 'a task', sources: true, report: loading.report});
  return {...entry, key, value: memberOf(checked, key) ?? entry.value};
}

/** `action: {module: copy, src: …}` as `copy: {src: …}`. */
function withoutAction(term: DictTerm, action: DictEntry, place: TaskPlace): DictTerm | undefined {
  const {report} = place.draft.loading;
  const others = term.entries.filter((entry) => entry !== action);
  const local = action.key === 'local_action';
  const delegate: readonly DictEntry[] = local
    ? [{key: 'delegate_to', keyAt: action.keyAt, value: {kind: 'literal', at: action.keyAt, value: 'localhost'}}]
    : [];
  const delegated = others.find(({key}) => key === 'delegate_to');
  if (local && delegated)
    report.error(delegated.keyAt, '"local_action" is done on the controller already', 'remove "delegate_to"');
  const name = textOf(memberOf(action.value, 'module'));
  if (action.value.kind === 'dict' && name !== undefined) {
    const {entries, at} = action.value;
    const module: DictEntry = {
      key: name,
      keyAt: action.keyAt,
      value: {kind: 'dict', at, entries: entries.filter(({key}) => key !== 'module')},
    };
    return {...term, entries: [shortEntry(module, place), ...others, ...(delegated ? [] : delegate)]};
  }
  report.error(
    action.keyAt,
    `"${action.key}" is a map with "module" and its arguments here`,
    `write "${rewrittenAction(action.value)}"${local ? ' and "delegate_to: localhost"' : ''}`,
  );
  return undefined;
}

function rewrittenAction(value: Term): string {
  const source = value.kind === 'text' ? value.source : (textOf(value) ?? 'module');
  const [module = '', ...rest] = source.trim().split(/\s+/);
  return rewrittenWords(module.replace(collections, '$1'), rest.join(' '));
}
