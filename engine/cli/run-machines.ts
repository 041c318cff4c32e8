import type {Graph} from '../graph/graph.js';
import {packageSchemas, validateArgs} from '../load/schema.js';
import {openRenderers, type OutputChoice} from '../render/open.js';
import type {Renderer} from '../render/renderer.js';
import {runGraph, type RunOptions as GraphRunOptions, type RunResult} from '../run/run.js';
import {stateFolder} from '../run/state-folder.js';
import type {Registry} from '../task.js';
import {askPasswords} from './ask.js';
import {listenForInterrupts} from './interrupts.js';
import type {RunOptions} from './invocation.js';
import {endPhase} from './phases.js';
import {startProfile} from './profiling.js';
import {complain, secrets} from './speak.js';
import {unsealingBy, vaultOf} from './vault-passwords.js';

/** What a run is carried out with beside its options. */
export interface RunSurroundings {
  readonly registry: Registry;
  /** What shows the events; default: what `outputs` say. */
  readonly renderer?: Renderer;
  /** What else the engine is told. */
  readonly engine?: Partial<GraphRunOptions>;
}

/** Carries a graph out on its machines: passwords asked, renderers opened, everything closed at the end. */
export async function runOnMachines(
  graph: Graph,
  options: RunOptions,
  {registry, renderer: given, engine = {}}: RunSurroundings,
): Promise<RunResult> {
  const {login, check, diff, strict, forks, seed, verbosity} = options;
  // A question on the board would be painted over.
  const outputs = options.step ? options.outputs.map(withoutBoard) : options.outputs;
  const profiling = startProfile(options.profile);
  const passwords = await askPasswords(login);
  const renderer =
    given ?? (await openRenderers({outputs, verbosity, stdout: process.stdout, environment: process.env}));
  // What connects takes time to load: lists and graphs do without.
  const {createMachines} = await import('./machines.js');
  const machines = createMachines(graph, {login, passwords, onTiming: profiling?.told});
  const interrupts = listenForInterrupts();
  endPhase('open');
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
      hide: secrets,
      unsealing: unsealingBy(vaultOf(options.project.vault)),
      validateArgs,
      schemaOf: (module) => packageSchemas().module(module),
      hostFor: machines.hostFor,
      // A check changes nothing, and holds nobody up.
      ...(check ? {} : {lockMachine: machines.lock}),
      resetMachine: machines.reset,
      takeEmit: machines.takeEmit,
      listen: (event) => {
        renderer.show(event);
        profiling?.show(event);
        if (event.type === 'interrupting' && event.force) cancelling = machines.cancel();
      },
      stateFolder: stateFolder(graph.project.inventory.sources),
      stop: interrupts.stop,
      cancel: interrupts.cancel,
      ...engine,
    });
  } finally {
    endPhase('run');
    await renderer.end();
    await cancelling;
    await machines.close();
    interrupts.end();
    profiling?.end();
  }
  if (result.code === 250)
    complain(`internal error: a task met a bug in u7s-play; its stack: ${result.journal ?? ''}\n`);
  return result;
}

function withoutBoard(output: OutputChoice): OutputChoice {
  return output.format === 'human' ? {...output, format: 'plain'} : output;
}
