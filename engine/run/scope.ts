import {evaluate} from '../language/evaluate.js';
import {EvaluationFailed, type Scope} from '../language/reference.js';
import type {Term} from '../language/term.js';
import {rank, type Play, type Project, type Task, type VarLayer} from '../load/project.js';
import {Deferred, reveal} from '../unknown.js';
import type {Standing} from '../graph/standing.js';
import {lazyObject} from './lazy-object.js';
import {magicMember, magicMemberNames} from './magic.js';
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
  /** What was selected; undefined: all. */
  readonly standing?: Standing;
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

/** Sources for the scopes of a run. */
export function createScopeSources(project: Project, sources: Omit<ScopeSources, 'project' | 'trail'>): ScopeSources {
  return {project, trail: [], ...sources};
}

/**
 * All names of a task on a host: variables by Ansible's precedence, evaluated when they are read, registered results, and the magic names.
 * Reading may throw `Deferred` (unknown in a check), `NeedsVariable` or `EvaluationFailed`.
 */
export function createScope(sources: ScopeSources, use: ScopeUse): Scope {
  const {task, locals = {}} = use;
  const layers = layersOf(sources, use);
  const variables = lazyObject({
    find: (name) => findVariable(sources, {use, layers, name, scope}),
    names: () => [...layers.flatMap((layer) => [...layer.entries.keys()]), ...sources.values.names(use.host)],
  });
  const own = new Map<string, () => unknown>([
    ['vars', () => variables],
    ['hostvars', () => hostVariables(sources)],
    ...(task ? [['environment', () => environmentOf(task, scope)] as const] : []),
    ...Object.entries(locals).map(([name, value]) => [name, () => reveal(value)] as const),
  ]);
  const scope: Scope = lazyObject({
    find: (name) =>
      own.get(name) ??
      magicMember(sources, {use, name}) ??
      (Object.hasOwn(variables, name) ? () => variables[name] : undefined),
    names: () => [...magicMemberNames(sources, use), ...own.keys(), ...Object.keys(variables)],
  });
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
    for (const [name, member] of Object.entries(value)) {
      if (!/^[A-Za-z_]\w*$/.test(name))
        throw new EvaluationFailed(`'${name}' cannot be the name of an environment variable`, undefined, term.at);
      merged[name] = typeof member === 'object' ? JSON.stringify(member) : String(member);
    }
  }
  return merged;
}

/** The layers that count, the strongest first. */
function layersOf({project}: ScopeSources, {host, play, task}: ScopeUse): readonly VarLayer[] {
  const layers = [
    ...(project.inventory.hosts.get(host)?.layers ?? []),
    ...(play?.layers ?? []),
    ...(task?.keywords.layers ?? []),
    project.extraVars,
  ];
  return layers.reverse().sort((one, other) => other.rank - one.rank);
}

interface Wanted {
  readonly use: ScopeUse;
  readonly layers: readonly VarLayer[];
  readonly name: string;
  readonly scope: Scope;
}

function findVariable(sources: ScopeSources, {use: {host}, layers, name, scope}: Wanted): (() => unknown) | undefined {
  const layer = layers.find(({entries}) => entries.has(name));
  if (sources.values.has(host, name) && (layer === undefined || layer.rank <= rank.setFacts)) {
    return () => reveal(sources.values.get(host, name));
  }
  const term = layer?.entries.get(name);
  return layer && term && (() => evaluateVariable(sources, {host, name, term, scope, layer}));
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

/** The scopes of all hosts by name, each made when it is asked for. */
function hostVariables(sources: ScopeSources): Scope {
  const {hosts} = sources.project.inventory;
  return lazyObject({
    find: (host) => (hosts.has(host) ? () => createScope(sources, {host}) : undefined),
    names: () => hosts.keys(),
  });
}
