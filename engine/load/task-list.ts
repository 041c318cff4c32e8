import {dirname, join, resolve} from 'node:path';
import type {Term} from '../language/term.js';
import type {Span} from '../span.js';
import {includedVars} from './include-vars.js';
import {inherit, membersOf, type Members} from './inherited.js';
import {flagNames, readChecked, reportCycle, type TaskPlace} from './loading.js';
import {entriesOf, itemsOf, memberOf, textOf} from './plain.js';
import {rank, type Block, type Handler, type Item, type Keywords, type MetaWord, type Task} from './project.js';
import {plainLoop} from './loop-control.js';
import {readTask} from './read-task.js';
import {importedParts, useRole} from './role-use.js';
import {plainTask, tellingKeys} from './plain-task.js';
import {knownText} from './known-value.js';
import {repeated} from './repeated.js';
import {checkKeys, type TaskKind} from './task-keys.js';

/** Reads a list of tasks whose schema was checked; imports are put in their place. */
export function readTasks(list: Term | undefined, place: TaskPlace): readonly Item[] {
  return itemsOf(list).flatMap((term) => {
    const plain = term.kind === 'dict' ? plainTask(term, place) : undefined;
    return plain ? readItem(plain, place) : [];
  });
}

/** Reads a list of handlers: tasks, or imports of tasks. */
export function readHandlers(list: Term | undefined, place: TaskPlace): readonly Handler[] {
  const listens = new Map<Task, readonly string[]>();
  return readTasks(list, {...place, listens}).flatMap((item): readonly Handler[] => {
    if (item.kind === 'task' && item.meta === undefined) return [{task: item, listen: listens.get(item) ?? []}];
    const what = item.kind === 'block' ? 'a block' : '"meta"';
    place.draft.loading.report.error(
      item.at,
      `${what} cannot be a handler`,
      'write its tasks one by one, and let them "listen" to one word',
    );
    return [];
  });
}

type DictTerm = Extract<Term, {kind: 'dict'}>;

function readItem(term: DictTerm, place: TaskPlace): readonly Item[] {
  if (term.entries.some(({key}) => key === 'include_vars'))
    return repeated(membersOf(term.entries), place, (each) => {
      const included = includedVars(withoutLoop(term), each);
      return included === undefined ? [] : readItem(included.term, included.place);
    });
  const {report} = place.draft.loading;
  const kind = kindOf(term, place);
  if (!kind || !checkKeys(term, kind, place)) return [];
  const members = membersOf(term.entries);
  if (kind.kind === 'task') return readTask(term, kind, place);
  const origin = `${kind.kind} at ${term.at.file}:${term.at.line}`;
  const isRole = kind.kind === 'import_role' || kind.kind === 'include_role';
  const isIncluded = kind.kind === 'include_tasks' || kind.kind === 'include_role';
  const inherited = inherit(place.keywords, members, {
    report,
    modules: place.draft.loading.modules,
    known: flagNames(place),
    ...(isRole ? {} : {vars: {rank: kind.kind === 'include_tasks' ? rank.includeParams : rank.blockVars, origin}}),
  });
  const keywords = isIncluded ? decidedOnce(inherited, place.keywords) : inherited;
  switch (kind.kind) {
    case 'block':
      return [readBlock(term, members, {...place, keywords})];
    case 'meta':
      return readMeta(term, members, {...place, keywords});
    case 'import_tasks':
    case 'include_tasks': {
      const value = members.get(kind.kind);
      const file = memberOf(value, 'file') ?? value;
      return repeated(members, {...place, keywords}, (each) => importTasks(file, each));
    }
    case 'import_role':
    case 'include_role':
      return repeated(members, {...place, keywords}, (each) => importRole(members, each));
  }
}

/** The loop of what is read once for each item. */
function withoutLoop(term: DictTerm): DictTerm {
  return {...term, entries: term.entries.filter(({key}) => key !== 'loop' && key !== 'loop_control')};
}

/** What is included has its own conditions decided before its first task, and not again. */
function decidedOnce(keywords: Keywords, outer: Keywords): Keywords {
  return {
    ...keywords,
    when: keywords.when.map((condition) => (outer.when.includes(condition) ? condition : {...condition, once: true})),
  };
}

/** Which kind of entry it is: told by its one telling key. */
function kindOf(term: DictTerm, {draft: {loading}}: TaskPlace): TaskKind | undefined {
  const telling = tellingKeys.filter((key) => term.entries.some((entry) => entry.key === key));
  const modules = term.entries.filter(({key}) => loading.modules.has(key));
  const [first, second] = [...telling.map((key) => ({key})), ...modules];
  if (first && second) {
    const at = term.entries.find(({key}) => key === second.key)?.keyAt ?? term.at;
    loading.report.error(at, `a task has one module, found "${first.key}" and "${second.key}"`, 'make two tasks of it');
    return undefined;
  }
  const [kind] = telling;
  return kind === undefined ? {kind: 'task', module: modules[0]} : {kind};
}

function readBlock(term: DictTerm, members: Members, place: TaskPlace): Block {
  const part = (name: string): readonly Item[] => readTasks(members.get(name), place);
  return {
    kind: 'block',
    name: textOf(members.get('name')),
    at: blockAt(term),
    block: part('block'),
    rescue: part('rescue'),
    always: part('always'),
  };
}

function blockAt(term: DictTerm): Span {
  return entriesOf(term).find(({key}) => key === 'block')?.keyAt ?? term.at;
}

function readMeta(term: DictTerm, members: Members, place: TaskPlace): readonly Item[] {
  const {report} = place.draft.loading;
  const word = textOf(members.get('meta'));
  const when = members.get('when');
  switch (word) {
    case undefined:
      return [];
    case 'refresh_inventory':
      report.error(
        members.get('meta')?.at ?? term.at,
        '"meta: refresh_inventory" is not supported: the hosts of a run are known before it',
        'start a second run with the new inventory',
      );
      return [];
    case 'flush_handlers':
    case 'clear_host_errors':
      if (when)
        report.error(
          when.at,
          `"meta: ${word}" cannot have a condition`,
          word === 'flush_handlers' ? 'put it on the handlers' : 'remove it, or let "rescue" answer to failures',
        );
      return word === 'flush_handlers'
        ? [{kind: 'meta', word, at: term.at, keywords: place.keywords}]
        : [metaTask(word, {term, members, place})];
    default:
      return [metaTask(word as MetaWord, {term, members, place})];
  }
}

/** A word to the engine as a task: it has its turn like any other. */
function metaTask(
  word: MetaWord,
  {term, members, place}: {readonly term: DictTerm; readonly members: Members; readonly place: TaskPlace},
): Task {
  return {
    kind: 'task',
    name: textOf(members.get('name')) ?? `meta: ${word}`,
    at: term.at,
    role: place.role,
    module: 'meta',
    moduleAt: term.entries.find(({key}) => key === 'meta')?.keyAt ?? term.at,
    args: {kind: 'dict', at: term.at, entries: []},
    keywords: {
      ...place.keywords,
      runOnce: false,
      delegateTo: undefined,
      becomeUser: undefined,
      when: word === 'clear_host_errors' ? [] : place.keywords.when,
    },
    loop: undefined,
    loopControl: plainLoop,
    register: undefined,
    notify: [],
    changedWhen: undefined,
    failedWhen: undefined,
    until: undefined,
    meta: word,
  };
}

function importTasks(file: Term | undefined, place: TaskPlace): readonly Item[] {
  const {loading} = place.draft;
  const name = knownText(file, place);
  if (name === undefined || !file) {
    if (file && file.kind !== 'literal')
      loading.report.error(
        file.at,
        'a file that is imported must be known before the run',
        'write its name without a template; decide with "when"',
      );
    return [];
  }
  const folders = [place.folder, ...(place.role ? [join(place.role.path, 'tasks')] : []), place.draft.folder];
  const path =
    folders.map((folder) => resolve(folder, name)).find((candidate) => loading.files.isFile(candidate)) ??
    resolve(place.folder, name);
  const what = `file ${loading.files.shown(path)}`;
  if (reportCycle(place, what, file.at)) return [];
  const term = readChecked(loading, path, {
    part: 'playbook#/$defs/tasks',
    at: file.at,
    what: 'file of tasks',
    subject: 'the list of tasks',
  });
  return readTasks(term, {...place, folder: dirname(path), trail: [...place.trail, {what, at: file.at}]});
}

function importRole(members: Members, place: TaskPlace): readonly Item[] {
  const term = members.get('import_role') ?? members.get('include_role');
  const nameTerm = memberOf(term, 'name');
  const name = knownText(nameTerm, place);
  if (name === undefined || !nameTerm) {
    if (nameTerm && nameTerm.kind !== 'literal')
      place.draft.loading.report.error(
        nameTerm.at,
        'a role that is imported must be known before the run',
        'write its name without a template; decide with "when"',
      );
    return [];
  }
  const vars = [members.get('vars'), memberOf(term, 'vars')].filter((value) => value !== undefined);
  const froms = Object.fromEntries(
    (['tasks', 'vars', 'defaults', 'handlers'] as const).flatMap((folder) => {
      const from = knownText(memberOf(term, `${folder}_from`), place);
      return from === undefined ? [] : [[folder, from.replace(/\.ya?ml$/, '')]];
    }),
  );
  const given = members.has('include_role') ? {vars: [], params: vars} : {vars};
  return importedParts(place.draft, useRole(place, {name, at: nameTerm.at, ...given, froms})).flatMap(
    ({items}) => items,
  );
}
