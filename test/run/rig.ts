import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import type {Event} from '../../engine/event.js';
import {buildGraph, type GraphOptions} from '../../engine/graph/build.js';
import type {Selection} from '../../engine/graph/graph.js';
import {loadProject, type LoadOptions} from '../../engine/load/load-project.js';
import type {Project} from '../../engine/load/project.js';
import {createSchemas, packageSchemas, type Schemas} from '../../engine/load/schema.js';
import type {Outcome} from '../../engine/outcome.js';
import {runGraph, type RunOptions, type RunResult} from '../../engine/run/run.js';
import type {AnyTaskModule} from '../../engine/task.js';
import {toyMachine, type ToyMachine} from './machine.js';
import {toyRegistry, toySchemas} from './toys.js';

/** A playbook, its machines, and what is run on them. */
export interface Scene {
  readonly machines: ReadonlyMap<string, ToyMachine>;
  readonly project: Project;
  readonly folder: string;
  readonly machine: (name: string) => ToyMachine;
  readonly run: (options?: RunChoice) => Promise<Story>;
  readonly check: (options?: Partial<RunOptions>) => Promise<Story>;
}

/** How the graph is built and run, where not as usual. */
export type RunChoice = Partial<RunOptions> & {
  readonly selection?: Partial<Selection>;
  readonly graph?: Partial<GraphOptions>;
  /** Sees the events, too. */
  readonly watch?: (event: Event) => void;
};

/** What was seen of a run. */
export interface Story extends RunResult {
  readonly events: readonly Event[];
  /** `h1: Task → status`, in the order of their ends; what is idle is left out. */
  readonly lines: readonly string[];
  readonly outcome: (task: string, host?: string) => Outcome | undefined;
}

export interface SceneOptions {
  /** Names of the hosts; default: h1. */
  readonly hosts?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly modules?: readonly AnyTaskModule[];
  readonly schemas?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Further files beside the playbook. */
  readonly beside?: Readonly<Record<string, string>>;
  readonly loading?: Partial<LoadOptions>;
}

const shipped = createSchemas();

/** Loads a playbook and makes its machines. */
export async function scene(
  playbook: string,
  {hosts = ['h1'], files = {}, modules = [], schemas = {}, beside = {}, loading = {}}: SceneOptions = {},
): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'u7s-run-'));
  after(() => rmSync(folder, {recursive: true, force: true}));
  const inventory = JSON.stringify({all: {hosts: Object.fromEntries(hosts.map((host) => [host, null]))}});
  for (const [name, text] of Object.entries({'hosts.yml': inventory, 'site.yml': playbook, ...beside})) {
    mkdirSync(dirname(join(folder, name)), {recursive: true});
    writeFileSync(join(folder, name), text);
  }
  const registry = toyRegistry(modules);
  const known = withToys({...toySchemas, ...schemas});
  const project = await loadProject({
    playbooks: ['site.yml'],
    inventories: ['hosts.yml'],
    modules: new Set(registry.modules.keys()),
    cwd: folder,
    schemas: known,
    ...loading,
  });
  const machines = new Map([...hosts, 'localhost'].map((host) => [host, toyMachine(host, files)]));
  const machine = (name: string): ToyMachine => {
    const found = machines.get(name);
    if (found === undefined) throw new Error(`no machine ${name}`);
    return found;
  };

  async function run({selection = {}, graph: building = {}, watch, ...options}: RunChoice = {}): Promise<Story> {
    const events: Event[] = [];
    const graph = buildGraph(
      project,
      {limit: undefined, tags: [], skipTags: [], startAtTask: undefined, ...selection},
      {
        names: new Set(Object.keys(registry.variables)),
        hostsOf: (pattern) => pattern.split(','),
        returnsOf: (module) => known.module(module)?.['returns'],
        setsVariables: (module) => registry.modules.get(module)?.setsVariables === true,
        ...building,
      },
    );
    const result = await runGraph(graph, {
      registry,
      hostFor: (name, place) => machine(name).host(place),
      validateArgs: (module, value) => known.validateArgs(module, value),
      schemaOf: (module) => known.module(module),
      listen: (event) => {
        events.push(event);
        watch?.(event);
      },
      reconnectWithin: 0,
      ...options,
    });
    return {
      ...result,
      events,
      lines: linesOf(events),
      outcome: (task, host = hosts[0] ?? '') => outcomeIn(events, task, host),
    };
  }

  return {machines, project, folder, machine, run, check: (options = {}) => run({...options, check: true})};
}

function linesOf(events: readonly Event[]): readonly string[] {
  return events.flatMap((event) =>
    event.type === 'node-ended' && event.outcome.status !== 'idle'
      ? [`${event.node.host}: ${event.node.task} → ${event.outcome.status}`]
      : [],
  );
}

function outcomeIn(events: readonly Event[], task: string, host: string): Outcome | undefined {
  return events
    .flatMap((event) =>
      event.type === 'node-ended' && event.node.task === task && event.node.host === host ? [event.outcome] : [],
    )
    .at(-1);
}

/** The shipped schemas of playbooks and inventories, and the toys' in the place of the modules'. */
function withToys(toys: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Schemas {
  const folder = mkdtempSync(join(tmpdir(), 'u7s-schemas-'));
  mkdirSync(join(folder, 'tasks'));
  for (const [name, schema] of Object.entries(toys))
    writeFileSync(join(folder, 'tasks', `${name}.schema.json`), JSON.stringify(schema));
  const made = createSchemas(folder);
  after(() => rmSync(folder, {recursive: true, force: true}));
  return {
    ...made,
    validator: (reference) => shipped.validator(reference),
    compile: (schema) => packageSchemas().compile(schema),
  };
}
