import {resolve} from 'node:path';
import {BadInput, badInput} from '../diagnostic.js';
import type {Graph} from '../graph/graph.js';
import {findJournal, journalsIn, readJournal} from '../history/journals.js';
import {resume} from '../history/resume.js';
import {keepInputs, readInputs} from '../history/run-inputs.js';
import {digestWith, type Digest} from '../plan/digest.js';
import {changedInputs, inputsOf} from '../plan/inputs.js';
import {planKey} from '../plan/key.js';
import {stampOf} from '../plan/task-files.js';
import type {RunOptions as EngineOptions} from '../run/run.js';
import {stateFolderPath, stateRoot} from '../run/state-folder.js';
import type {Registry} from '../task.js';
import type {ProjectOptions, RunOptions} from './invocation.js';
import {askEachTask} from './step.js';
import {packageVersion} from './version.js';

/** What the engine is told so that a run can be gone on with, goes on with another, and asks before each task. */
export function engineOptions(graph: Graph, options: RunOptions, registry: Registry): Partial<EngineOptions> {
  const past = pastOptions(graph, options, registry);
  if (!options.step) return past;
  const stepping = askEachTask(graph, past.instead === undefined ? {} : {before: past.instead});
  return {...past, ...stepping, watches: [...(past.watches ?? []), ...stepping.watches]};
}

function pastOptions(
  graph: Graph,
  {project, check, resume: name}: RunOptions,
  registry: Registry,
): Partial<EngineOptions> {
  if (check && name === undefined) return {};
  const key = keyOr(name !== undefined);
  if (key === undefined) return {};
  const digest = digestWith(key);
  const now = {
    selection: selectionOf(project, digest),
    inputs: inputsOf(graph.project, {digest, cwd: process.cwd()}),
  };
  const kept = keepInputs(now, digest);
  return {
    ...(check ? {} : {takeJournal: kept.takeJournal, watches: [kept.watch]}),
    ...(name === undefined ? {} : {instead: goOnWith(graph, {name, now, digest, registry})}),
  };
}

/** Without a key a run keeps nothing to be gone on with; that alone is no reason not to run. */
function keyOr(isNeeded: boolean): Uint8Array | undefined {
  try {
    return planKey(stateRoot());
  } catch (error) {
    if (isNeeded || !(error instanceof BadInput)) throw error;
    return undefined;
  }
}

function selectionOf(
  {playbooks, inventories, limit, tags, skipTags, startAtTask}: ProjectOptions,
  digest: Digest,
): string {
  const files = playbooks.map((path) => resolve(path));
  return digest([packageVersion(), files, inventories, limit, tags, skipTags, startAtTask]);
}

interface Wanted {
  readonly name: string;
  readonly now: Parameters<typeof keepInputs>[0];
  readonly digest: Digest;
  readonly registry: Registry;
}

/** Takes up a run; throws `BadInput` where the project is not what it was then. */
function goOnWith(graph: Graph, {name, now, digest, registry}: Wanted): ReturnType<typeof resume> {
  const folder = stateFolderPath(graph.project.inventory.sources);
  const kept = journalsIn([folder]).map((file) => ({file, inputs: readInputs(file.path)}));
  // A check does nothing that could be gone on with, and keeps no inputs.
  const candidates = kept.filter(({inputs}) => name !== 'last' || inputs !== undefined);
  const file = findJournal(
    candidates.map((each) => each.file),
    name,
  );
  const inputs = candidates.find((each) => each.file.path === file.path)?.inputs;
  const what = `the run ${file.run}`;
  if (inputs === undefined) throw badInput(`${what} cannot be gone on with: it was a check, or did not begin`);
  if (inputs.selection !== now.selection)
    throw badInput(
      `${what} cannot be gone on with: it was of other playbooks, inventories, hosts or tags, or by another u7s-play`,
      'use the command line that it was made with, and --resume',
    );
  const changed = changedInputs({before: inputs.inputs, now: now.inputs}, what);
  if (changed.length > 0)
    throw new BadInput(changed.map((problem) => ({...problem, hint: 'run the playbook again without --resume'})));
  return resume(graph, {
    run: file.run,
    events: readJournal(file),
    sameFiles: (node) =>
      Object.entries(inputs.nodes.get(node) ?? {}).every(([path, was]) => digest(stampOf(path)) === was),
    setsVariables: (module) => registry.modules.get(module)?.setsVariables === true,
  });
}
