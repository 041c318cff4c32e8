import type {Emit, NodeInfo} from '../event.js';
import type {Graph, TaskNode} from '../graph/graph.js';
import type {Host} from '../host.js';
import type {Scope} from '../language/reference.js';
import type {Task} from '../load/project.js';
import type {AnyTaskModule, FactRequest, Registry} from '../task.js';
import type {Facts} from './facts.js';
import type {HashCache} from './hash-cache.js';
import type {LoopItem} from './loop.js';
import type {Overlay} from './overlay.js';
import type {BecomeDefaults, Where} from './place.js';
import type {PlanWatch} from './plan-watch.js';
import type {ReadAhead} from './read-ahead.js';
import type {Recorded} from './record.js';
import type {ScopeSources} from './scope.js';
import type {TimeLimit} from './time-limit.js';
import type {Together} from './together.js';
import type {SealedFiles} from './sealed-files.js';
import type {Secrets} from './secrets.js';
import type {RecordedValues} from './values.js';

/** What is wrong with an argument; `path` begins with its name. */
export interface ArgumentProblem {
  readonly path: readonly string[];
  readonly message: string;
  readonly hint?: string;
}

/** Checks a module's arguments and fills its defaults in. */
export type ValidateArgs = (
  module: string,
  value: unknown,
) => {readonly value: unknown; readonly problems: readonly ArgumentProblem[]};

/** How a node wants its host. */
export interface OpenOptions {
  /** What it starts may go on when the connection is lost. */
  readonly detaches?: boolean;
  /** Told of waits that go on. Seconds. */
  readonly progress?: (what: string, elapsed: number, limit: number) => void;
}

/** What all nodes of a run share. */
export interface Run {
  readonly graph: Graph;
  readonly registry: Registry;
  readonly check: boolean;
  /** Whether texts before and after are wanted. */
  readonly diff: boolean;
  readonly become: BecomeDefaults;
  readonly facts: Facts;
  readonly overlay: Overlay;
  readonly values: RecordedValues;
  /** Records of items that are nodes of their own, by host and task. */
  readonly items: Map<string, Map<number, Recorded>>;
  readonly sources: ScopeSources;
  readonly secrets: Secrets;
  readonly hashes: HashCache;
  readonly sealed: SealedFiles;
  readonly readAhead: ReadAhead;
  readonly watches: readonly PlanWatch[];
  /** Whether a change may be made with that of a task before it: not where each is decided on, or held to a plan, in its turn. */
  readonly mayJoin: boolean;
  readonly together: Together;
  readonly validateArgs: ValidateArgs;
  /** The JSON Schema of a module's arguments. */
  schemaOf(module: string): Readonly<Record<string, unknown>> | undefined;
  /** Tells, once, that a node's work begins: it is not skipped, or whether it is has to be asked first. */
  readonly begin: (node: TaskNode) => void;
  open(where: Where, options?: OpenOptions): Promise<Host>;
  /** Takes the machine's lock, once, before the first change. */
  lock(machine: string): Promise<void>;
  /** Ends early, by rejecting with `Cancelled`, when the run is cancelled. */
  sleep(seconds: number): Promise<void>;
  /** Hangs up: the next use of the machine connects anew. */
  reset(machine: string): Promise<void>;
  /** Seconds within which a lost machine must be back. */
  readonly reconnectWithin: number;
  readonly emit: Emit;
  /** How others blame a node: `cp1/kubeadm_init`; by the task's name where its host has several of the kind. */
  readonly labelOf: (node: TaskNode) => string;
  /** Remembers that a change of undeclared effects was assumed to leave other facts alone. */
  noteUndeclared(label: string): void;
}

/** The place of an item in its loop. */
export interface Round {
  readonly items: readonly LoopItem[];
  readonly index: number;
}

/** One node's turn, or one item of its loop. */
export interface Turn {
  readonly run: Run;
  readonly node: TaskNode;
  readonly task: Task;
  readonly module: AnyTaskModule;
  readonly info: NodeInfo;
  /** The node as the user reads it: `cp1/kubeadm_init`. */
  readonly label: string;
  readonly scope: Scope;
  /** Loop variables, and in a rescue what failed. */
  readonly locals?: Readonly<Record<string, unknown>>;
  /** Which item of the loop it is, among all of them. */
  readonly round?: Round;
  /** Undefined until it is evaluated. */
  readonly where?: Where;
  /** The time that the task may take. */
  readonly limit?: TimeLimit;
  /** Plans are shown and laid over the facts, not made. */
  readonly dry: boolean;
  /** Facts that variables stand for may be read now; in reading ahead they may not. */
  readonly mayRead: boolean;
}

/** A turn whose place is known. */
export type PlacedTurn = Turn & {readonly where: Where};

/** The questions of a node as a list. */
export function requestsIn(requests: Readonly<Record<string, unknown>>): readonly FactRequest<unknown>[] {
  return Object.values(requests).flatMap(
    (request) => request as FactRequest<unknown> | readonly FactRequest<unknown>[],
  );
}

/** The answers under the names of the questions. */
export function answersFor(
  requests: Readonly<Record<string, unknown>>,
  answers: readonly unknown[],
): Readonly<Record<string, unknown>> {
  let index = 0;
  return Object.fromEntries(
    Object.entries(requests).map(([name, request]) => [
      name,
      Array.isArray(request) ? request.map(() => answers[index++]) : answers[index++],
    ]),
  );
}
