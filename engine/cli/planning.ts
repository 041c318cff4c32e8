import {existsSync} from 'node:fs';
import {dirname, resolve} from 'node:path';
import {BadInput, badInput, problem, type Diagnostic} from '../diagnostic.js';
import type {Graph} from '../graph/graph.js';
import {digestWith} from '../plan/digest.js';
import {guardPlan} from '../plan/guard.js';
import {changedFiles, changedInputs, inputsOf} from '../plan/inputs.js';
import {planKey} from '../plan/key.js';
import {readPlan, writePlan} from '../plan/plan-file.js';
import type {KeptNode, Plan} from '../plan/plan.js';
import {recordPlan} from '../plan/record.js';
import {stateRoot} from '../run/state-folder.js';
import type {Registry} from '../task.js';
import type {Invocation, ProjectOptions, RunOptions} from './invocation.js';
import {parseArguments} from './options.js';
import {runOnMachines} from './run-machines.js';
import {complain} from './speak.js';
import {packageVersion} from './version.js';

/** What the composition root lends: the tasks, and how a graph is made. */
export interface Lent {
  readonly registry: Registry;
  readonly prepare: (options: ProjectOptions) => Promise<Graph>;
}

/** Checks, and writes what would be done into a file. `words` are those of the command line. */
export async function makePlan(
  options: RunOptions,
  {file, words, registry, prepare}: Lent & {readonly file: string; readonly words: readonly string[]},
): Promise<number> {
  if (options.resume !== undefined || options.step)
    throw badInput('--plan is of a whole run: it cannot stand beside --resume or --step');
  if (!existsSync(dirname(resolve(file))))
    throw badInput(`the plan "${file}" cannot be written: its folder is not there`);
  const cwd = process.cwd();
  const key = planKey(stateRoot());
  const digest = digestWith(key);
  const graph = await prepare(options.project);
  const record = recordPlan(digest);
  const result = await runOnMachines(graph, {...options, check: true}, {registry, engine: {watches: [record.watch]}});
  if (result.code === 99 || result.code === 250) {
    complain('no plan is written: the check did not come to its end\n');
    return result.code;
  }
  if (record.isSecret(words.join('\n')))
    throw badInput(
      'no plan is written: the command line holds a secret, which must not stand in a file',
      'put it into a file of its own, and name that: -e @FILE',
    );
  const nodes = record.nodes();
  const inputs = inputsOf(graph.project, {digest, cwd, taskFiles: record.files()});
  const plan: Plan = {
    version: 1,
    engine: packageVersion(),
    made: new Date().toISOString(),
    cwd,
    words: withoutPlan(words),
    inputs,
    nodes,
  };
  writePlan(resolve(file), {plan, key});
  complain(`${planText(nodes)}; to do it: u7s-play apply ${file}\n`);
  return result.code;
}

/** Does what a plan holds, and nothing else. */
export async function applyPlan(
  {file, allowDeferred, ...shown}: Extract<Invocation, {command: 'apply'}>,
  {registry, prepare}: Lent,
): Promise<number> {
  const key = planKey(stateRoot());
  const digest = digestWith(key);
  const plan = readPlan(resolve(file), key);
  const what = `the plan "${file}" was made`;
  if (plan.engine !== packageVersion())
    throw badInput(
      `the plan "${file}" was made by u7s-play ${plan.engine}, and this is ${packageVersion()}`,
      'plan again',
    );
  enter(plan.cwd);
  refuse(changedFiles(plan.inputs, {digest, cwd: plan.cwd, what}));
  if (!allowDeferred) refuse(deferredNodes(plan.nodes));
  const recorded = parseArguments(plan.words, {version: plan.engine, out: complain, error: complain});
  if (recorded.command !== 'run') throw new Error(`Internal error: the plan's words mean ${recorded.command}`);
  const graph = await prepare(recorded.options.project);
  refuse(changedInputs({before: plan.inputs, now: inputsOf(graph.project, {digest, cwd: plan.cwd})}, what));
  const {forks = recorded.options.forks, diff, verbosity, outputs, profile} = shown;
  const options = {...recorded.options, check: false, strict: false, diff, forks, verbosity, outputs, profile};
  const {code} = await runOnMachines(graph, options, {
    registry,
    engine: {watches: [guardPlan(plan.nodes, digest)]},
  });
  return code;
}

function enter(cwd: string): void {
  try {
    process.chdir(cwd);
  } catch {
    throw badInput(`the folder in which the plan was made is not there: "${cwd}"`, 'plan again');
  }
}

function refuse(problems: readonly Diagnostic[]): void {
  if (problems.length > 0) throw new BadInput(problems);
}

/** What cannot be planned before a run is told by its task, with its hosts. */
function deferredNodes(nodes: readonly KeptNode[]): readonly Diagnostic[] {
  const deferred = nodes.filter(({status}) => status === 'deferred');
  const tasks = new Map<string, KeptNode[]>();
  for (const node of deferred)
    tasks.set(`${node.at} ${node.task}`, [...(tasks.get(`${node.at} ${node.task}`) ?? []), node]);
  return [...tasks.values()].map((same) => {
    const [{at, task, needs = ''} = {at: '', task: ''}] = same;
    const hosts = same.map(({host}) => host).join(', ');
    return problem(
      `the plan cannot tell what "${task}" (${at}) will do on ${hosts}: it needs ${needs}`,
      '--allow-deferred plans such tasks when it is their turn',
    );
  });
}

function planText(nodes: readonly KeptNode[]): string {
  const count = (status: KeptNode['status']): number => nodes.filter((node) => node.status === status).length;
  const deferred = count('deferred');
  return `planned: ${count('would-change')} of ${nodes.length} tasks change something${deferred === 0 ? '' : `, ${deferred} are deferred`}`;
}

/** The words without `--plan FILE`. */
function withoutPlan(words: readonly string[]): readonly string[] {
  return words.filter((word, index) => !/^--plan(=|$)/.test(word) && words[index - 1] !== '--plan');
}
