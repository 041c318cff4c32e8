import {dirname, resolve} from 'node:path';
import {evaluate} from '../language/evaluate.js';
import {EvaluationFailed, type Scope} from '../language/reference.js';
import type {Term} from '../language/term.js';
import {rank, type Play, type Project, type Task, type VarLayer} from '../load/project.js';
import {Deferred, reveal} from '../unknown.js';
import type {RecordedValues} from './values.js';

/** A variable that is a fact (`os`) is wanted and not read yet: whoever evaluates reads it and evaluates again. */
export class NeedsVariable extends Deferred {
  readonly host: string;
  readonly variable: string;

  constructor(host: string, variable: string) {
    super(`${host}/${variable}`);
    this.host = host;
    this.variable = variable;
  }
}

/** From where scopes take their values. */
export interface ScopeSources {
  readonly project: Project;
  readonly values: RecordedValues;
  /** Hosts that have a turn; undefined: all. */
  readonly selected?: ReadonlySet<string>;
  /** Names of the facts that stand in scope (`os`, `network`). */
  readonly variables: readonly string[];
  /** The value of one of them; throws `NeedsVariable` until it is read. */
  variable(host: string, name: string): unknown;
  /** What is being evaluated, to find variables that need themselves. */
  readonly trail: string[];
}

/** Whose names they are. */
export interface ScopeUse {
  readonly host: string;
  readonly play?: Play;
  readonly task?: Task;
  /** Loop variables, and the result under its registered name for `until` and its like: they win. */
  readonly locals?: Readonly<Record<string, unknown>>;
}

type Getter = () => unknown;

/** Sources for the scopes of a run. */
export function createScopeSources(project: Project, sources: Omit<ScopeSources, 'project' | 'trail'>): ScopeSources {
  return {project, trail: [], ...sources};
}

/**
 * All names of a task on a host: variables by Ansible's precedence, evaluated when they are read, registered results, and the magic names.
 * A getter may throw `Deferred` (unknown in a check), `NeedsVariable` or `EvaluationFailed`.
 */
export function createScope(sources: ScopeSources, use: ScopeUse): Scope {
  const scope = Object.create(null) as Record<string, unknown>;
  const variables = Object.create(null) as Record<string, unknown>;
  for (const [name, get] of variableGetters(sources, use, scope)) {
    define(scope, name, get);
    define(variables, name, get);
  }
  for (const [name, get] of magicGetters(sources, use)) define(scope, name, get);
  define(scope, 'vars', () => variables);
  const {task, locals = {}} = use;
  if (task)
    define(
      scope,
      'environment',
      memoized(() => environmentOf(task, scope)),
    );
  for (const name of Object.keys(locals)) define(scope, name, () => reveal(locals[name]));
  return scope;
}

/** The environment variables of a task, outer ones first. */
export function environmentOf(task: Task, scope: Scope): Readonly<Record<string, string>> {
  const merged: Record<string, string> = {};
  for (const term of task.keywords.environment) {
    const value = evaluate(term, scope);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new EvaluationFailed(
        `'environment' is ${JSON.stringify(value)}; expected names and values`,
        undefined,
        term.at,
      );
    }
    for (const [name, member] of Object.entries(value))
      merged[name] = typeof member === 'object' ? JSON.stringify(member) : String(member);
  }
  return merged;
}

function variableGetters(
  sources: ScopeSources,
  {host, play, task}: ScopeUse,
  scope: Scope,
): ReadonlyMap<string, Getter> {
  const {project, values} = sources;
  const layers = [
    ...(project.inventory.hosts.get(host)?.layers ?? []),
    ...(play?.layers ?? []),
    ...(task?.keywords.layers ?? []),
    project.extraVars,
  ];
  const winners = new Map<string, {readonly rank: number; readonly get: Getter}>();
  const set = (name: string, rankOfIt: number, get: () => Getter): void => {
    const present = winners.get(name);
    if (present === undefined || present.rank <= rankOfIt) winners.set(name, {rank: rankOfIt, get: get()});
  };
  for (const layer of layers) {
    for (const [name, term] of layer.entries)
      set(name, layer.rank, () => memoized(() => evaluateVariable(sources, {host, name, term, scope, layer})));
  }
  for (const name of values.names(host)) set(name, rank.setFacts, () => () => reveal(values.get(host, name)));
  return new Map([...winners].map(([name, {get}]) => [name, get]));
}

interface Variable {
  readonly host: string;
  readonly name: string;
  readonly term: Term;
  readonly scope: Scope;
  readonly layer: VarLayer;
}

function evaluateVariable({trail}: ScopeSources, {host, name, term, scope, layer}: Variable): unknown {
  const step = `${host}: ${name}`;
  if (trail.includes(step)) {
    const names = [...trail.slice(trail.indexOf(step)), step].map((each) =>
      each.startsWith(`${host}: `) ? each.slice(host.length + 2) : each,
    );
    throw new EvaluationFailed(
      `variable '${name}' (${layer.origin}) needs itself: ${names.join(' → ')}`,
      'give one of them a value of its own',
      term.at,
    );
  }
  trail.push(step);
  try {
    return evaluate(term, scope);
  } finally {
    trail.pop();
  }
}

function magicGetters(sources: ScopeSources, {host, play, task}: ScopeUse): readonly (readonly [string, Getter])[] {
  const {inventory} = sources.project;
  const role = task?.role;
  const [source] = inventory.sources;
  return [
    ['inventory_hostname', () => host],
    ['inventory_hostname_short', () => host.split('.')[0]],
    ['groups', memoized(() => Object.assign(Object.create(null) as object, Object.fromEntries(inventory.groups)))],
    ['group_names', () => (inventory.hosts.get(host)?.groups ?? []).filter((group) => group !== 'all')],
    ['hostvars', memoized(() => hostVariables(sources))],
    ...(source === undefined ? [] : [['inventory_dir', () => dirname(resolve(source))] as const]),
    ...(play
      ? [
          ['play_name', () => play.name] as const,
          ['play_hosts', () => play.hosts.filter((name) => sources.selected?.has(name) ?? true)] as const,
          ['playbook_dir', () => dirname(play.file)] as const,
        ]
      : []),
    ...(role ? [['role_name', () => role.name] as const, ['role_path', () => role.path] as const] : []),
    ...sources.variables.map((name) => [name, () => sources.variable(host, name)] as const),
  ];
}

/** The scopes of all hosts by name, each made when it is asked for. */
function hostVariables(sources: ScopeSources): Scope {
  const {hosts} = sources.project.inventory;
  const made = new Map<string, Scope>();
  const scopeOf = (host: string): Scope => {
    const present = made.get(host) ?? createScope(sources, {host});
    made.set(host, present);
    return present;
  };
  return new Proxy(Object.create(null) as Record<string, unknown>, {
    has: (_, name) => typeof name === 'string' && hosts.has(name),
    get: (_, name) => (typeof name === 'string' && hosts.has(name) ? scopeOf(name) : undefined),
    ownKeys: () => [...hosts.keys()],
    getOwnPropertyDescriptor: (_, name) =>
      typeof name === 'string' && hosts.has(name)
        ? {enumerable: true, configurable: true, value: scopeOf(name)}
        : undefined,
  });
}

function define(target: Record<string, unknown>, name: string, get: Getter): void {
  Object.defineProperty(target, name, {enumerable: true, configurable: true, get});
}

function memoized(make: Getter): Getter {
  let made: {readonly value: unknown} | undefined;
  return () => (made ??= {value: make()}).value;
}
