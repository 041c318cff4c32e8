import {dirname, resolve} from 'node:path';
import {evaluate} from '../language/evaluate.js';
import type {Scope} from '../language/reference.js';
import type {Term} from '../language/term.js';
import {rank, type Play, type Project, type Task, type VarLayer} from '../load/project.js';

/** A variable as the highest layer that has it gives it. */
export interface Variable {
  readonly term: Term;
  readonly layer: VarLayer;
}

/** Whose names are asked: those of a task on a host, or of the host alone (`hostvars`). */
export interface VariableUse {
  readonly host: string;
  readonly play?: Play;
  readonly task?: Task;
}

/** Variables by Ansible's precedence, before anything runs. */
export interface Variables {
  find(use: VariableUse, name: string): Variable | undefined;
  /** Every name that a use can see, for "did you mean". */
  names(use: VariableUse): Iterable<string>;
  /** Names that are known before the first connection, evaluated when they are read; what only a run tells is not there. */
  known(use: VariableUse, locals?: Readonly<Record<string, unknown>>): Scope;
}

type Merged = ReadonlyMap<string, Variable>;

/** Variables of a project; layers are merged once for each list of layers. */
export function createVariables(project: Project): Variables {
  const cache = new WeakMap<readonly VarLayer[], Merged>();
  const merged = (layers: readonly VarLayer[]): Merged => {
    const known = cache.get(layers) ?? merge(layers);
    cache.set(layers, known);
    return known;
  };
  const extra = [project.extraVars];
  const sources = ({host, play, task}: VariableUse): readonly Merged[] => {
    const lists = [project.inventory.hosts.get(host)?.layers, play?.layers, task?.keywords.layers, extra];
    return lists.flatMap((layers) => (layers && layers.length > 0 ? [merged(layers)] : []));
  };
  const find = (use: VariableUse, name: string): Variable | undefined => {
    let found: Variable | undefined;
    for (const source of sources(use)) {
      const variable = source.get(name);
      if (variable && (!found || variable.layer.rank >= found.layer.rank)) found = variable;
    }
    return found;
  };
  const variables: Variables = {
    find,
    names: (use) => sources(use).flatMap((source) => [...source.keys()]),
    known: (use, locals = {}) => knownScope(project, {use, locals, variables}),
  };
  return variables;
}

function merge(layers: readonly VarLayer[]): Merged {
  const merged = new Map<string, Variable>();
  for (const layer of layers) {
    for (const [name, term] of layer.entries) {
      const present = merged.get(name);
      if (!present || present.layer.rank <= layer.rank) merged.set(name, {term, layer});
    }
  }
  return merged;
}

/** The rank below which a variable that a task sets at run time wins. */
export const setAtRunTime = rank.setFacts;

interface Known {
  readonly use: VariableUse;
  readonly locals: Readonly<Record<string, unknown>>;
  readonly variables: Variables;
}

function knownScope(project: Project, {use, locals, variables}: Known): Scope {
  const values = new Map<string, unknown>();
  const scope: Scope = lazy(
    (name) => Object.hasOwn(locals, name) || magic.has(name) || variables.find(use, name) !== undefined,
    (name) => {
      if (Object.hasOwn(locals, name)) return locals[name];
      if (!values.has(name)) {
        const variable = variables.find(use, name);
        // A variable that needs itself is reported where the run would meet it; here it is just not known.
        values.set(name, undefined);
        values.set(
          name,
          magic.get(name)?.(project, {use, variables, scope}) ?? (variable && evaluate(variable.term, scope)),
        );
      }
      return values.get(name);
    },
  );
  return scope;
}

interface MagicUse {
  readonly use: VariableUse;
  readonly variables: Variables;
  readonly scope: Scope;
}

const magic: ReadonlyMap<string, (project: Project, at: MagicUse) => unknown> = new Map<
  string,
  (project: Project, at: MagicUse) => unknown
>([
  ['inventory_hostname', (_, {use}) => use.host],
  ['inventory_hostname_short', (_, {use}) => use.host.split('.')[0]],
  ['groups', ({inventory}) => Object.assign(Object.create(null) as object, Object.fromEntries(inventory.groups))],
  [
    'group_names',
    ({inventory}, {use}) => (inventory.hosts.get(use.host)?.groups ?? []).filter((group) => group !== 'all'),
  ],
  [
    'inventory_dir',
    ({inventory}) => (inventory.sources[0] === undefined ? undefined : dirname(resolve(inventory.sources[0]))),
  ],
  ['play_hosts', (_, {use}) => use.play?.hosts],
  ['play_name', (_, {use}) => use.play?.name],
  ['playbook_dir', (_, {use}) => use.play && dirname(use.play.file)],
  ['role_name', (_, {use}) => use.task?.role?.name],
  ['role_path', (_, {use}) => use.task?.role?.path],
  [
    'hostvars',
    ({inventory}, {variables}) =>
      lazy(
        (name) => inventory.hosts.has(name),
        (name) => variables.known({host: name}),
        () => inventory.hosts.keys(),
      ),
  ],
  [
    'vars',
    (_, {use, variables, scope}) =>
      lazy(
        (name) => variables.find(use, name) !== undefined,
        (name) => scope[name],
        () => new Set(variables.names(use)),
      ),
  ],
]);

/** Names that the engine itself knows before the first connection, or at run time by the same word. */
export const magicNames: ReadonlySet<string> = new Set([...magic.keys(), 'environment']);

function lazy(
  has: (name: string) => boolean,
  get: (name: string) => unknown,
  names: () => Iterable<string> = () => [],
): Scope {
  const there = (name: string | symbol): name is string => typeof name === 'string' && has(name);
  return new Proxy(Object.create(null) as Record<string, unknown>, {
    has: (_, name) => there(name),
    get: (_, name) => (there(name) ? get(name) : undefined),
    ownKeys: () => [...names()],
    getOwnPropertyDescriptor: (_, name) =>
      there(name) ? {enumerable: true, configurable: true, get: () => get(name)} : undefined,
  });
}
