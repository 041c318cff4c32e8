import type {Standing} from '../graph/standing.js';
import {createVariables, setAtRunTime, type Variables} from '../graph/variables.js';
import {evaluate} from '../language/evaluate.js';
import {lazyObject} from '../language/lazy-object.js';
import {EvaluationFailed, type Scope} from '../language/reference.js';
import type {Term} from '../language/term.js';
import type {Play, Project, Task, VarLayer} from '../load/project.js';
import {Deferred, reveal} from '../unknown.js';
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
  /** The variables that are written down. */
  readonly defined: Variables;
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
export function createScopeSources(
  project: Project,
  sources: Omit<ScopeSources, 'project' | 'defined' | 'trail'>,
): ScopeSources {
  return {project, defined: createVariables(project), trail: [], ...sources};
}

/**
 * All names of a task on a host: variables by Ansible's precedence, evaluated when they are read, registered results, and the magic names.
 * Reading may throw `Deferred` (unknown in a check), `NeedsVariable` or `EvaluationFailed`.
 */
export function createScope(sources: ScopeSources, use: ScopeUse): Scope {
  const {task, locals = {}} = use;
  const variables = lazyObject({
    find: (name) => findVariable(sources, {use, name, scope}),
    names: () => [...sources.defined.names(use), ...sources.values.names(use.host)],
  });
  const own: Readonly<Record<string, () => unknown>> = {
    vars: () => variables,
    hostvars: () => hostVariables(sources),
    ...(task ? {environment: () => environmentOf(task, scope)} : {}),
  };
  const scope: Scope = lazyObject({
    find(name) {
      if (Object.hasOwn(locals, name)) return () => reveal(locals[name]);
      if (Object.hasOwn(own, name)) return own[name];
      return magicMember(sources, {use, name}) ?? findVariable(sources, {use, name, scope});
    },
    names: () => [
      ...magicMemberNames(sources, use),
      ...Object.keys(own),
      ...Object.keys(locals),
      ...Object.keys(variables),
    ],
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

interface Wanted {
  readonly use: ScopeUse;
  readonly name: string;
  readonly scope: Scope;
}

function findVariable(sources: ScopeSources, {use, name, scope}: Wanted): (() => unknown) | undefined {
  const {host} = use;
  const variable = sources.defined.find(use, name);
  if (sources.values.has(host, name) && (variable === undefined || variable.layer.rank <= setAtRunTime)) {
    return () => reveal(sources.values.get(host, name));
  }
  return variable && (() => evaluateVariable(sources, {host, name, scope, ...variable}));
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
