import {dirname} from 'node:path';
import {didYouMean} from '../language/near.js';
import type {Term} from '../language/term.js';
import type {Span} from '../span.js';
import {inherit, membersOf, withLayers} from './inherited.js';
import {makeLayer} from './layer.js';
import {readChecked, reportCycle, type TaskPlace} from './loading.js';
import {entriesOf, memberOf, textOf} from './plain.js';
import {rank, type Item, type RoleUse} from './project.js';
import {checkArgument, findRole, roleFile, type RoleFiles} from './role-files.js';
import {readHandlers, readTasks} from './task-list.js';

export interface RoleWanted {
  readonly name: string;
  readonly at: Span;
  /** Its arguments: `vars` of the use, an inner one last. */
  readonly vars: readonly Term[];
  readonly tasksFrom?: string;
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
  const files = findRole(loading, wanted.name, {at: wanted.at, folder: draft.folder});
  if (!files || reportCycle(place, nameOf(wanted), wanted.at)) return [];
  const own = keyOf([
    files.path,
    wanted.vars,
    outer.become,
    outer.becomeUser,
    outer.context,
    outer.environment,
    outer.delegateTo,
  ]);
  const use = draft.uses.get(own) ?? roleUseOf(files);
  checkArguments(files, wanted, place);
  const params = wanted.vars.map((vars) =>
    makeLayer(vars, {rank: rank.roleParams, origin: `role ${files.name}, its use`, report: loading.report}),
  );
  const keywords = withLayers(outer, [...files.layers, ...params.filter((layer) => layer.entries.size > 0)]);
  const inner: TaskPlace = {
    draft,
    keywords,
    role: use,
    folder: files.path,
    trail: [...place.trail, {what: nameOf(wanted), at: wanted.at}],
  };
  draft.demands.push({use, at: wanted.at, files, keywords});
  const key = keyOf([own, wanted.tasksFrom, outer.when.map(({source}) => source)]);
  // A role that imports another file of its own has had its dependencies.
  const inside = place.trail.some(({what}) => what === `role ${wanted.name}`);
  const dependencies = (inside ? [] : files.dependencies).flatMap((dependency) =>
    useDependency({...inner, keywords: outer}, dependency),
  );
  if (!draft.uses.has(own)) addHandlers(inner, files);
  draft.uses.set(own, use);
  return [...dependencies, {key, items: readRoleTasks(inner, files, wanted), tags: outer.tags}];
}

/** One file of a role may import another one of the same role: only the same file again is a cycle. */
function nameOf({name, tasksFrom}: RoleWanted): string {
  return tasksFrom === undefined ? `role ${name}` : `role ${name}, tasks/${tasksFrom}`;
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

function addTags(item: Item, tags: readonly string[]): Item {
  const all = (items: readonly Item[]): readonly Item[] => items.map((inner) => addTags(inner, tags));
  if (item.kind === 'block')
    return {...item, block: all(item.block), rescue: all(item.rescue), always: all(item.always)};
  return {...item, keywords: {...item.keywords, tags: [...new Set([...item.keywords.tags, ...tags])]}};
}

function useDependency(place: TaskPlace, term: Term): readonly RolePart[] {
  const name = textOf(term) ?? textOf(memberOf(term, 'role'));
  if (name === undefined) return [];
  const vars = memberOf(term, 'vars');
  const keywords = inherit(
    place.keywords,
    membersOf(entriesOf(term).filter(({key}) => key === 'when' || key === 'tags')),
    {report: place.draft.loading.report},
  );
  return useRole({...place, keywords}, {name, at: memberOf(term, 'role')?.at ?? term.at, vars: vars ? [vars] : []});
}

function readRoleTasks(place: TaskPlace, files: RoleFiles, wanted: RoleWanted): readonly Item[] {
  const {loading} = place.draft;
  const name = wanted.tasksFrom ?? 'main';
  const path = roleFile(loading, files, {folder: 'tasks', name});
  if (path === undefined) {
    if (wanted.tasksFrom !== undefined)
      loading.report.error(
        wanted.at,
        `role "${files.name}" has no tasks/${name}.yml`,
        didYouMean(`${name}.yml`, loading.files.list(`${files.path}/tasks`)),
      );
    return [];
  }
  const term = readChecked(loading, path, {
    part: 'playbook#/$defs/tasks',
    at: wanted.at,
    what: 'tasks',
    subject: 'the list of tasks',
  });
  return readTasks(term, {...place, folder: dirname(path)});
}

/** A handler runs when a task has changed something: the conditions that let the task run are not asked again. */
function addHandlers({keywords, ...place}: TaskPlace, files: RoleFiles): void {
  const {draft} = place;
  const path = roleFile(draft.loading, files, {folder: 'handlers'});
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
function checkArguments(files: RoleFiles, {vars}: RoleWanted, {draft}: TaskPlace): void {
  const {report} = draft.loading;
  if (!files.arguments) return;
  for (const {key, keyAt, value} of vars.flatMap(entriesOf)) {
    const argument = files.arguments.get(key);
    if (argument) checkArgument(argument, value, report);
    else
      report.error(
        keyAt,
        `role "${files.name}" has no argument "${key}"`,
        didYouMean(key, files.arguments.keys()) ?? `its arguments: ${[...files.arguments.keys()].join(' ')}`,
      );
  }
}
