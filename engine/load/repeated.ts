import {compileExpression} from '../language/expression.js';
import type {Term} from '../language/term.js';
import {withLayers, type Members} from './inherited.js';
import type {TaskPlace} from './loading.js';
import {readLoopControl} from './loop-control.js';
import {rank, type Item} from './project.js';

/** What is imported, once for each item of the loop on it, with the item in scope; once where there is no loop. */
export function repeated(
  members: Members,
  place: TaskPlace,
  read: (place: TaskPlace) => readonly Item[],
): readonly Item[] {
  const loop = members.get('loop');
  if (!loop) return read(place);
  const {report} = place.draft.loading;
  const items = knownItems(loop);
  const {loopVar, indexVar, label, pause, extended, breakWhen} = readLoopControl(members.get('loop_control'), place);
  const control = members.get('loop_control');
  if (control && (label ?? pause ?? extended ?? breakWhen[0]))
    report.error(
      control.at,
      'the loop of an import has "loop_var" and "index_var" alone: each of its tasks is a task of its own',
      'remove what else stands here',
    );
  if (!items) {
    report.error(
      loop.at,
      'what is imported must be known before the run, and so must the items of its loop',
      'write the items as a list, or put the loop on the tasks inside',
    );
    return [];
  }
  return items.flatMap((item, index) => {
    const entries = new Map<string, Term>([[loopVar, item]]);
    if (indexVar !== undefined) entries.set(indexVar, {kind: 'literal', at: loop.at, value: index});
    const origin = `loop at ${loop.at.file}:${loop.at.line}`;
    return read({
      ...place,
      keywords: withLayers(place.keywords, [{rank: rank.roleParams, origin, entries}]),
      known: new Map([...(place.known ?? []), ...entries]),
    });
  });
}

/** The items that are written, or that an expression gives which names nothing. */
function knownItems(loop: Term): readonly Term[] | undefined {
  if (loop.kind === 'list') return loop.items;
  const source = loop.kind === 'literal' || loop.kind === 'expression' ? sourceOf(loop) : undefined;
  if (source === undefined) return undefined;
  const expression = compileExpression(source);
  if (expression.references.length > 0 || expression.problems.length > 0) return undefined;
  const value = expression.evaluate({});
  return Array.isArray(value) ? value.map((item: unknown) => termOf(item, loop)) : undefined;
}

function sourceOf(term: Term & {kind: 'literal' | 'expression'}): string | undefined {
  return term.kind === 'expression' ? term.source : typeof term.value === 'string' ? term.value : undefined;
}

function termOf(value: unknown, {at}: Term): Term {
  if (Array.isArray(value)) return {kind: 'list', at, items: value.map((item: unknown) => termOf(item, {at} as Term))};
  if (typeof value !== 'object' || value === null)
    return {kind: 'literal', at, value: value as string | number | boolean | null};
  const entries = Object.entries(value).map(([key, member]) => ({key, keyAt: at, value: termOf(member, {at} as Term)}));
  return {kind: 'dict', at, entries};
}
