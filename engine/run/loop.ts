import {evaluate} from '../language/evaluate.js';
import {EvaluationFailed} from '../language/reference.js';
import type {LoopControl} from '../load/project.js';
import {createScope} from './scope.js';
import type {Turn} from './turn.js';

/** One round of a loop; a task without a loop has one, without a label. */
export interface LoopItem {
  readonly turn: Turn;
  readonly value?: unknown;
  /** As the user reads it. */
  readonly label?: string;
}

/** The rounds of a node, in order. Throws `EvaluationFailed` or `Deferred`. */
export function itemsOf(turn: Turn): readonly LoopItem[] {
  const {task, node, scope, run} = turn;
  const {loop, loopControl} = task;
  if (loop === undefined) return [{turn}];
  const values = evaluate(loop, scope);
  if (!Array.isArray(values)) {
    throw new EvaluationFailed(
      `'loop' is ${describe(values)}; expected a list`,
      'a map is walked by "dict2items(map)": its items have key and value',
      loop.at,
    );
  }
  const rounds = values
    .map((value: unknown, index) => ({value, index}))
    .filter(({index}) => node.item === undefined || node.item === index);
  const items: LoopItem[] = [];
  for (const [place, {value, index}] of rounds.entries()) {
    const locals = {...turn.locals, ...loopVariables(loopControl, {value, index, values})};
    const itemScope = createScope(run.sources, {host: node.host, play: node.play, task, locals});
    items.push({
      value,
      get label() {
        return labelOf(loopControl.label === undefined ? value : evaluate(loopControl.label, itemScope));
      },
      turn: {...turn, scope: itemScope, locals, round: {items, index: place}},
    });
  }
  return items;
}

/** The names that one round has of its loop. */
function loopVariables(
  {loopVar, indexVar, extended}: LoopControl,
  {value, index, values}: {readonly value: unknown; readonly index: number; readonly values: readonly unknown[]},
): Readonly<Record<string, unknown>> {
  return {
    [loopVar]: value,
    ansible_loop_var: loopVar,
    ...(indexVar === undefined ? {} : {[indexVar]: index, ansible_index_var: indexVar}),
    ...(extended === undefined ? {} : {ansible_loop: extendedLoop(values, index, extended)}),
  };
}

function extendedLoop(values: readonly unknown[], index: number, {allitems}: {readonly allitems: boolean}): object {
  const {length} = values;
  return {
    index: index + 1,
    index0: index,
    first: index === 0,
    last: index === length - 1,
    length,
    revindex: length - index,
    revindex0: length - index - 1,
    ...(index > 0 ? {previtem: values[index - 1]} : {}),
    ...(index < length - 1 ? {nextitem: values[index + 1]} : {}),
    ...(allitems ? {allitems: values} : {}),
  };
}

function labelOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? 'a map' : `the ${typeof value} ${JSON.stringify(value)}`;
}
