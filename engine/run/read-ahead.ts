import type {TaskNode} from '../graph/graph.js';
import type {FactRequest} from '../task.js';
import {argumentsOf} from './arguments.js';
import {firstFalse} from './conditions.js';
import type {Question} from './questions.js';
import {itemsOf} from './loop.js';
import {StillReading} from './local-source.js';
import {turnOf} from './node-turn.js';
import {placeOf, withEnvironment} from './place.js';
import {environmentOf, NeedsVariable} from './scope.js';
import {placeOfVariable} from './settle.js';
import {requestsIn, type PlacedTurn, type Run, type Turn} from './turn.js';

/** Knows what the coming nodes of a lane will ask, as far as that can be told already. */
export interface ReadAhead {
  /** The questions of the nodes after this one in its lane, and of all items of its own loop. */
  questions(node: TaskNode): Promise<readonly Question[]>;
}

/** Nothing is read for a node before its turn. */
export const noReadAhead: ReadAhead = {questions: () => Promise.resolve([])};

/** So many nodes ahead are looked at. */
const window = 64;

interface Prospect {
  readonly questions: readonly Question[];
  /** Undefined: the questions are complete. Else they may be told better when more was recorded than this. */
  readonly version: number | undefined;
}

/** Nothing is read in foreseeing; nodes for which `isOver` says so are passed by. */
export function createReadAhead(run: () => Run, isOver: (node: TaskNode) => boolean): ReadAhead {
  const prospects = new Map<TaskNode, Prospect>();
  const starts = new Map<string, number>();

  async function prospectOf(node: TaskNode, version: number): Promise<Prospect> {
    const present = prospects.get(node);
    if (present !== undefined && (present.version === undefined || present.version === version)) return present;
    const prospect = await foresee(turnOf(run(), node, {mayRead: false}), version);
    prospects.set(node, prospect);
    return prospect;
  }

  return {
    async questions(node) {
      const {graph, values} = run();
      const lane = graph.lanes.get(node.lane) ?? [];
      let start = starts.get(node.lane) ?? 0;
      while (start < lane.length && isOver(lane[start] as TaskNode)) prospects.delete(lane[start++] as TaskNode);
      starts.set(node.lane, start);
      const coming = lane
        .slice(start, start + window)
        .filter(
          (each) =>
            (each !== node || node.task.loop !== undefined) &&
            !isOver(each) &&
            each.handler !== true &&
            each.rescue !== true &&
            each.task.meta === undefined,
        );
      const found: Question[] = [];
      for (const each of coming) found.push(...(await prospectOf(each, values.version)).questions);
      return found;
    },
  };
}

/** What a node will ask; nothing when that depends on what is not known yet, or when its `when` is known to be false. */
async function foresee(turn: Turn, version: number): Promise<Prospect> {
  const questions: Question[] = [];
  let place = turn.where;
  let complete = true;
  try {
    const where = {machine: turn.node.lane, place: placeOf(turn.task, turn.scope, turn.run.become)};
    place = where;
    for (const item of itemsOf({...turn, where})) {
      if (firstFalse(turn.task.keywords.when, item.turn.scope) !== undefined) continue;
      const there = withEnvironment(where, environmentOf(turn.task, item.turn.scope));
      try {
        const requests = await requestsOf({...item.turn, where: there});
        questions.push(...requests.map((request): Question => ({where: there, request})));
      } catch (error) {
        if (!(error instanceof StillReading)) throw error;
        complete = false;
      }
    }
    return {questions, version: complete ? undefined : -1};
  } catch (error) {
    // Whatever is wrong is told when the node has its turn.
    if (error instanceof NeedsVariable) {
      const request = turn.run.registry.variables[error.variable];
      // Once it is read the node can be foreseen: it does not wait for a recording.
      if (request) return {questions: [{where: placeOfVariable(error.host, place), request}], version: -1};
    }
    return {questions, version};
  }
}

async function requestsOf(turn: PlacedTurn): Promise<readonly FactRequest<unknown>[]> {
  const args = await argumentsOf(turn);
  return requestsIn(turn.module.reads(args) as Readonly<Record<string, unknown>>);
}
