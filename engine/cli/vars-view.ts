import {createForeknown, type Foreknown, type Obstacle} from '../graph/foreknown.js';
import {allItems, tasksOf} from '../graph/choose.js';
import {producedBy} from '../graph/producers.js';
import {createVariables, type Variables, type VariableUse} from '../graph/variables.js';
import {evaluate} from '../language/evaluate.js';
import {EvaluationFailed} from '../language/reference.js';
import type {Term} from '../language/term.js';
import {asWritten} from '../load/as-written.js';
import {precedence} from '../load/precedence.js';
import type {Play, Project, Task, VarLayer} from '../load/project.js';
import type {Span} from '../span.js';

/** Where a value is written. */
export interface Origin {
  readonly written: unknown;
  readonly at: Span;
  /** The kind of place, as the table of precedence calls it. */
  readonly what: string;
  /** As the loader names it: `role haproxy, defaults`. */
  readonly origin: string;
}

/** A variable as one part of a project sees it. */
export interface ShownVariable {
  readonly name: string;
  /** Its value, or why it is not known before the run. */
  readonly found: {readonly value: unknown} | {readonly unknown: string};
  readonly origin: Origin;
  /** What it wins over, the nearest first. */
  readonly overrides: readonly Origin[];
}

/** The variables that one part of a project sets on a host: the inventory, a play, a role, a task. */
export interface VarsSection {
  readonly title: string;
  readonly variables: readonly ShownVariable[];
}

export interface VarsOptions {
  readonly host: string;
  /** One variable; undefined: all. */
  readonly name: string | undefined;
  /** Whether a module's arguments become variables of the host (`set_fact`). */
  readonly setsVariables: ((module: string) => boolean) | undefined;
}

interface Part {
  readonly title: string;
  readonly use: VariableUse;
  /** What it adds to the parts around it. */
  readonly own: readonly VarLayer[];
  /** Names that its tasks give values in the run. */
  readonly makes: readonly string[];
}

/** The variables of a host, part by part: each part shows what it sets itself, and what that wins over. */
export function varsOf(project: Project, options: VarsOptions): readonly VarsSection[] {
  const variables = createVariables(project);
  const foreknown = createForeknown(project, {variables, setsVariables: options.setsVariables});
  const look: Look = {project, variables, foreknown};
  return partsOf(project, options).map(({title, use, own, makes}) => {
    const names = new Set([...own.flatMap(({entries}) => [...entries.keys()]), ...makes]);
    const wanted = [...names].filter((name) => options.name === undefined || name === options.name).sort();
    return {title, variables: wanted.flatMap((name) => shownVariable(look, use, name) ?? [])};
  });
}

/** All names that a host's variables have anywhere in a project. */
export function variableNames(project: Project, options: Omit<VarsOptions, 'name'>): readonly string[] {
  const sections = varsOf(project, {...options, name: undefined});
  return [...new Set(sections.flatMap(({variables}) => variables.map(({name}) => name)))];
}

function partsOf(project: Project, {host, name, setsVariables}: VarsOptions): readonly Part[] {
  const inventory = project.inventory.hosts.get(host)?.layers ?? [];
  const plays = project.plays.filter((play) => play.hosts.includes(host));
  return [
    {title: `host ${host}`, use: {host}, own: [...inventory, project.extraVars], makes: []},
    ...plays.flatMap((play) => {
      const tasks = [...allItems(play).flatMap(tasksOf), ...play.handlers.map(({task}) => task)];
      const makes = tasks.flatMap((task) => producedBy(task, setsVariables));
      return [
        {title: `play "${play.name}" (${placeText(play.at)})`, use: {host, play}, own: play.layers, makes},
        ...roleParts(tasks, {host, play}),
        ...(name === undefined ? [] : taskParts(tasks, {host, play})),
      ];
    }),
  ];
}

/** One part for each role with the same variables. */
function roleParts(tasks: readonly Task[], use: {readonly host: string; readonly play: Play}): readonly Part[] {
  const seen = new Set<string>();
  return tasks.flatMap((task): readonly Part[] => {
    const own = task.keywords.layers.filter(isOfRole);
    const key = `${task.role?.path ?? ''} ${own.map(numberOf).join()}`;
    if (task.role === undefined || seen.has(key)) return [];
    seen.add(key);
    return [{title: `role ${task.role.name} in play "${use.play.name}"`, use: {...use, task}, own, makes: []}];
  });
}

/** Tasks with variables of their own or of a block around them. */
function taskParts(tasks: readonly Task[], use: {readonly host: string; readonly play: Play}): readonly Part[] {
  return tasks.map((task) => ({
    title: `task "${task.name}" (${placeText(task.at)})`,
    use: {...use, task},
    own: task.keywords.layers.filter((layer) => !isOfRole(layer)),
    makes: [],
  }));
}

/** Whether variables belong to a role as a whole: its files, and what it is given where it is used. */
function isOfRole({origin}: VarLayer): boolean {
  return origin.startsWith('role ');
}

const numbers = new WeakMap<VarLayer, number>();
let lastNumber = 0;

function numberOf(layer: VarLayer): number {
  const known = numbers.get(layer) ?? ++lastNumber;
  numbers.set(layer, known);
  return known;
}

interface Look {
  readonly project: Project;
  readonly variables: Variables;
  readonly foreknown: Foreknown;
}

function shownVariable(
  {project, variables, foreknown}: Look,
  use: VariableUse,
  name: string,
): ShownVariable | undefined {
  const layers = [
    ...(project.inventory.hosts.get(use.host)?.layers ?? []),
    ...(use.play?.layers ?? []),
    ...(use.task?.keywords.layers ?? []),
    project.extraVars,
  ];
  const places = new Set<string>();
  const origins = layers
    .toReversed()
    .sort((one, other) => other.rank - one.rank)
    .flatMap((layer) => {
      const term = layer.entries.get(name);
      if (term === undefined) return [];
      // group_vars that lie beside both inventory and playbook are read as both.
      const place = JSON.stringify([term.at, layer.origin]);
      const isNew = !places.has(place);
      places.add(place);
      return isNew ? [{term, origin: originOf(term, layer)}] : [];
    });
  const task = use.play && foreknown.made(use, name);
  if (task) {
    const written = task.register === name ? `register of ${task.module}` : task.module;
    const origin: Origin = {written, at: task.at, what: precedence.setFacts.what, origin: `task "${task.name}"`};
    const found = {unknown: obstacleText({kind: 'made', name, task})};
    return {name, found, origin, overrides: origins.map((each) => each.origin)};
  }
  const [winner, ...others] = origins;
  if (!winner) return undefined;
  const found = valueOf({variables, foreknown}, use, winner.term);
  return {name, found, origin: winner.origin, overrides: others.map(({origin}) => origin)};
}

function originOf(term: Term, layer: VarLayer): Origin {
  const row = Object.values(precedence).find(({rank: place}) => place === layer.rank);
  return {written: asWritten(term), at: term.at, what: row?.what ?? '', origin: layer.origin};
}

function valueOf(
  {variables, foreknown}: Pick<Look, 'variables' | 'foreknown'>,
  use: VariableUse,
  term: Term,
): ShownVariable['found'] {
  // What is encrypted is shown as that.
  if ('vault' in term) return {value: asWritten(term)};
  const {obstacle} = foreknown.grounds(use, term);
  if (obstacle) return {unknown: obstacleText(obstacle)};
  try {
    return {value: evaluate(term, variables.known(use))};
  } catch (error) {
    if (!(error instanceof EvaluationFailed)) throw error;
    return {unknown: `${error.message} (${placeText(error.at)})`};
  }
}

/** Why a value is not known, in words. */
function obstacleText(obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case 'made': {
      const {name, task} = obstacle;
      const how = task.register === name ? 'registers' : 'sets';
      return `known in the run: "${task.name}" (${placeText(task.at)}) ${how} "${name}"`;
    }
    case 'run':
      return `known in the run: "${obstacle.name}"`;
    case 'sealed':
      return `"${obstacle.name}" is encrypted, and no vault password was given`;
    case 'undefined':
      return `"${obstacle.name}" is not defined`;
    case 'itself':
      return `"${obstacle.name}" needs itself`;
  }
}

/** `file:line` of a place. */
export function placeText({file, line}: Span): string {
  return `${file}:${line}`;
}
