import {evaluate} from '../language/evaluate.js';
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
  // Asked for every name of every task on every host: no lists are made for it.
  const ofHost = ({host}: VariableUse): Merged => merged(project.inventory.hosts.get(host)?.layers);
  const find = (use: VariableUse, name: string): Variable | undefined =>
    higher(
      higher(
        higher(ofHost(use).get(name), merged(use.play?.layers).get(name)),
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
  const values = new Map<string, unknown>();
  const isMagic = (name: string): boolean => collections.has(name) || hasMagic(name, use, around);
  const scope: Scope = lazy(
    (name) =>
      values.has(name) || Object.hasOwn(locals, name) || isMagic(name) || variables.find(use, name) !== undefined,
    (name) => {
      if (Object.hasOwn(locals, name)) return locals[name];
      if (!values.has(name)) {
        const variable = variables.find(use, name);
        // A variable that needs itself is reported where the run would meet it; here it is just not known.
        values.set(name, undefined);
        values.set(
          name,
          collections.get(name)?.(around.project, {use, variables, scope}) ??
            (hasMagic(name, use, around) ? magicValue(name, use, around) : undefined) ??
            (variable && evaluate(variable.term, scope)),
        );
      }
      return values.get(name);
    },
  );
  return scope;
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
export const magicNames: ReadonlySet<string> = new Set([...knownNames, ...collections.keys(), 'environment']);

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
