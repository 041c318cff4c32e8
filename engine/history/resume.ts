import type {Event} from '../event.js';
import type {Graph, NodeId, TaskNode} from '../graph/graph.js';
import {namesUsed} from '../graph/names-used.js';
import {producedBy} from '../graph/producers.js';
import {createVariables} from '../graph/variables.js';
import {turnOf} from '../run/node-turn.js';
import {perform, type Performed} from '../run/perform.js';
import type {Recorded} from '../run/record.js';
import {remember} from '../run/remember.js';
import type {RunOptions} from '../run/run.js';

type Ended = Extract<Event, {type: 'node-ended'}>;

/** What is gone on with. */
export interface Past {
  /** The run's name. */
  readonly run: string;
  readonly events: readonly Event[];
  /** Whether the files that a node sent or rendered are what they were. */
  readonly sameFiles: (node: NodeId) => boolean;
  readonly setsVariables: (module: string) => boolean;
}

/** What becomes of a node that ended well: its value is taken from the journal, is looked for again, or is nobody's need. */
type Done =
  {readonly value: 'kept'; readonly values: Recorded} | {readonly value: 'observed'} | {readonly value: 'none'};

/** Ends the nodes that ended well in a run before without performing them; everything else has its turn. */
export function resume(graph: Graph, past: Past): NonNullable<RunOptions['instead']> {
  const {done, names} = sortOut(graph, past);
  const outcome = {status: 'skipped', reason: `done in the run ${past.run}`} as const;
  /** Names whose values can be had no more, with whose they were. */
  const lost = new Map<string, string>();
  return async (run, node): Promise<Performed | undefined> => {
    const found = done.get(node.id);
    if (found === undefined) {
      const missing = names.get(node.id)?.find((name) => lost.has(name));
      if (missing === undefined) return undefined;
      const text = `which told "${missing}" in the run ${past.run}; that is not kept`;
      return {outcome: {status: 'blocked', by: lost.get(missing) ?? '', text}, values: {}, bug: false};
    }
    switch (found.value) {
      case 'none':
        return {outcome, values: {}, bug: false};
      case 'kept':
        remember(turnOf(run, node, {mayRead: false}), found.values);
        return {outcome, values: found.values, bug: false};
      case 'observed': {
        const seen = await perform(run, {...node, observed: past.run});
        if (seen.outcome.status === 'ok') return {...seen, outcome};
        if (seen.outcome.status !== 'blocked') return seen;
        lost.set(node.task.register ?? '', run.labelOf(node));
        return {outcome, values: {}, bug: false};
      }
    }
  };
}

interface Sorted {
  readonly done: ReadonlyMap<NodeId, Done>;
  /** What the others need. */
  readonly names: ReadonlyMap<NodeId, readonly string[]>;
}

/** Finds the nodes that need no other turn. What depends on a value that is made anew is made anew, too. */
function sortOut(graph: Graph, {events, sameFiles, setsVariables}: Past): Sorted {
  const ended = new Map(
    events.filter((event): event is Ended => event.type === 'node-ended').map((event) => [event.node.id, event]),
  );
  const variables = createVariables(graph.project);
  const fresh = new Set<string>();
  const needs = new Map<NodeId, readonly string[]>();
  const done = new Map<NodeId, Ended>();
  for (const node of graph.nodes.values()) {
    if (node.kind !== 'task' || node.observed !== undefined) continue;
    const {host, play, task} = node;
    const names = namesUsed(task, {use: {host, play, task}, variables}).map(({name}) => name);
    const before = ended.get(node.id);
    const needsFresh = names.some((name) => fresh.has(name));
    if (before !== undefined && endedWell(node, before) && !needsFresh && sameFiles(node.id)) {
      // Variables are set again from what they were made of: that touches nothing.
      if (!setsVariables(task.module)) {
        done.set(node.id, before);
        continue;
      }
    } else for (const name of producedBy(task, setsVariables)) fresh.add(name);
    needs.set(node.id, names);
  }
  const wanted = new Set([...needs.values()].flat());
  return {
    done: new Map([...done].map(([id, event]) => [id, valueOf(graph.nodes.get(id), {event, wanted})])),
    names: needs,
  };
}

/** Handlers run when they are pending, rescues when they are called for, and words to the engine are of their own run. */
function endedWell({task, host, handler, rescue}: TaskNode, {node, outcome}: Ended): boolean {
  if (handler === true || rescue === true || task.meta !== undefined) return false;
  if (node.host !== host || node.module !== task.module || node.at.line !== task.at.line) return false;
  return outcome.status === 'ok' || outcome.status === 'changed' || outcome.status === 'skipped';
}

function valueOf(
  node: ReturnType<Graph['nodes']['get']>,
  {event: {values = {}, outcome}, wanted}: {readonly event: Ended; readonly wanted: ReadonlySet<string>},
): Done {
  const register = node?.kind === 'task' ? node.task.register : undefined;
  if (node?.kind !== 'task' || register === undefined) return {value: 'none'};
  const isWhole = outcome.status === 'skipped' || !node.task.keywords.noLog;
  if (isWhole && Object.keys(values).length > 0 && !isCensored(values)) return {value: 'kept', values};
  return {value: wanted.has(register) ? 'observed' : 'none'};
}

/** Whether a journal holds a value in part only: secrets are hidden in it, and long texts are cut. */
function isCensored(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('***') || /… \(\d+ characters\)$/.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(isCensored);
}
