import {evaluate} from '../language/evaluate.js';
import {lazyObject} from '../language/lazy-object.js';
import type {Scope} from '../language/reference.js';
import type {Term} from '../language/term.js';
import {rank, type Play, type Project, type Task, type VarLayer} from '../load/project.js';
import {hasMagic, knownNames, magicValue} from './magic-values.js';
import {nothingSelected, type Standing} from './standing.js';

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
export function createVariables(project: Project, standing: Standing = nothingSelected): Variables {
  const cache = new WeakMap<readonly VarLayer[], Merged>();
  const merged = (layers: readonly VarLayer[] | undefined): Merged => {
    if (layers === undefined || layers.length === 0) return none;
    let known = cache.get(layers);
    if (known === undefined) cache.set(layers, (known = merge(layers)));
    return known;
  };
  const extra = merge([project.extraVars]);
  const ofHost = ({host}: VariableUse): Merged => merged(project.inventory.hosts.get(host)?.layers);
  const ofAnyHost = namesOfHosts(project);
  // Asked for every name of every task on every host: no lists are made for it, and most names are of no host.
  const find = (use: VariableUse, name: string): Variable | undefined =>
    higher(
      higher(
        higher(ofAnyHost.has(name) ? ofHost(use).get(name) : undefined, merged(use.play?.layers).get(name)),
        merged(use.task?.keywords.layers).get(name),
      ),
      extra.get(name),
    );
  const sources = (use: VariableUse): readonly Merged[] => [
    ofHost(use),
    merged(use.play?.layers),
    merged(use.task?.keywords.layers),
    extra,
  ];
  const variables: Variables = {
    find,
    names: (use) => sources(use).flatMap((source) => [...source.keys()]),
    known: (use, locals = {}) => knownScope({project, standing}, {use, locals, variables}),
  };
  return variables;
}

const none: Merged = new Map();

/** The names that the inventory gives to any of its hosts. */
function namesOfHosts({inventory}: Project): ReadonlySet<string> {
  const layers = new Set([...inventory.hosts.values()].flatMap((host) => host.layers));
  return new Set([...layers].flatMap(({entries}) => [...entries.keys()]));
}

/** Of variables of the same rank the later one wins. */
function higher(earlier: Variable | undefined, later: Variable | undefined): Variable | undefined {
  return earlier && later ? (later.layer.rank >= earlier.layer.rank ? later : earlier) : (later ?? earlier);
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

function knownScope(
  around: {readonly project: Project; readonly standing: Standing},
  {use, locals, variables}: Known,
): Scope {
  const scope: Scope = lazyObject({
    find(name) {
      if (Object.hasOwn(locals, name)) return () => locals[name];
      const collection = collections.get(name);
      if (collection) return () => collection(around.project, {use, variables, scope});
      if (hasMagic(name, use, around)) return () => magicValue(name, use, around);
      const variable = variables.find(use, name);
      return variable && unlessItself(() => evaluate(variable.term, scope));
    },
    names: () => [],
  });
  return scope;
}

/** A variable that needs itself is reported where the run would meet it; here it is just not known. */
function unlessItself(make: () => unknown): () => unknown {
  let making = false;
  return () => {
    if (making) return undefined;
    making = true;
    try {
      return make();
    } finally {
      making = false;
    }
  };
}

type TellNames = (
  project: Project,
  at: {readonly use: VariableUse; readonly variables: Variables; readonly scope: Scope},
) => unknown;

/** Names for all variables of a host, or of all hosts. */
const collections: ReadonlyMap<string, TellNames> = new Map<string, TellNames>([
  [
    'hostvars',
    ({inventory}, {variables}) =>
      lazyObject({
        find: (name) => (inventory.hosts.has(name) ? () => variables.known({host: name}) : undefined),
        names: () => inventory.hosts.keys(),
      }),
  ],
  [
    'vars',
    (_, {use, variables, scope}) =>
      lazyObject({
        find: (name) => (variables.find(use, name) === undefined ? undefined : () => scope[name]),
        names: () => variables.names(use),
      }),
  ],
]);

/** Names that the engine itself knows before the first connection, or at run time by the same word. */
export const magicNames: ReadonlySet<string> = new Set([...knownNames, ...collections.keys(), 'environment']);
