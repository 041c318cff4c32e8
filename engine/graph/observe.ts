import {addEdge, type Draft} from './draft.js';

/** Puts the nodes that are left out but wanted for their value where they would stand: after what is done on their host before them. */
export function observe(draft: Draft): void {
  for (const id of draft.observed) {
    for (const from of draft.before.get(id) ?? []) addEdge(draft, {from, to: id, kind: 'after'});
  }
}
