import {EvaluationFailed, type Scope} from '../language/reference.js';
import {evaluate} from '../language/evaluate.js';
import type {Task} from '../load/project.js';
import type {Term} from '../language/term.js';

/** Where on a machine a node works. */
export interface Place {
  /** Undefined: the user who logs in. */
  readonly user?: string;
  readonly context: 'plain' | 'user' | 'namespace';
  readonly rootlessStateDir?: string;
}

/** A machine and a place on it. */
export interface Where {
  readonly machine: string;
  readonly place: Place;
  /** Environment variables of all that is asked and done there; undefined: none. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The same place with environment variables. */
export function withEnvironment(where: Where, environment: Readonly<Record<string, string>>): Where {
  return Object.keys(environment).length === 0 ? where : {...where, environment};
}

/** Two wheres with the same key on one machine give the same answers. */
export function environmentKey({environment}: Where): string {
  return environment === undefined ? '' : JSON.stringify(Object.entries(environment).sort());
}

/** What the command line says of `become`: it stands where neither task nor play says otherwise. */
export interface BecomeDefaults {
  readonly become?: boolean;
  readonly becomeUser?: string;
}

/** The place of whoever logs in. */
export const loginPlace: Place = {context: 'plain'};

/** Where a task runs: `context`, `become` and `become_user` evaluated, the variables `ansible_become`, `rootless_user` and `rootless_state_dir` regarded. */
export function placeOf(task: Task, scope: Scope, defaults: BecomeDefaults): Place {
  const {context, become, becomeUser} = task.keywords;
  const user = (): string | undefined => textOf(becomeUser, scope) ?? defaults.becomeUser;
  switch (context) {
    case 'root':
      return {user: 'root', context: 'plain'};
    case 'plain':
      return becomes(become, scope, defaults)
        ? {user: user() ?? variable(scope, 'ansible_become_user') ?? 'root', context: 'plain'}
        : loginPlace;
    case 'user':
    case 'namespace': {
      const owner = user() ?? variable(scope, 'rootless_user');
      if (owner === undefined) {
        throw new EvaluationFailed(
          `'context: ${context}' does not know its user`,
          "set 'become_user' or the variable 'rootless_user'",
          task.at,
        );
      }
      const folder = context === 'namespace' ? variable(scope, 'rootless_state_dir') : undefined;
      return {user: owner, context, ...(folder === undefined ? {} : {rootlessStateDir: folder})};
    }
  }
}

/** Two places with the same key are one shell. */
export function placeKey(place: Place): string {
  return `${place.context}:${place.user ?? ''}:${place.rootlessStateDir ?? ''}`;
}

/** The mount namespace that a place sees; files of different ones are different facts. */
export function mountNamespace(place: Place): string {
  return place.context === 'namespace' ? placeKey(place) : '';
}

function becomes(term: Term | undefined, scope: Scope, defaults: BecomeDefaults): boolean {
  if (term !== undefined) return truth(evaluate(term, scope), term);
  if (defaults.become === true) return true;
  const value = scope['ansible_become'];
  return value === true || value === 'true' || value === 'yes';
}

function truth(value: unknown, term: Term): boolean {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'yes') return true;
  if (value === 'false' || value === 'no') return false;
  throw new EvaluationFailed(`'become' is ${JSON.stringify(value)}; expected true or false`, undefined, term.at);
}

function textOf(term: Term | undefined, scope: Scope): string | undefined {
  if (term === undefined) return undefined;
  const value = evaluate(term, scope);
  if (typeof value === 'string' && value !== '') return value;
  throw new EvaluationFailed(
    `'become_user' is ${JSON.stringify(value)}; expected the name of a user`,
    undefined,
    term.at,
  );
}

function variable(scope: Scope, name: string): string | undefined {
  const value = scope[name];
  return typeof value === 'string' ? value : undefined;
}
