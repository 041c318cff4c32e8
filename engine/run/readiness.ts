import type {Edge, Graph, NodeId, TaskNode} from '../graph/graph.js';
import type {Outcome} from '../outcome.js';
import type {Ending} from './ending.js';

/** What is to be done with a node when all that it waits for has ended. */
export type Decision = {readonly do: 'perform'} | {readonly do: 'end'; readonly outcome: Outcome};

const performIt: Decision = {do: 'perform'};

/** What a node's own edges do not tell. */
export interface Circumstances {
  readonly endings: (id: NodeId) => Ending | undefined;
  /** Whether a host has a value under a name. */
  readonly hasValue: (host: string, name: string) => boolean;
  /** Whether a handler was notified in an earlier run that did not come to it. */
  readonly isPending: (node: TaskNode) => boolean;
  /** Whether the host has ended early what the node belongs to. */
  readonly hasEnded: (node: TaskNode) => boolean;
  readonly check: boolean;
}

/** Decides on a node from how the nodes before it ended. */
export function decide(graph: Graph, node: TaskNode, circumstances: Circumstances): Decision {
  const {endings} = circumstances;
  if (circumstances.hasEnded(node)) return {do: 'end', outcome: {status: 'idle'}};
  const edges = graph.into.get(node.id) ?? [];
  const wanted = edges.filter(
    (edge) => edge.kind === 'order' || (edge.kind === 'value' && !isThereAnyway(graph, node, {edge, circumstances})),
  );
  for (const {from} of wanted) {
    const ending = endings(from);
    if (ending?.kind === 'interrupted') return {do: 'end', outcome: {status: 'interrupted'}};
    if (ending?.kind === 'bad') {
      const {by, text} = ending.blame;
      return {do: 'end', outcome: {status: 'blocked', by, ...(text === undefined ? {} : {text})}};
    }
  }
  if (node.rescue === true) return decideRescue(graph, edges, circumstances);
  if (node.handler === true) return decideHandler(node, edges, circumstances);
  return performIt;
}

/** A value is there in spite of a failure where a rescue gave it instead; and what a failed task told, its own host may use. */
function isThereAnyway(
  graph: Graph,
  node: TaskNode,
  {edge, circumstances}: {readonly edge: Edge; readonly circumstances: Circumstances},
): boolean {
  const source = graph.nodes.get(edge.from);
  const {name} = edge;
  if (source?.kind !== 'task' || name === undefined || !circumstances.hasValue(source.host, name)) return false;
  if (source.host === node.host) return true;
  return (graph.into.get(node.id) ?? []).some((other) => {
    const alternative = graph.nodes.get(other.from);
    const isAlternative =
      other.kind === 'value' && other.name === name && alternative?.kind === 'task' && alternative.host === source.host;
    return isAlternative && circumstances.endings(other.from)?.kind === 'good';
  });
}

function decideRescue(graph: Graph, edges: readonly Edge[], {endings, check}: Circumstances): Decision {
  const tries = edges.filter(({kind}) => kind === 'failure');
  if (tries.some(({from}) => endings(from)?.kind === 'bad')) return performIt;
  const uncertain = tries.find(({from}) => {
    const ending = endings(from);
    return ending?.kind === 'good' && ending.mayFail;
  });
  const source = uncertain && graph.nodes.get(uncertain.from);
  if (check && source?.kind === 'task')
    return {do: 'end', outcome: {status: 'skipped', reason: `only if '${source.task.name}' fails`}};
  return {do: 'end', outcome: {status: 'idle'}};
}

function decideHandler(node: TaskNode, edges: readonly Edge[], {endings, isPending}: Circumstances): Decision {
  const notified = edges.flatMap(({kind, from}) => {
    const ending = endings(from);
    return kind === 'notify' && ending?.kind === 'good' ? [ending.notifies] : [];
  });
  if (isPending(node) || notified.includes(true)) return performIt;
  const uncertain = notified.find((each): each is {readonly needs: string} => typeof each === 'object');
  return {do: 'end', outcome: uncertain ? {status: 'deferred', needs: uncertain.needs} : {status: 'idle'}};
}
