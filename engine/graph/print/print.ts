import type {Graph} from '../graph.js';
import {dotOf} from './dot.js';
import {jsonOf} from './json.js';
import {mermaidOf} from './mermaid.js';
import type {PrintOptions} from './picture.js';
import {textOf} from './text.js';

export type GraphForm = 'text' | 'mermaid' | 'dot' | 'json';

/** Writes a graph in one of its forms. */
export function printGraph(graph: Graph, {form, ...options}: PrintOptions & {readonly form: GraphForm}): string {
  switch (form) {
    case 'text':
      return textOf(graph, options);
    case 'mermaid':
      return mermaidOf(graph, options);
    case 'dot':
      return dotOf(graph, options);
    case 'json':
      return jsonOf(graph, options);
  }
}

/** Reads the milliseconds of each node from the journal of a run (events as JSON lines). */
export function timesOf(journal: string): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const line of journal.split('\n')) {
    if (!line.includes('"node-ended"')) continue;
    const event = JSON.parse(line) as {
      readonly type?: unknown;
      readonly node?: {readonly id?: unknown};
      readonly milliseconds?: unknown;
    };
    if (event.type === 'node-ended' && typeof event.node?.id === 'string' && typeof event.milliseconds === 'number')
      times.set(event.node.id, event.milliseconds);
  }
  return times;
}
