import type {Term} from '../language/term.js';
import type {Span} from '../span.js';
import {explainWord} from './ansible-words.js';
import {checkTerm} from './check-term.js';
import type {Files} from './files.js';
import type {Handler, Keywords, Play, RoleUse, Task, VarLayer} from './project.js';
import type {Prompt} from './prompts.js';
import type {Report} from './report.js';
import type {RoleFiles} from './role-files.js';
import type {Schemas} from './schema.js';

/** What the whole load works with. */
export interface Loading {
  readonly files: Files;
  readonly schemas: Schemas;
  readonly report: Report;
  /** The YAML words of all modules. */
  readonly modules: ReadonlySet<string>;
  /** Absolute folders in which roles lie, besides `roles/` of the playbook. */
  readonly rolesPath: readonly string[];
  readonly roles: Map<string, RoleFiles>;
  /** Plays may name hosts that are not there. */
  readonly anyHosts: boolean;
  /** What `-e` gives: known from the start, and higher than anything else. */
  readonly extraVars: VarLayer;
  /** Numbers from 0 up to 1, for `order: shuffle`. */
  readonly random: () => number;
}

/** A role as it is used, for the check of its arguments against each host's variables. */
export interface RoleDemand {
  readonly use: RoleUse;
  readonly at: Span;
  readonly files: RoleFiles;
  readonly keywords: Keywords;
}

/** A play while it is read. */
export interface PlayDraft {
  readonly loading: Loading;
  /** Absolute folder of the playbook. */
  readonly folder: string;
  /** Variables that flags which decide the order of things may name: those of the play, and of `-e`. */
  readonly names: ReadonlyMap<string, Term>;
  readonly handlers: Handler[];
  readonly demands: RoleDemand[];
  /** Roles whose handlers are there already, by role and arguments: uses that are alike are one. */
  readonly uses: Map<string, RoleUse>;
  /** Dependencies of imported roles that are there already. */
  readonly imported: Set<string>;
}

/** Where tasks are read. */
export interface TaskPlace {
  readonly draft: PlayDraft;
  readonly keywords: Keywords;
  readonly role: RoleUse | undefined;
  /** Absolute folder of the file. */
  readonly folder: string;
  /** Among handlers: the words that each listens to. */
  readonly listens?: Map<Task, readonly string[]>;
  /** Files and roles that are being read, outermost first: one that comes again is a cycle. */
  readonly trail: readonly {readonly what: string; readonly at: Span}[];
  /** Items of the loops on the imports around. */
  readonly known?: ReadonlyMap<string, Term>;
}

/** The names that a flag which decides the order of things may name. */
export function flagNames({draft, known}: TaskPlace): ReadonlyMap<string, Term> {
  return new Map([...draft.names, ...(known ?? [])]);
}

/** A play with what its arguments' check needs. */
export interface LoadedPlay {
  readonly play: Play;
  readonly demands: readonly RoleDemand[];
  readonly prompts: readonly Prompt[];
}

/** Reads a YAML file and checks it by a part of the playbook's schema. */
export function readChecked(
  loading: Loading,
  path: string,
  {
    part,
    at,
    what,
    subject,
  }: {readonly part: string; readonly at: Span | undefined; readonly what: string; readonly subject: string},
): Term | undefined {
  const term = loading.files.read(path, {at, what, mayKeep: true});
  return (
    term &&
    checkTerm(term, loading.schemas.validator(part), {
      subject,
      sources: true,
      explainKey: explainWord,
      report: loading.report,
    })
  );
}

/** Reports a cycle of imports; true when there is one. */
export function reportCycle(place: TaskPlace, what: string, at: Span): boolean {
  const start = place.trail.findIndex((step) => step.what === what);
  if (start === -1) return false;
  const trail = place.trail.slice(start).map((step) => ({at: step.at, message: `${step.what} is imported here`}));
  place.draft.loading.report.add({severity: 'error', at, message: `${what} imports itself`, trail});
  return true;
}
