import {referencesOf, type PlacedReference} from '../language/evaluate.js';
import {EvaluationFailed, pathText, SourceFailed} from '../language/reference.js';
import type {Term} from '../language/term.js';
import {magicNames} from '../load/names.js';
import {rank, type Project, type Task} from '../load/project.js';
import {allItems, tasksOf} from './choose.js';
import {producedBy} from './producers.js';
import {setAtRunTime, type Variables, type VariableUse} from './variables.js';

/** Why a value is not known before the first connection. */
export type Obstacle =
  /** A task gives the name its value. */
  | {readonly kind: 'made'; readonly name: string; readonly task: Task}
  /** Only the run tells: a fact, an item of a loop, a host that is named then. */
  | {readonly kind: 'run'; readonly name: string}
  /** It is encrypted, and nobody gave the password. */
  | {readonly kind: 'sealed'; readonly name: string}
  | {readonly kind: 'undefined'; readonly name: string; readonly host: string}
  | {readonly kind: 'itself'; readonly name: string};

/** What a term stands on. */
export interface Grounds {
  /** The first thing that stands in the way of evaluating it before the first connection. */
  readonly obstacle: Obstacle | undefined;
  /** The variables that it was followed to: with the same ones it has the same value, on every host unless `ofHost`. */
  readonly terms: ReadonlySet<Term>;
  readonly ofHost: boolean;
}

/** Tells what can be evaluated before the first connection. */
export interface Foreknown {
  /** What gives a name its value in the run, where that wins over the variables. */
  made(use: VariableUse, name: string): Task | undefined;
  grounds(use: VariableUse, term: Term, locals?: LocalNames): Grounds;
}

/** Names that a task brings along, such as that of a loop's item. */
export interface LocalNames {
  readonly known: ReadonlySet<string>;
  readonly unknown: ReadonlySet<string>;
}

const noLocals: LocalNames = {known: new Set(), unknown: new Set()};

export interface ForeknownOptions {
  readonly variables: Variables;
  /** Whether a module's arguments become variables of the host (`set_fact`). */
  readonly setsVariables: ((module: string) => boolean) | undefined;
}

/** Names that are known at once, by themselves. */
const knownAtOnce = new Set(magicNames.filter(({known}) => known === 'load').map(({name}) => name));
const magic = new Set(magicNames.map(({name}) => name));

interface Asking {
  readonly use: VariableUse;
  readonly locals: LocalNames;
  /** Variables on the way here. */
  readonly through: readonly string[];
  readonly terms: Set<Term>;
  readonly ofHost: () => void;
}

/** Opens what is known of a project before it runs. A name that a task makes anywhere counts as made, whether before or after. */
export function createForeknown(project: Project, {variables, setsVariables}: ForeknownOptions): Foreknown {
  const makers = findMakers(project, setsVariables);
  const followed = new Map<Term, readonly PlacedReference[]>();
  const made = (use: VariableUse, name: string): Task | undefined => {
    const variable = variables.find(use, name);
    if (variable && variable.layer.rank > setAtRunTime) return undefined;
    return makers.get(name)?.find(({hosts}) => hosts.has(use.host))?.task;
  };
  const ofName = (name: string, reference: PlacedReference, asking: Asking): Obstacle | undefined => {
    const {use, through} = asking;
    const task = made(use, name);
    if (task) return {kind: 'made', name, task};
    const variable = variables.find(use, name);
    if (!variable) {
      // `default` and its like say what then.
      if (reference.optional === 'name') return undefined;
      return {kind: 'undefined', name: pathText(reference.path), host: use.host};
    }
    const {term, layer} = variable;
    asking.terms.add(term);
    // Lists and pictures are made without answers.
    if (layer.rank === rank.playVarsPrompt) return {kind: 'run', name};
    if (term.kind === 'literal' && term.vault !== undefined && term.value === term.vault) return {kind: 'sealed', name};
    const step = `${use.host} ${name}`;
    if (through.includes(step)) return {kind: 'itself', name};
    return ofTerm(term, {...asking, through: [...through, step]});
  };
  const ofHost = (reference: PlacedReference, asking: Asking): Obstacle | undefined => {
    if (reference.path[1] === null) asking.ofHost();
    const [, host, name] = pathOf(reference, asking.use, variables);
    const open: Obstacle = {kind: 'run', name: pathText(reference.path)};
    if (typeof host !== 'string' || typeof name !== 'string') return open;
    if (!project.inventory.hosts.has(host)) return {kind: 'undefined', name: pathText(reference.path), host};
    return ofName(name, reference, {...asking, use: {host}, locals: noLocals});
  };
  const ofReference = (reference: PlacedReference, asking: Asking): Obstacle | undefined => {
    const [root, name] = reference.path;
    if (typeof root !== 'string') return undefined;
    if (asking.locals.known.has(root)) return undefined;
    if (asking.locals.unknown.has(root)) return {kind: 'run', name: root};
    if (root === 'hostvars') return ofHost(reference, asking);
    if (root === 'vars' && typeof name === 'string') return ofName(name, reference, asking);
    if (root !== 'groups' && magic.has(root)) asking.ofHost();
    if (knownAtOnce.has(root)) return undefined;
    return magic.has(root) ? {kind: 'run', name: root} : ofName(root, reference, asking);
  };
  const ofTerm = (term: Term, asking: Asking): Obstacle | undefined => {
    const references = followed.get(term) ?? referencesOf(term);
    followed.set(term, references);
    for (const reference of references) {
      const found = ofReference(reference, asking);
      if (found) return found;
    }
    return undefined;
  };
  const grounds = (use: VariableUse, term: Term, locals: LocalNames = noLocals): Grounds => {
    const terms = new Set<Term>();
    let isOfHost = false;
    const ofHostOnly = (): void => {
      isOfHost = true;
    };
    const obstacle = ofTerm(term, {use, locals, through: [], terms, ofHost: ofHostOnly});
    return {obstacle, terms, ofHost: isOfHost};
  };
  return {made, grounds};
}

function pathOf(
  {path, resolve}: PlacedReference,
  use: VariableUse,
  variables: Variables,
): readonly (string | number | null)[] {
  if (path[1] !== null || !resolve) return path;
  try {
    return resolve(variables.known(use));
  } catch (error) {
    if (error instanceof EvaluationFailed || error instanceof SourceFailed) return path;
    throw error;
  }
}

interface Maker {
  readonly task: Task;
  readonly hosts: ReadonlySet<string>;
}

function findMakers(project: Project, setsVariables: ForeknownOptions['setsVariables']): ReadonlyMap<string, Maker[]> {
  const everyHost = new Set(project.inventory.hosts.keys());
  const makers = new Map<string, Maker[]>();
  for (const play of project.plays) {
    const hosts = new Set(play.hosts);
    const tasks = [...allItems(play).flatMap(tasksOf), ...play.handlers.map(({task}) => task)];
    for (const task of tasks)
      for (const name of producedBy(task, setsVariables)) {
        const all = makers.get(name) ?? [];
        makers.set(name, all);
        all.push({task, hosts: task.keywords.delegateTo === undefined ? hosts : everyHost});
      }
  }
  return makers;
}
