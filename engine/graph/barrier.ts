import {addEdge, addGate, type Batch, type Draft} from './draft.js';
import type {Last} from './order.js';

/** Nobody goes on before all hosts of a batch have come here, however they fared. */
export function linkBarrier(
  draft: Draft,
  batch: Batch,
  {label, last}: {readonly label: string; readonly last: Last},
): void {
  const gate = addGate(draft, 'barrier', {label});
  for (const host of batch.hosts) {
    const before = last.get(host) ?? [];
    for (const from of before) addEdge(draft, {from, to: gate, kind: 'after'});
    last.set(host, [...before, gate]);
  }
}
