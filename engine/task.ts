import type {ExecResult, Host} from './host.js';
import type {Unknown} from './unknown.js';
export {jobFolder, jobState, removeJob} from './jobs.js';
export {NoAnswer, type Remedy} from './no-answer.js';
export {isUnknown, peek, unknown, type Unknown} from './unknown.js';
export {readYaml, writeYaml} from './yaml.js';

/** JSON data: numbers are doubles, objects have own string keys. */
export type Json = null | boolean | number | string | readonly Json[] | {readonly [name: string]: Json};

/** What a task tells: the members that `register` records, beside the engine's own `changed`, `failed`, `skipped`. */
export type Values = Readonly<Record<string, unknown>>;

/**
 * A line of a diff. An attribute is shown as `what: before → after` (undefined: absent); a text as a unified diff.
 */
export type DiffLine =
  | {readonly what: string; readonly before: string | undefined; readonly after: string | undefined}
  | {readonly what: string; readonly text: {readonly before: string; readonly after: string}};

/**
 * A kind of fact, answered in bulk: one script for all keys, as few processes on the machine as can be.
 * The script is POSIX sh, read-only, must find the system out by itself (`command -v`, `getent`), and must answer (code 0) also where the thing or its tool is absent.
 */
export interface FactKind<Key, Value> {
  readonly name: string;
  /** Canonical: what a change touches, what the overlay and the read-ahead are keyed by. */
  id(key: Key): string;
  script(keys: readonly Key[]): string;
  /** The answers in the order of the keys; throws `Error` with a clear message where the script failed, `NoAnswer` where nobody answered. Canonical values: mode `0644`, owner by name. */
  parse(keys: readonly Key[], result: ExecResult): readonly Value[];
  /** What another promise (of this kind or another) does to this fact: its new value, unknown, or undefined when it is not concerned. The same kind and id is laid by `lay`. */
  follows?(key: Key, before: Value, promised: Promised): Value | Unknown | undefined;
  /** Lays a promised value for the same id over the value before; default: members replaced one by one. */
  lay?(before: Value, promised: unknown): Value;
  /** Whether a promised value holds in what was read; default: every known member that was promised is deeply equal. */
  holds?(promised: unknown, read: Value): boolean;
  /** Whether a value read for another key of the same id answers this key too (the file's content was asked or not); default true. */
  answers?(key: Key, value: Value): boolean;
  /** The key that also brings what `show` needs (the text before); asked only when a diff is wanted. */
  detail?(key: Key): Key;
  show(before: Value | undefined, after: Value | Unknown): readonly DiffLine[];
  /** Read again in its node's turn while an apply is pending: unit activity, ports, the clock. */
  readonly volatile?: boolean;
  /** For facts that belong to no single machine (API objects, etcd members): the realm (its endpoint), in which a change on any host drops them. */
  realm?(key: Key): string;
  /**
   * Whether the answers that two machines got in one realm are about the same thing (two clusters may have kubeconfigs of one path); undefined: it cannot be
   * told, and then what one of them promises leaves the other one unknown. Default true.
   */
  sameRealm?(one: Value, other: Value): boolean | undefined;
  /** Whether the thing is not there: a pattern with `absentOnly` unsettles only such values. Default: undefined, null, or an object with `exists: false`. */
  absent?(value: Value): boolean;
  /**
   * Kinds with the same word are asked by one script, one after the other in one shell: what one has found out stays in variables for the next.
   * Their scripts do not end the shell, and each also answers alone.
   */
  readonly together?: string;
  /** A JSON Schema of the value, for facts that stand in scope: a member that it does not have is told before the first connection. */
  readonly schema?: Readonly<Record<string, unknown>>;
  /** The fact depends on who asks (a unit of a user's manager): the store's key then holds the user too. */
  perUser?(key: Key): boolean;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry of kinds is heterogeneous
export type AnyFactKind = FactKind<any, any>;

/** One question: a kind and a key. */
export interface FactRequest<Value> {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the key's type is the kind's own affair
  readonly kind: FactKind<any, Value>;
  readonly key: unknown;
  readonly id: string;
  /** Nothing of what is there is changed by the task; at most it is made where it is missing. */
  readonly consulted?: true;
}

/** Asks a fact of a kind. */
export function ask<Key, Value>(kind: FactKind<Key, Value>, key: Key): FactRequest<Value> {
  return {kind, key, id: kind.id(key)};
}

/** Asks a fact that the task does not change where the thing is there: the folder above a file, the owner's account. */
export function consult<Key, Value>(kind: FactKind<Key, Value>, key: Key): FactRequest<Value> {
  return {...ask(kind, key), consulted: true};
}

/** The questions of a task, by the names under which `plan` gets the answers; a list of questions gives a list of answers. */
export type FactRequests<Facts> = {
  readonly [Name in keyof Facts]:
    FactRequest<Facts[Name]> | (Facts[Name] extends readonly (infer Each)[] ? readonly FactRequest<Each>[] : never);
};

/** A fact that holds after a change: of one key, or of everything of a kind at or below a path. Values may hold unknown members; members left out are not promised. */
export type Promised =
  | {readonly kind: string; readonly id: string; readonly key: unknown; readonly value: unknown}
  | {readonly kind: string; readonly under: string; readonly value: unknown};

/** Promises the fact of one key. */
export function promise<Key, Value>(
  kind: FactKind<Key, Value>,
  key: Key,
  value: Partial<Value> | Unknown | {readonly [Member in keyof Value]?: Value[Member] | Unknown},
): Promised {
  return {kind: kind.name, id: kind.id(key), key, value};
}

/** Promises the same of all facts of a kind whose id is `under` or begins with `under` and a slash. */
export function promiseUnder<Key, Value>(
  kind: FactKind<Key, Value>,
  under: string,
  value: Partial<Value> | Unknown,
): Promised {
  return {kind: kind.name, under, value};
}

/** Facts that may change in ways not told: all of a kind, those at or below an id, or one. */
export interface FactPattern {
  readonly kind: string;
  readonly under?: string;
  readonly id?: string;
  /** Only what is absent may change (an installation); what is there stays. */
  readonly absentOnly?: boolean;
}

/** What a plan would do, as plain JSON. */
export interface Change {
  /** An action (restart, plain command) is not verified; a wait never counts as changed. */
  readonly kind: 'state' | 'action' | 'wait';
  /** One line, imperative or "a → b", as the user reads it. */
  readonly summary: string;
  readonly makes: readonly Promised[];
  readonly unsettles?: readonly FactPattern[];
  /** It may touch more than it says: in a run it drops all facts of its host. */
  readonly touchesMore?: boolean;
  /** It says nothing of what it touches, which may be anything, too; in a check the recap says that what follows assumes otherwise. */
  readonly undeclared?: boolean;
}

/**
 * A kind of task. `args` have passed `schemas/tasks/<name>.schema.json`, defaults filled in.
 * A module never prints, never asks for the mode of the run, never opens a connection.
 */
export interface TaskModule<Args, Facts, C extends Change> {
  /** The YAML word. */
  readonly name: string;
  /** Depends on the arguments only. */
  reads(args: Args): FactRequests<Facts>;
  /** Pure; undefined when what shall hold holds. May `refuse`. */
  plan(args: Args, facts: Facts): C | undefined;
  /** Makes the change; sees only what was planned. What it returns is what an action registers. */
  apply(host: Host, change: C): Promise<Values | void>;
  /**
   * One change that does what both do, in this order, where that can be done at once: packages of one call of the manager. Undefined: they are made one after
   * the other. Only changes of tasks that follow each other on a machine are joined; where the joint one fails, each is made by itself.
   */
  join?(first: C, second: C): C | undefined;
  /** What `register` records, told from the state reached. */
  output?(args: Args, facts: Facts): Values;
  /** It only looks or waits: what comes after finds the machine as it was, also where it is deferred. */
  readonly changesNothing?: true;
  /** The output becomes variables of the host (`set_fact`). */
  readonly setsVariables?: boolean;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry of modules is heterogeneous
export type AnyTaskModule = TaskModule<any, any, any>;

/** Everything the engine may be given to work with; made in `tasks/index.ts`. */
export interface Registry {
  readonly modules: ReadonlyMap<string, AnyTaskModule>;
  readonly kinds: ReadonlyMap<string, AnyFactKind>;
  /** Facts that stand in scope as variables, read when something names them: `os`. */
  readonly variables: Readonly<Record<string, FactRequest<unknown>>>;
}

/** A file or folder of the controller that an argument names (`"x-local": "file"` in the schema); `path` is absolute. */
export type LocalSource =
  | {
      readonly type: 'file';
      readonly path: string;
      readonly sha256: string;
      readonly size: number;
      readonly text?: string;
      /** Four octal digits. */
      readonly mode?: string;
      /** Seconds since 1970. */
      readonly mtime?: number;
    }
  | {
      readonly type: 'directory';
      readonly path: string;
      readonly entries: readonly {
        readonly path: string;
        readonly type: 'file' | 'directory';
        readonly sha256?: string;
        readonly size?: number;
        readonly mode?: string;
        readonly mtime?: number;
        /** What it says where it is a link; type, hash and size are of what it leads to. */
        readonly target?: string;
      }[];
    };

/** A program of the controller with its words (`"x-local": "command"` in the schema): the file, and what follows it as it was written. */
export interface LocalCommand {
  readonly source: LocalSource;
  readonly words: string;
}

/** The file that a command of the controller begins with, and what follows it. */
export function commandWords(command: string): readonly [file: string, words: string] {
  const [, file = '', words = ''] = /^\s*(\S*)\s*([^]*)$/.exec(command) ?? [];
  return [file, words];
}

/** A place of the controller that a task writes to (`"x-local": "destination"` in the schema); `path` is absolute, what is there now may be nothing. */
export interface LocalDestination {
  readonly path: string;
  readonly type: 'absent' | 'file' | 'directory';
  /** Of a file. */
  readonly sha256?: string;
  /** Four octal digits. */
  readonly mode?: string;
}

/** A template of the controller, rendered in the task's scope (`"x-local": "template"` in the schema); `path` is absolute. */
export interface RenderedTemplate {
  readonly path: string;
  readonly text: string;
}

/** A condition with its text (`"x-expression": true` in the schema). */
export interface Evaluated {
  readonly text: string;
  readonly value: unknown;
}

/** A task cannot or must not be done, and planning can say so: the outcome is `failed`, in a check too. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly hint: string | undefined;
  /** What `register` records of it besides; `rc` and `stderr` among them are shown. */
  readonly values: Values | undefined;

  constructor(message: string, hint?: string, values?: Values) {
    super(message);
    this.hint = hint;
    this.values = values;
  }
}

/** Ends a plan (or an apply) with a failure that says what to do. */
export function refuse(message: string, hint?: string): never {
  throw new Refused(message, hint);
}
