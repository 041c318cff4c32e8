import type {Emit} from '../event.js';
import type {Graph, TaskNode} from '../graph/graph.js';
import {reveal} from '../unknown.js';
import type {Cancel} from './cancel.js';
import {createFacts} from './facts.js';
import type {HashCache} from './hash-cache.js';
import {labels} from './node-turn.js';
import {createOverlay} from './overlay.js';
import {loginPlace} from './place.js';
import type {PlanWatch} from './plan-watch.js';
import {createReadAhead, noReadAhead} from './read-ahead.js';
import type {RunOptions} from './run-options.js';
import {createScopeSources, NeedsVariable} from './scope.js';
import {createSealedFiles} from './sealed-files.js';
import type {Secrets} from './secrets.js';
import type {Run} from './turn.js';
import {createValues} from './values.js';

/** What a run is made of beside its graph. */
export interface Parts {
  readonly options: RunOptions;
  readonly name: string;
  readonly secrets: Secrets;
  readonly hashes: HashCache;
  readonly emit: Emit;
  readonly noteUndeclared: (label: string) => void;
  readonly cancel: Cancel;
  readonly isOver: (node: TaskNode) => boolean;
  readonly begin: (node: TaskNode) => void;
  readonly watches: readonly PlanWatch[];
}

/** Makes what all nodes of a run share. */
export function createRun(
  graph: Graph,
  {options, name, secrets, hashes, emit, noteUndeclared, cancel, isOver, begin, watches}: Parts,
): Run {
  const {registry, check = false, diff = false} = options;
  const values = createValues();
  const overlay = createOverlay(registry.kinds, (where, request) => facts.known(where, request, {anyAge: true})?.value);
  const openAsIs: Run['open'] = async ({machine, place, environment = {}}, {progress, detaches} = {}) => {
    cancel.check();
    const surroundings = Object.keys(environment).length === 0 ? {} : {environment};
    return options.hostFor(
      machine,
      {...place, ...surroundings},
      {
        ...(progress ? {progress} : {}),
        ...(detaches === true ? {detaches} : {}),
      },
    );
  };
  const sealed = createSealedFiles(options.unsealing, secrets);
  const open: Run['open'] = async (where, how) => sealed.host(await openAsIs(where, how));
  const facts = createFacts(open);
  const sources = createScopeSources(graph.project, {
    values,
    standing: graph.standing,
    variables: Object.keys(registry.variables),
    variable(host, variable) {
      const request = registry.variables[variable];
      const where = {machine: host, place: loginPlace};
      const known = request && facts.known(where, request, {anyAge: true});
      if (request === undefined || known === undefined) throw new NeedsVariable(host, variable);
      return reveal(check ? overlay.over(where, request, known.value) : known.value);
    },
  });
  const run: Run = {
    graph,
    registry,
    check,
    diff,
    become: options.become ?? {},
    facts,
    overlay,
    values,
    items: new Map(),
    sources,
    secrets,
    hashes,
    sealed,
    readAhead: options.readAhead === false ? noReadAhead : createReadAhead(() => run, isOver),
    watches,
    mayJoin: options.instead === undefined && !watches.some(({mayRefuse}) => mayRefuse === true),
    together: {made: new Map(), apart: new Set()},
    validateArgs: options.validateArgs,
    schemaOf: options.schemaOf,
    begin,
    open,
    lock: once((machine) => options.lockMachine?.(machine, name) ?? Promise.resolve()),
    sleep: cancel.sleep,
    reset: (machine) => options.resetMachine?.(machine) ?? Promise.resolve(),
    reconnectWithin: options.reconnectWithin ?? 60,
    emit,
    labelOf: labels(graph),
    noteUndeclared,
  };
  return run;
}

/** Does something once for each name; all who ask share the one promise. */
function once(work: (name: string) => Promise<void>): (name: string) => Promise<void> {
  const begun = new Map<string, Promise<void>>();
  return (name) => {
    const present = begun.get(name) ?? work(name);
    begun.set(name, present);
    // A machine that could not be talked to may be there again.
    present.catch(() => begun.delete(name));
    return present;
  };
}
