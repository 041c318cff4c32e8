import type {Emit, Event, HostRecap} from '../event.js';
import type {TaskNode} from '../graph/graph.js';
import type {Host} from '../host.js';
import type {Secrets} from '../secrets.js';
import type {Registry} from '../task.js';
import type {Performed} from './perform.js';
import type {BecomeDefaults, Place} from './place.js';
import type {PlanWatch} from './plan-watch.js';
import type {Unsealing} from './sealed-files.js';
import type {Run, ValidateArgs} from './turn.js';

/** What a run is given. */
export interface RunOptions {
  readonly registry: Registry;
  /** A machine in one place; nothing need be opened before its first use. */
  readonly hostFor: (
    machine: string,
    place: Place & {readonly environment?: Readonly<Record<string, string>>},
    options: {
      readonly progress?: (what: string, elapsed: number, limit: number) => void;
      /** What it starts may go on when the connection is lost. */
      readonly detaches?: boolean;
    },
  ) => Host | Promise<Host>;
  /** Takes the lock of a machine before it is changed first; rejects (with `Refused` or `Unreachable`) when it is held. */
  readonly lockMachine?: (machine: string, run: string) => Promise<void>;
  /** Hangs up: the next use of the machine connects anew. */
  readonly resetMachine?: (machine: string) => Promise<void>;
  readonly validateArgs: ValidateArgs;
  /** The JSON Schema of a module's arguments. */
  readonly schemaOf: (module: string) => Readonly<Record<string, unknown>> | undefined;
  /** Gets the path of the journal before anything is written into it. */
  readonly takeJournal?: (path: string) => void;
  /** Gets every event, secrets already hidden; must not throw. */
  readonly listen: (event: Event) => void;
  /** Gets what puts further events into the run: connections made and lost. */
  readonly takeEmit?: (emit: Emit) => void;
  readonly check?: boolean;
  readonly diff?: boolean;
  /** In a check: exit code 3 when anything would change or is deferred. */
  readonly strict?: boolean;
  /** Hosts at work at the same time; default: all. */
  readonly forks?: number;
  /** What `--become` and `--become-user` said. */
  readonly become?: BecomeDefaults;
  /** Further secrets (passwords of connections). */
  readonly secrets?: readonly string[];
  /** The secrets of the whole program, to which the run adds what it meets; default: those of the run alone. */
  readonly hide?: Secrets;
  /** Opens files of the controller that are encrypted; without it they are sent as they are. */
  readonly unsealing?: Unsealing;
  /** Where journals, the lock and pending handlers are kept; default: nothing is kept. */
  readonly stateFolder?: string;
  /** Nothing new starts, and what runs may end within `grace`. */
  readonly stop?: AbortSignal;
  /** What runs is given up at once. */
  readonly cancel?: AbortSignal;
  /** Seconds between `stop` and giving up; default 60. */
  readonly grace?: number;
  /** Seconds within which a machine that was lost in a change must be back; default 60. */
  readonly reconnectWithin?: number;
  /** Looks at each plan before it is carried out. */
  readonly watches?: readonly PlanWatch[];
  /** Ends a node without performing it; undefined: it is performed. */
  readonly instead?: (run: Run, node: TaskNode) => Promise<Performed | undefined>;
  /** False: the facts of a node are read in its own turn, not with those of the nodes before it. */
  readonly readAhead?: false;
  /** Starts ready nodes in a random order, the same for the same seed. */
  readonly seed?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** The end of a run. `run` is its name, under which its journal is kept. */
export interface RunResult {
  readonly run: string;
  readonly code: number;
  readonly hosts: Readonly<Record<string, HostRecap>>;
  readonly notes: readonly string[];
  /** The path of the journal. */
  readonly journal: string | undefined;
}
