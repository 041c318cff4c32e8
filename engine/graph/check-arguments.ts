import type {Diagnostic} from '../diagnostic.js';
import {referencesOf} from '../language/evaluate.js';
import type {Term} from '../language/term.js';
import {checkTerm} from '../load/check-term.js';
import type {Task} from '../load/project.js';
import {createReport} from '../load/report.js';
import type {Validate} from '../load/schema.js';
import type {Span} from '../span.js';
import {
  evaluatedTerms,
  groundsText,
  knownArguments,
  type KnownArguments,
  type KnownContext,
} from './argument-values.js';
import {tell, type Draft} from './draft.js';
import {createForeknown} from './foreknown.js';
import {listed} from './unknown-names.js';

type Problem = Omit<Diagnostic, 'severity' | 'hint'> & {readonly hint?: string | undefined};

interface Found {
  readonly problem: Problem;
  readonly among: readonly string[];
  readonly hosts: Set<string>;
}

/** Checks arguments that are templates by the values that they will have, where these are known before the first connection. */
export function checkArguments(draft: Draft): void {
  const {variables, options} = draft;
  const {validatorOf, setsVariables} = options;
  if (!validatorOf) return;
  const foreknown = createForeknown(draft.project, {variables, setsVariables});
  const numbers = new Map<Term, number>();
  const numberOf = (term: Term): number => {
    const known = numbers.get(term) ?? numbers.size;
    numbers.set(term, known);
    return known;
  };
  const done = new Map<string, readonly Found[]>();
  const all = new Map<string, Found>();
  for (const node of draft.nodes.values()) {
    if (node.kind !== 'task' || draft.left.has(node.id) || evaluatedTerms(node.task).length === 0) continue;
    const {task, host, play} = node;
    const context: KnownContext = {variables, foreknown, use: {host, play, task}, followed: new Map()};
    // Hosts whose arguments stand on the same variables have the same ones.
    const grounds = groundsText(context, numberOf);
    const key = grounds === undefined ? undefined : `${numberOf(task.args)} ${grounds}`;
    const found =
      (key === undefined ? undefined : done.get(key)) ??
      knownArguments(context)
        .flatMap((known) => problemsOf(task, known, validatorOf(task.module)))
        .map((problem) => keep(all, {...problem, ...trailOf(context, problem.at)}, play.hosts));
    if (key !== undefined) done.set(key, found);
    for (const {hosts} of found) hosts.add(host);
  }
  for (const {problem, among, hosts} of all.values()) {
    const where = hosts.size < among.length ? ` on ${listed([...hosts])}` : '';
    tell(draft, {...problem, message: problem.message + where});
  }
}

function keep(all: Map<string, Found>, problem: Problem, among: readonly string[]): Found {
  const {at, message} = problem;
  const key = `${at?.file ?? ''}:${at?.line ?? 0}:${at?.column ?? 0} ${message}`;
  const found = all.get(key) ?? {problem, among, hosts: new Set<string>()};
  all.set(key, found);
  return found;
}

function problemsOf(task: Task, {known, problems}: KnownArguments, validate: Validate | undefined): readonly Problem[] {
  if (problems.length > 0 || !validate) return problems;
  const report = createReport();
  checkTerm(task.args, validate, {subject: task.module, at: task.moduleAt, known, report});
  // As it is written it has quotes.
  return report.diagnostics.map(({hint, ...problem}) => ({...problem, hint: hint === 'quote it' ? keepsType : hint}));
}

const keepsType = 'a mustache alone keeps the type of its value; {{json …}} makes text of it';

/** Where the variables that a template names have their values. */
function trailOf({variables, use}: KnownContext, at: Span | undefined): Pick<Problem, 'trail'> {
  const text = evaluatedTerms(use.task).find((term) => term.at === at);
  const trail = (text ? referencesOf(text) : []).flatMap(({path: [name]}) => {
    const variable = typeof name === 'string' ? variables.find(use, name) : undefined;
    return variable ? [{at: variable.term.at, message: `"${String(name)}" has its value from here`}] : [];
  });
  return trail.length === 0 ? {} : {trail};
}
