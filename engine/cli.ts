import {registry} from '../tasks/index.js';
import {askPerson, NotAnswered} from './cli/ask.js';
import {runAdhoc} from './cli/adhoc.js';
import {drawing} from './cli/draw.js';
import {documentation, writeDocumentation} from './cli/doc/command.js';
import {explainText} from './cli/explain.js';
import {graphOptions} from './cli/graph-options.js';
import {runsText, showRun} from './cli/history.js';
import {inventoryText} from './cli/inventory-view.js';
import type {Invocation, ProjectOptions, RunOptions} from './cli/invocation.js';
import {keptTermsOf} from './cli/kept-terms.js';
import {listText} from './cli/list.js';
import {parseArguments} from './cli/options.js';
import {applyPlan, makePlan} from './cli/planning.js';
import {endPhase} from './cli/phases.js';
import {startProfile} from './cli/profiling.js';
import {runOnMachines} from './cli/run-machines.js';
import {engineOptions} from './cli/running.js';
import {rolesPath} from './cli/roles-path.js';
import {demandTerminal} from './cli/step.js';
import {complain, print, secrets, tell} from './cli/speak.js';
import {carryOutBundle} from './cli/bundle/carry-out.js';
import {carryOutVault} from './cli/vault/carry-out.js';
import {vaultOf} from './cli/vault-passwords.js';
import {varsText} from './cli/vars-text.js';
import {verify} from './cli/verify/run.js';
import {packageVersion} from './cli/version.js';
import {BadInput} from './diagnostic.js';
import {buildGraph} from './graph/build.js';
import type {Graph} from './graph/graph.js';
import {selectHosts} from './load/host-pattern.js';
import {loadProject} from './load/load-project.js';
import type {Project} from './load/project.js';
import {packageRoot} from './root.js';

/** The program: words of the command line in, exit code out. What is wrong with the input is told before anything is touched. */
export async function main(words: readonly string[]): Promise<number> {
  endPhase('start');
  const invocation = parseArguments(words, {version: packageVersion(), out: print, error: complain});
  try {
    return await carryOut(invocation, words);
  } catch (error) {
    if (error instanceof NotAnswered) return 99;
    if (!(error instanceof BadInput)) throw error;
    tell(error.diagnostics);
    return 1;
  }
}

async function carryOut(invocation: Invocation, words: readonly string[]): Promise<number> {
  switch (invocation.command) {
    case 'none':
      return invocation.code;
    case 'run':
      return run(invocation.options, words);
    case 'adhoc':
      return runAdhoc(invocation, {registry, prepare});
    case 'explain':
      print(explainText(await prepare(invocation.options, {keepSealed: true}), invocation.task));
      return 0;
    case 'runs':
      print(runsText(invocation));
      return 0;
    case 'show':
      await showRun(invocation);
      return 0;
    case 'apply':
      return applyPlan(invocation, {registry, prepare});
    case 'list':
      print(await list(invocation));
      return 0;
    case 'syntax-check':
      await checkSyntax(invocation);
      return 0;
    case 'graph':
      print(drawing(await prepare(invocation.options, {keepSealed: true}), invocation));
      return 0;
    case 'vault':
      await carryOutVault(invocation.action);
      return 0;
    case 'verify':
      return verify(invocation, {registry, prepare});
    case 'bundle':
      return carryOutBundle(invocation.action, (options) => run(options, words));
    case 'doc':
      print(
        invocation.write
          ? `${writeDocumentation(packageRoot).join('\n')}\n`
          : documentation(invocation.names, rolesPath(invocation.rolesPath)),
      );
      return 0;
    case 'inventory': {
      const {inventories, vault, playbookFolder, form, showSecrets} = invocation;
      const {inventory, warnings} = await load(
        {playbooks: [], inventories, extraVars: [], vault},
        {keepSealed: true, showSecrets, playbookFolders: playbookFolder === undefined ? [] : [playbookFolder]},
      );
      tell(warnings ?? []);
      print(inventoryText(inventory, form));
      return 0;
    }
    case 'vars': {
      const project = await load(invocation.options, {keepSealed: true, showSecrets: invocation.showSecrets});
      const {setsVariables} = graphOptions(project, registry);
      tell(project.warnings ?? []);
      print(varsText(project, {...invocation, setsVariables}));
      return 0;
    }
  }
}

/** argv → project → graph → machines → run → exit code. */
async function run(options: RunOptions, words: readonly string[]): Promise<number> {
  if (options.plan !== undefined) return makePlan(options, {file: options.plan, words, registry, prepare});
  if (options.step) demandTerminal();
  const graph = await prepare(options.project);
  const {code} = await runOnMachines(graph, options, {registry, engine: engineOptions(graph, options, registry)});
  return code;
}

/** How a project is loaded. */
interface LoadMode {
  /** Values that are encrypted one by one stay so where no vault password is given. */
  readonly keepSealed?: boolean;
  /** Encrypted values are shown. */
  readonly showSecrets?: boolean;
  /** Files that are not on disk, by absolute path. */
  readonly texts?: ReadonlyMap<string, string>;
  /** Folders with further group_vars and host_vars. */
  readonly playbookFolders?: readonly string[];
  /** Plays may name hosts that are not there. */
  readonly anyHosts?: boolean;
}

/** Without an inventory nobody knows the hosts: then files alone are checked. */
async function checkSyntax({options, profile}: Extract<Invocation, {command: 'syntax-check'}>): Promise<void> {
  const profiling = startProfile(profile);
  const anyHosts = options.inventories.length === 0;
  await prepare(anyHosts ? {...options, limit: undefined} : options, {keepSealed: true, anyHosts});
  profiling?.end();
}

async function prepare(options: ProjectOptions, mode: LoadMode = {}): Promise<Graph> {
  const project = await load(options, mode);
  endPhase('load');
  const {limit, tags, skipTags, startAtTask} = options;
  const graph = buildGraph(
    project,
    {limit, tags, skipTags, startAtTask},
    {...graphOptions(project, registry), forceHandlers: options.forceHandlers === true},
  );
  endPhase('graph');
  tell(project.warnings ?? []);
  return graph;
}

async function load(
  options: Pick<ProjectOptions, 'playbooks' | 'inventories' | 'extraVars' | 'vault' | 'rolesPath'>,
  mode: LoadMode = {},
): Promise<Project> {
  const modules = new Set(registry.modules.keys());
  const kept = keptTermsOf(options.playbooks);
  const loaded = loadProject({
    ...options,
    kept,
    ...mode,
    modules,
    rolesPath: rolesPath(options.rolesPath),
    cwd: process.cwd(),
    vault: vaultOf(options.vault),
    secrets,
    // Lists and pictures do without answers.
    ...(mode.keepSealed === true ? {} : {ask: askPerson}),
  });
  return loaded.finally(() => kept?.save());
}

async function list({options, what}: Extract<Invocation, {command: 'list'}>): Promise<string> {
  // Who asks for the tags wants to know of all.
  const tags = what.includes('tags') && options.tags.length === 0 ? ['all', 'never'] : options.tags;
  const graph = await prepare({...options, tags}, {keepSealed: true});
  const limited =
    options.limit === undefined ? undefined : new Set(selectHosts(graph.project.inventory, options.limit));
  return listText(graph, {what, limited, cwd: process.cwd()});
}
