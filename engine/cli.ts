import {registry} from '../tasks/index.js';
import {askPasswords, NotAnswered} from './cli/ask.js';
import {drawing} from './cli/draw.js';
import {documentation, writeDocumentation} from './cli/doc/command.js';
import {graphOptions} from './cli/graph-options.js';
import {listenForInterrupts} from './cli/interrupts.js';
import {inventoryText} from './cli/inventory-view.js';
import type {Invocation, ProjectOptions, RunOptions} from './cli/invocation.js';
import {listText} from './cli/list.js';
import {parseArguments} from './cli/options.js';
import {complain, print, tell} from './cli/speak.js';
import {packageVersion} from './cli/version.js';
import {BadInput} from './diagnostic.js';
import {buildGraph} from './graph/build.js';
import type {Graph} from './graph/graph.js';
import {selectHosts} from './load/host-pattern.js';
import {loadProject} from './load/load-project.js';
import type {Project} from './load/project.js';
import {packageSchemas, validateArgs} from './load/schema.js';
import {openRenderers} from './render/open.js';
import {packageRoot} from './root.js';
import {runGraph, type RunResult} from './run/run.js';
import {stateFolder} from './run/state-folder.js';

/** The program: words of the command line in, exit code out. What is wrong with the input is told before anything is touched. */
export async function main(words: readonly string[]): Promise<number> {
  const invocation = parseArguments(words, {version: packageVersion(), out: print, error: complain});
  try {
    return await carryOut(invocation);
  } catch (error) {
    if (error instanceof NotAnswered) return 99;
    if (!(error instanceof BadInput)) throw error;
    tell(error.diagnostics);
    return 1;
  }
}

async function carryOut(invocation: Invocation): Promise<number> {
  switch (invocation.command) {
    case 'none':
      return invocation.code;
    case 'run':
      return run(invocation.options);
    case 'list':
      print(await list(invocation));
      return 0;
    case 'syntax-check':
      await prepare(invocation.options);
      return 0;
    case 'graph':
      print(drawing(await prepare(invocation.options), invocation));
      return 0;
    case 'doc':
      print(invocation.write ? `${writeDocumentation(packageRoot).join('\n')}\n` : documentation(invocation.names));
      return 0;
    case 'inventory': {
      const {inventory} = await load({playbooks: [], inventories: invocation.inventories, extraVars: []});
      print(inventoryText(inventory, invocation.form));
      return 0;
    }
  }
}

/** argv → project → graph → machines → run → exit code. */
async function run(options: RunOptions): Promise<number> {
  const graph = await prepare(options.project);
  const {login, check, diff, strict, forks, seed, verbosity, outputs} = options;
  const passwords = await askPasswords(login);
  const renderer = await openRenderers({outputs, verbosity, stdout: process.stdout, environment: process.env});
  // What connects takes time to load: lists and graphs do without.
  const {createMachines} = await import('./cli/machines.js');
  const machines = createMachines(graph.project, {login, passwords});
  const interrupts = listenForInterrupts();
  let result: RunResult;
  let cancelling: Promise<void> | undefined;
  try {
    result = await runGraph(graph, {
      registry,
      check,
      diff,
      strict,
      ...(forks === undefined ? {} : {forks}),
      ...(seed === undefined ? {} : {seed}),
      become: {become: login.become, ...(login.becomeUser === undefined ? {} : {becomeUser: login.becomeUser})},
      secrets: machines.secrets,
      validateArgs,
      schemaOf: (module) => packageSchemas().module(module),
      hostFor: machines.hostFor,
      // A check changes nothing, and holds nobody up.
      ...(check ? {} : {lockMachine: machines.lock}),
      takeEmit: machines.takeEmit,
      listen: (event) => {
        renderer.show(event);
        if (event.type === 'interrupting' && event.force) cancelling = machines.cancel();
      },
      stateFolder: stateFolder(graph.project.inventory.sources),
      stop: interrupts.stop,
      cancel: interrupts.cancel,
    });
  } finally {
    await renderer.end();
    await cancelling;
    await machines.close();
    interrupts.end();
  }
  if (result.code === 250)
    complain(`internal error: a task met a bug in u7s-play; its stack: ${result.journal ?? ''}\n`);
  return result.code;
}

async function prepare(options: ProjectOptions): Promise<Graph> {
  const project = await load(options);
  const {limit, tags, skipTags, startAtTask} = options;
  const graph = buildGraph(project, {limit, tags, skipTags, startAtTask}, graphOptions(project, registry));
  tell(project.warnings ?? []);
  return graph;
}

function load(options: Pick<ProjectOptions, 'playbooks' | 'inventories' | 'extraVars'>): Promise<Project> {
  return loadProject({...options, modules: new Set(registry.modules.keys()), cwd: process.cwd()});
}

async function list({options, what}: Extract<Invocation, {command: 'list'}>): Promise<string> {
  const graph = await prepare(options);
  const limited =
    options.limit === undefined ? undefined : new Set(selectHosts(graph.project.inventory, options.limit));
  return listText(graph, {what, limited, cwd: process.cwd()});
}
