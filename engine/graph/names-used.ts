import {referencesOf, type PlacedReference} from '../language/evaluate.js';
import type {Term} from '../language/term.js';
import type {Task} from '../load/project.js';
import {taskSources} from './task-sources.js';
import type {Variable, Variables, VariableUse} from './variables.js';

/** A name that a task needs, and what gives it its value before anything runs; `through` are the variables that name it, the task's own word first. */
export interface NameUsed {
  readonly name: string;
  /** Undefined: the host of the task. */
  readonly host: string | undefined;
  readonly at: PlacedReference['at'];
  readonly variable: Variable | undefined;
  readonly through: readonly string[];
}

/** All names that a task needs on a host, those that its variables need included; a name of no certain host (`hostvars[x].y`) counts as one of the task's host. */
export function namesUsed(
  task: Task,
  {use, variables}: {readonly use: VariableUse; readonly variables: Variables},
): readonly NameUsed[] {
  const found = new Map<string, NameUsed>();
  const visit = (references: readonly PlacedReference[], from: VariableUse, through: readonly string[]): void => {
    for (const reference of references) {
      const named = nameOf(reference);
      if (named === undefined) continue;
      const {name, host} = named;
      const there = host === undefined ? from : {host};
      const key = `${there.host}\0${name}`;
      if (found.has(key)) continue;
      const variable = variables.find(there, name);
      const other = there.host === use.host ? undefined : there.host;
      found.set(key, {name, host: other, at: reference.at, variable, through});
      if (variable !== undefined) visit(referencesIn(variable.term), there, [...through, name]);
    }
  };
  for (const source of taskSources(task)) visit(source.references, use, []);
  return [...found.values()];
}

function nameOf({path: [root, ...rest]}: PlacedReference): {readonly name: string; readonly host?: string} | undefined {
  if (typeof root !== 'string') return undefined;
  const [first, second] = rest;
  if (root === 'vars' && typeof first === 'string') return {name: first};
  if (root !== 'hostvars') return {name: root};
  if (typeof second !== 'string') return {name: root};
  return typeof first === 'string' ? {name: second, host: first} : {name: second};
}

const known = new WeakMap<Term, readonly PlacedReference[]>();

function referencesIn(term: Term): readonly PlacedReference[] {
  const references = known.get(term) ?? referencesOf(term);
  known.set(term, references);
  return references;
}
