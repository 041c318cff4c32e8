import type {TaskNode} from '../graph/graph.js';
import type {Outcome} from '../outcome.js';
import type {Change, FactRequest} from '../task.js';
import type {Secrets} from './secrets.js';
import type {PlacedTurn} from './turn.js';

/** What was found out of a node, or of one item of its loop, before anything is made. */
export interface Considered {
  /** Evaluated, checked, local files described. */
  readonly args: unknown;
  readonly requests: readonly FactRequest<unknown>[];
  /** Undefined: what shall hold holds. */
  readonly change: Change | undefined;
  /** The loop item's label. */
  readonly item: string | undefined;
}

/** Looks at what each node is about to do: writes it down, or holds it to what was written down. */
export interface PlanWatch {
  /** It looks at each change right before it is made: none is made with that of a node before. */
  readonly mayRefuse?: true;
  /** What it throws becomes the node's failure, and the change is not made. */
  planned(turn: PlacedTurn, considered: Considered): void;
  /** The outcome that counts; default: the one that came about. Of a node that had no turn it stays what it is. */
  ended?(node: TaskNode, outcome: Outcome): Outcome;
  /** The run is over; all its secrets are known. */
  over?(secrets: Secrets): void;
}
