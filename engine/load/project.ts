import type {Diagnostic} from '../diagnostic.js';
import type {DictEntry, Term} from '../language/term.js';
import type {Span} from '../span.js';

export {rank} from './precedence.js';

/** Variables of one origin (a file, a `vars:` of a play, a role's defaults). */
export interface VarLayer {
  readonly rank: number;
  /** As `u7s-play vars` names it: `inventories/lab/group_vars/all.yml`, `role haproxy, defaults`. */
  readonly origin: string;
  readonly entries: ReadonlyMap<string, Term>;
}

/** A machine of the inventory. */
export interface InventoryHost {
  readonly name: string;
  /** All groups it is in, outermost first, `all` among them. */
  readonly groups: readonly string[];
  /** Inventory and playbook group_vars/host_vars layers, lowest first. */
  readonly layers: readonly VarLayer[];
}

/** A group as it is written: what stands right inside of it. */
export interface InventoryGroup {
  readonly name: string;
  readonly children: readonly string[];
  readonly hosts: readonly string[];
  readonly priority: number;
  /** Its own variables, those of group_vars included, lowest first. */
  readonly layers: readonly VarLayer[];
}

export interface Inventory {
  readonly sources: readonly string[];
  /** In the order of the group `all`, the implicit localhost last. */
  readonly hosts: ReadonlyMap<string, InventoryHost>;
  /** Names of the hosts of each group in Ansible's order: its own as they are written, then those of its children; `all` and `ungrouped` among them. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** The groups by name, as they lie in each other; `all` holds those that nobody put into another. */
  readonly tree: ReadonlyMap<string, InventoryGroup>;
}

/** A CEL condition, or a YAML boolean (`when: false`); a list in YAML is several, all of which must hold. */
export interface Condition {
  readonly at: Span;
  readonly source: string | boolean;
  /** Decided once on each host, before the first task that bears it: the condition of an `include_tasks`. */
  readonly once?: boolean;
}

/** Who runs a task and where. `root` is root whatever `become_user` says; `user` and `namespace` mean the session and the rootlesskit namespace of `become_user`. */
export type ContextName = 'plain' | 'root' | 'user' | 'namespace';

/** What a task has of its own and of everything around it (play, roles, blocks, imports), inheritance done. */
export interface Keywords {
  readonly become: Term | undefined;
  readonly becomeUser: Term | undefined;
  readonly context: ContextName;
  readonly environment: readonly Term[];
  readonly ignoreErrors: Term | undefined;
  /** A machine that cannot be talked to does not stop the host. */
  readonly ignoreUnreachable: Term | undefined;
  /** Where the host is worked on: over SSH, or (`local`) on the controller. */
  readonly connection: 'ssh' | 'local' | undefined;
  /** Who logs in, and where SSH listens, unless the host's variables say it. */
  readonly remoteUser: Term | undefined;
  readonly port: Term | undefined;
  /** Arguments of modules that do not give them themselves, by the YAML word. */
  readonly moduleDefaults: ReadonlyMap<string, readonly DictEntry[]>;
  readonly noLog: boolean;
  readonly delegateTo: Term | undefined;
  /** Variables that the task sets become those of the host that it was delegated to. */
  readonly delegateFacts: boolean;
  /** So many hosts at most do the task at the same time. */
  readonly throttle: Term | undefined;
  /** Seconds after which the task is ended. */
  readonly timeout: Term | undefined;
  readonly runOnce: boolean;
  readonly anyErrorsFatal: boolean;
  readonly checkMode: boolean | undefined;
  /** false: texts before and after are never shown. */
  readonly diff: boolean | undefined;
  readonly tags: readonly string[];
  /** Outermost first. */
  readonly when: readonly Condition[];
  /** Block, task, role and import variables, role defaults; sorted by use through their ranks. */
  readonly layers: readonly VarLayer[];
}

export interface LoopControl {
  readonly loopVar: string;
  readonly indexVar: string | undefined;
  readonly label: Term | undefined;
  /** Seconds between items. */
  readonly pause: Term | undefined;
  /** `ansible_loop` stands in scope; with `allitems`, all items with it. */
  readonly extended: {readonly allitems: boolean} | undefined;
  /** Ends the loop after the item for which all of them hold. */
  readonly breakWhen: readonly Condition[];
}

/** `async` and `poll`: the task goes on by itself on its machine. */
export interface Detached {
  /** The most seconds that it may take. */
  readonly limit: Term;
  /** Seconds between looks at it; 0: it is not waited for. */
  readonly poll: Term | undefined;
}

export interface Until {
  readonly condition: readonly Condition[];
  readonly retries: Term | undefined;
  /** Seconds. */
  readonly delay: Term | undefined;
}

/** One task as written, templates unresolved. */
export interface Task {
  readonly kind: 'task';
  readonly name: string;
  readonly at: Span;
  readonly role: RoleUse | undefined;
  /** The YAML word. */
  readonly module: string;
  readonly moduleAt: Span;
  /** Template files that its arguments name as plain words, as text: what they name, the task names. */
  readonly templates?: readonly Term[];
  /** A dict term (free form already turned into one). */
  readonly args: Term & {readonly kind: 'dict'};
  readonly keywords: Keywords;
  /** A YAML list (its items are terms), or one expression or mustache that gives a list. */
  readonly loop: Term | undefined;
  readonly loopControl: LoopControl;
  readonly register: string | undefined;
  /** Variables of the host that its arguments become (`set_fact`: its schema names no argument and takes any). */
  readonly sets?: readonly string[];
  readonly notify: readonly {readonly name: string; readonly at: Span}[];
  readonly changedWhen: readonly Condition[] | undefined;
  readonly failedWhen: readonly Condition[] | undefined;
  readonly until: Until | undefined;
  readonly detached?: Detached;
  /** A word to the engine instead of a module. */
  readonly meta?: MetaWord;
}

/** `block` with its `rescue` and `always`. */
export interface Block {
  readonly kind: 'block';
  readonly name: string | undefined;
  readonly at: Span;
  readonly block: readonly Item[];
  readonly rescue: readonly Item[];
  readonly always: readonly Item[];
}

/** What `meta` may say to the engine while tasks run. */
export type MetaWord =
  | 'noop'
  | 'end_play'
  | 'end_batch'
  | 'end_host'
  | 'end_role'
  | 'clear_facts'
  | 'clear_host_errors'
  | 'reset_connection';

/** `meta: flush_handlers`: handlers that were notified run here. */
export interface Meta {
  readonly kind: 'meta';
  readonly word: 'flush_handlers';
  readonly at: Span;
  readonly keywords: Keywords;
}

export type Item = Task | Block | Meta;

/** A role as used at one place: its name and folder (for `files/` and `templates/`). */
export interface RoleUse {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** Names of arguments whose values must never be shown (`writeOnly`). */
  readonly secrets?: readonly string[];
}

/** A handler: a task that runs when it was notified by its name or by a word it listens to. */
export interface Handler {
  readonly task: Task;
  readonly listen: readonly string[];
}

/** A number of hosts (0: all), a share of them, or what gives one of these when the graph is built. */
export type BatchSize = number | {readonly percent: number} | {readonly term: Term};

export interface Play {
  readonly name: string;
  readonly at: Span;
  /** Absolute path of the playbook's file. */
  readonly file: string;
  /** Pattern as written, and the hosts it selects (before `--limit`), in order. */
  readonly pattern: string;
  readonly patternAt: Span;
  readonly hosts: readonly string[];
  /** Names of the plays that it waits for; undefined: the play before it. */
  readonly needs: readonly {readonly name: string; readonly at: Span}[] | undefined;
  /** Batch sizes: numbers, percents of the hosts, or templates of these. Empty: all at once. */
  readonly serial: readonly BatchSize[];
  /** Handlers that were notified run on a host that failed, too. */
  readonly forceHandlers: boolean;
  /** Names of its roles, and of those that come as their dependencies, in order. */
  readonly roleNames: {readonly direct: readonly string[]; readonly dependent: readonly string[]};
  readonly maxFailPercentage: number | undefined;
  /** vars and vars_files. */
  readonly layers: readonly VarLayer[];
  /** Each section ends with a flush of handlers. */
  readonly sections: {
    readonly preTasks: readonly Item[];
    readonly roles: readonly Item[];
    readonly tasks: readonly Item[];
    readonly postTasks: readonly Item[];
  };
  /** In definition order. */
  readonly handlers: readonly Handler[];
  readonly tags: readonly string[];
}

/** Everything that was loaded, valid in itself; the next stage is the graph. */
export interface Project {
  readonly inventory: Inventory;
  readonly playbooks: readonly string[];
  readonly plays: readonly Play[];
  readonly extraVars: VarLayer;
  /** The files that it was read from, by absolute path, with the sha256 of their bytes. */
  readonly sources: ReadonlyMap<string, string>;
  /** What is allowed and most likely not meant. */
  readonly warnings?: readonly Diagnostic[];
}
