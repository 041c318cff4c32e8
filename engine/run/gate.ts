import type {Edge, Gate, Graph, NodeId} from '../graph/graph.js';
import {good, type Ending} from './ending.js';

type EndingOf = (id: NodeId) => Ending | undefined;

/** How a gate ends, and whose failures it made good. */
export interface GateEnding {
  readonly ending: Ending;
  readonly forgiven: readonly NodeId[];
}

/**
 * The ending of a gate when all that it waits for has ended. A failure at an `order` or `value` edge closes it;
 * those at `after` edges do when they are on a larger share of the hosts than its threshold.
 */
export function endGate(graph: Graph, gate: Gate, endings: EndingOf): GateEnding {
  const edges = graph.into.get(gate.id) ?? [];
  const endingAt = ({from}: Edge): Ending | undefined => endings(from);
  const all = edges.map(endingAt);
  if (all.some((ending) => ending?.kind === 'interrupted')) return {ending: {kind: 'interrupted'}, forgiven: []};
  const closed = firstBad(edges.filter(({kind}) => kind === 'order' || kind === 'value').map(endingAt));
  if (gate.block) {
    const block = endBlock(gate.block, endings);
    return {ending: closed ?? block.ending, forgiven: block.forgiven};
  }
  return {ending: closed ?? overThreshold(graph, gate, endings) ?? good, forgiven: []};
}

function overThreshold(graph: Graph, gate: Gate, endings: EndingOf): Ending | undefined {
  if (gate.threshold === undefined) return undefined;
  const sources = (graph.into.get(gate.id) ?? []).map(({from}) => ({host: hostOf(graph, from), ending: endings(from)}));
  const failed = sources.filter(({ending}) => ending?.kind === 'bad');
  const hosts = new Set(sources.flatMap(({host}) => host ?? []));
  const lost = new Set(failed.flatMap(({host}) => host ?? []));
  const share = hosts.size === 0 ? 100 : (100 * lost.size) / hosts.size;
  return failed.length > 0 && share > gate.threshold ? failed[0]?.ending : undefined;
}

function endBlock({tries, rescues}: NonNullable<Gate['block']>, endings: EndingOf): GateEnding {
  const failure = firstBad(tries.map(endings));
  if (failure === undefined) return {ending: good, forgiven: []};
  if (rescues.length === 0) return {ending: failure, forgiven: []};
  const failedToo = firstBad(rescues.map(endings));
  if (failedToo) return {ending: failedToo, forgiven: []};
  return {ending: good, forgiven: tries.filter((id) => endings(id)?.kind === 'bad')};
}

function firstBad(endings: readonly (Ending | undefined)[]): Ending | undefined {
  return endings.find((ending) => ending?.kind === 'bad');
}

function hostOf(graph: Graph, id: NodeId): string | undefined {
  const node = graph.nodes.get(id);
  return node?.kind === 'gate' ? node.block?.host : node?.host;
}
