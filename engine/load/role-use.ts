import {dirname} from 'node:path';
import {didYouMean} from '../language/near.js';
import type {Term} from '../language/term.js';
import type {Span} from '../span.js';
import {withLayers} from './inherited.js';
import {makeLayer} from './layer.js';
import {readChecked, reportCycle, type Loading, type PlayDraft, type TaskPlace} from './loading.js';
import {entriesOf} from './plain.js';
import {rank, type Item, type RoleUse} from './project.js';
import {useRoleEntry} from './role-entry.js';
import {checkArgument, findRole, roleFile, type RoleFiles, type RoleFroms} from './role-files.js';
import {readHandlers, readTasks} from './task-list.js';

export interface RoleWanted {
  readonly name: string;
  readonly at: Span;
  /** `vars` of the use, an inner one last: what tasks set in the run wins over them. */
  readonly vars: readonly Term[];
  /** Arguments that win over what tasks set, too: keys of an entry of `roles`, `vars` of `include_role`. */
  readonly params?: readonly Term[];
  /** Other files than `main`: `tasks_from` and its like. */
  readonly froms?: RoleFroms & {readonly handlers?: string};
}

/** A role in its place: its dependencies and itself, in order. */
export interface RolePart {
  /** Equal for the same role with the same arguments and conditions. */
  readonly key: string;
  readonly items: readonly Item[];
  readonly tags: readonly string[];
}

/** Reads a role for one use: checks the arguments, puts its variables in scope, adds its handlers to the play. `place` holds the keywords of the use. */
export function useRole(place: TaskPlace, wanted: RoleWanted): readonly RolePart[] {
  const {draft, keywords: outer} = place;
  const {loading} = draft;
  const {froms = {}} = wanted;
  const files = findRole(loading, wanted.name, {
    at: wanted.at,
    origin: {folder: draft.folder, within: place.role?.path},
    froms,
  });
  if (!files || reportCycle(place, nameOf(wanted), wanted.at)) return [];
  const own = keyOf([
    files.path,
    [...wanted.vars, ...(wanted.params ?? [])],
    outer.become,
    outer.becomeUser,
    outer.context,
    outer.environment,
    outer.delegateTo,
    {...froms, tasks: undefined},
  ]);
  const use = draft.uses.get(own) ?? roleUseOf(files);
  checkArguments(files, wanted, place);
  const origin = `role ${files.name}, its use`;
  const given = [
    ...wanted.vars.map((vars) => makeLayer(vars, {rank: rank.blockVars, origin, report: loading.report})),
    ...(wanted.params ?? []).map((vars) => makeLayer(vars, {rank: rank.roleParams, origin, report: loading.report})),
  ];
  const keywords = withLayers(outer, [...files.layers, ...given.filter((layer) => layer.entries.size > 0)]);
  const inner: TaskPlace = {
    draft,
    keywords,
    role: use,
    known: new Map([
      ...(place.known ?? []),
      ['role_path', {kind: 'literal', at: wanted.at, value: files.path}],
      ['role_name', {kind: 'literal', at: wanted.at, value: files.name}],
    ]),
    folder: files.path,
    trail: [...place.trail, {what: nameOf(wanted), at: wanted.at}],
  };
  draft.demands.push({use, at: wanted.at, files, keywords});
  const again = files.allowDuplicates ? draft.demands.length : undefined;
  const key = keyOf([own, froms.tasks, outer.when.map(({source}) => source), again]);
  // A role that imports another file of its own has had its dependencies.
  const inside = place.trail.some(({what}) => what === `role ${wanted.name}`);
  const dependencies = (inside ? [] : files.dependencies).flatMap((dependency) =>
    useRoleEntry({...inner, keywords: outer}, dependency),
  );
  if (!draft.uses.has(own)) addHandlers(inner, {files, name: froms.handlers, at: wanted.at});
  draft.uses.set(own, use);
  return [...dependencies, {key, items: readRoleTasks(inner, files, wanted), tags: outer.tags}];
}

/** One file of a role may import another one of the same role: only the same file again is a cycle. */
function nameOf({name, froms}: RoleWanted): string {
  return froms?.tasks === undefined ? `role ${name}` : `role ${name}, tasks/${froms.tasks}`;
}

function roleUseOf({name, path, arguments: declared}: RoleFiles): RoleUse {
  const secrets = [...(declared?.values() ?? [])].filter(({schema}) => schema['writeOnly'] === true);
  return {name, path, ...(secrets.length > 0 ? {secrets: secrets.map((argument) => argument.name)} : {})};
}

/** Text that is equal for equal terms, wherever they stand. */
function keyOf(parts: readonly unknown[]): string {
  return JSON.stringify(parts, (name, value: unknown) => (name === 'at' || name === 'keyAt' ? undefined : value));
}

/** A role runs once for the same arguments and conditions; the tags of all its uses select it. */
export function joinParts(parts: readonly RolePart[]): readonly Item[] {
  const kept = new Map<string, readonly Item[]>();
  for (const {key, items, tags} of parts) {
    const before = kept.get(key);
    kept.set(key, before ? before.map((item) => addTags(item, tags)) : items);
  }
  return [...kept.values()].flat();
}

/** A role that is imported runs each time; its dependencies once for the same arguments, conditions and tags. */
export function importedParts({imported}: PlayDraft, parts: readonly RolePart[]): readonly RolePart[] {
  return parts.filter(({key, tags}, index) => {
    const use = JSON.stringify([key, tags]);
    const isFirst = !imported.has(use);
    imported.add(use);
    return isFirst || index === parts.length - 1;
  });
}

function addTags(item: Item, tags: readonly string[]): Item {
  const all = (items: readonly Item[]): readonly Item[] => items.map((inner) => addTags(inner, tags));
  if (item.kind === 'block')
    return {...item, block: all(item.block), rescue: all(item.rescue), always: all(item.always)};
  return {...item, keywords: {...item.keywords, tags: [...new Set([...item.keywords.tags, ...tags])]}};
}

function readRoleTasks(place: TaskPlace, files: RoleFiles, wanted: RoleWanted): readonly Item[] {
  const {loading} = place.draft;
  const path = fileOf(loading, files, {folder: 'tasks', name: wanted.froms?.tasks, at: wanted.at});
  if (path === undefined) return [];
  const term = readChecked(loading, path, {
    part: 'playbook#/$defs/tasks',
    at: wanted.at,
    what: 'tasks',
    subject: 'the list of tasks',
  });
  return readTasks(term, {...place, folder: dirname(path)});
}

/** A file of a role; `main` need not be there, another one must. */
function fileOf(
  loading: Loading,
  role: RoleFiles,
  {folder, name, at}: {readonly folder: 'tasks' | 'handlers'; readonly name: string | undefined; readonly at: Span},
): string | undefined {
  const path = roleFile(loading, role, {folder, ...(name === undefined ? {} : {name})});
  if (path === undefined && name !== undefined)
    loading.report.error(
      at,
      `role "${role.name}" has no ${folder}/${name}.yml`,
      didYouMean(`${name}.yml`, loading.files.list(`${role.path}/${folder}`)),
    );
  return path;
}

/** A handler runs when a task has changed something: the conditions that let the task run are not asked again. */
function addHandlers(
  {keywords, ...place}: TaskPlace,
  {files, name, at}: {readonly files: RoleFiles; readonly name: string | undefined; readonly at: Span},
): void {
  const {draft} = place;
  const path = fileOf(draft.loading, files, {folder: 'handlers', name, at});
  if (path === undefined) return;
  const term = readChecked(draft.loading, path, {
    part: 'playbook#/$defs/tasks',
    at: undefined,
    what: 'handlers',
    subject: 'the list of handlers',
  });
  draft.handlers.push(...readHandlers(term, {...place, keywords: {...keywords, when: []}, folder: dirname(path)}));
}

/** The arguments that are given at the use itself; whether all are given is known only with the hosts' variables. */
function checkArguments(files: RoleFiles, {vars, params = []}: RoleWanted, {draft}: TaskPlace): void {
  const {report} = draft.loading;
  if (!files.arguments) return;
  for (const {key, keyAt, value} of [...vars, ...params].flatMap(entriesOf)) {
    const argument = files.arguments.get(key);
    if (argument) checkArgument(argument, value, report);
    else if (!files.takesMore)
      report.error(
        keyAt,
        `role "${files.name}" has no argument "${key}"`,
        didYouMean(key, files.arguments.keys()) ?? `its arguments: ${[...files.arguments.keys()].join(' ')}`,
      );
  }
}
