import {dirname, join} from 'node:path';
import type {Term} from '../language/term.js';
import type {Span} from '../span.js';
import {inherit, membersOf, type Members} from './inherited.js';
import {readChecked, reportCycle, type TaskPlace} from './loading.js';
import {entriesOf, itemsOf, memberOf, textOf} from './plain.js';
import {rank, type Block, type Handler, type Item, type Keywords, type Meta, type Task} from './project.js';
import {readTask} from './read-task.js';
import {useRole} from './role-use.js';
import {checkKeys, type TaskKind} from './task-keys.js';

/** Reads a list of tasks whose schema was checked; imports are put in their place. */
export function readTasks(list: Term | undefined, place: TaskPlace): readonly Item[] {
  return itemsOf(list).flatMap((term) => (term.kind === 'dict' ? readItem(term, place) : []));
}

/** Reads a list of handlers: tasks, or imports of tasks. */
export function readHandlers(list: Term | undefined, place: TaskPlace): readonly Handler[] {
  const listens = new Map<Task, readonly string[]>();
  return readTasks(list, {...place, listens}).flatMap((item): readonly Handler[] => {
    if (item.kind === 'task') return [{task: item, listen: listens.get(item) ?? []}];
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
  const {report} = place.draft.loading;
  const kind = kindOf(term, place);
  if (!kind || !checkKeys(term, kind, place)) return [];
  const members = membersOf(term.entries);
  if (kind.kind === 'task') return readTask(term, kind, place);
  const origin = `${kind.kind} at ${term.at.file}:${term.at.line}`;
  const isRole = kind.kind === 'import_role';
  const keywords = inherit(place.keywords, members, {
    report,
    ...(isRole ? {} : {vars: {rank: rank.blockVars, origin}}),
  });
  switch (kind.kind) {
    case 'block':
      return [readBlock(term, members, {...place, keywords})];
    case 'meta':
      return readMeta(term, members, keywords);
    case 'import_tasks':
      return importTasks(members.get('import_tasks'), {...place, keywords});
    case 'import_role':
      return importRole(members, {...place, keywords});
  }
}

/** Which kind of entry it is: told by its one telling key. */
function kindOf(term: DictTerm, {draft: {loading}}: TaskPlace): TaskKind | undefined {
  const telling = (['block', 'import_tasks', 'import_role', 'meta'] as const).filter((key) =>
    term.entries.some((entry) => entry.key === key),
  );
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

function readMeta(term: DictTerm, members: Members, keywords: Keywords): readonly Item[] {
  const word = textOf(members.get('meta'));
  return word === undefined ? [] : [{kind: 'meta', word: word as Meta['word'], at: term.at, keywords}];
}

function importTasks(file: Term | undefined, place: TaskPlace): readonly Item[] {
  const {loading} = place.draft;
  const name = textOf(file);
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
    folders.map((folder) => join(folder, name)).find((candidate) => loading.files.isFile(candidate)) ??
    join(place.folder, name);
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
  const term = members.get('import_role');
  const nameTerm = memberOf(term, 'name');
  const name = textOf(nameTerm);
  if (name === undefined || !nameTerm) {
    if (nameTerm && nameTerm.kind !== 'literal')
      place.draft.loading.report.error(
        nameTerm.at,
        'a role that is imported must be known before the run',
        'write its name without a template; decide with "when"',
      );
    return [];
  }
  const tasksFrom = textOf(memberOf(term, 'tasks_from'));
  const vars = [members.get('vars'), memberOf(term, 'vars')].filter((value) => value !== undefined);
  return useRole(place, {name, at: nameTerm.at, vars, ...(tasksFrom === undefined ? {} : {tasksFrom})}).flatMap(
    ({items}) => items,
  );
}
