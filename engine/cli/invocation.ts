import type {OutputChoice} from '../render/open.js';
import type {VaultFlags} from '../vault/identity.js';
import type {BundleAction} from './bundle/action.js';
import type {VaultAction} from './vault/action.js';

/** What names a project and a part of it; common to a run and to the graph. */
export interface ProjectOptions {
  readonly playbooks: readonly string[];
  readonly inventories: readonly string[];
  /** `k=v`, JSON or YAML text, `@file`; in the order given. */
  readonly extraVars: readonly string[];
  readonly limit: string | undefined;
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  readonly startAtTask: string | undefined;
  readonly vault: VaultFlags;
  /** Folders in which roles are looked for besides those beside the playbook. */
  readonly rolesPath?: readonly string[];
  readonly forceHandlers?: boolean;
}

/** How machines are reached where the inventory does not say it. */
export interface LoginOptions {
  readonly user: string | undefined;
  readonly privateKey: string | undefined;
  /** Seconds. */
  readonly timeout: number | undefined;
  readonly connection: string | undefined;
  readonly become: boolean;
  readonly becomeUser: string | undefined;
  readonly askPassword: boolean;
  readonly askBecomePassword: boolean;
  /** A file or program with the login password; `-` is standard input. */
  readonly passwordFile: string | undefined;
  readonly becomePasswordFile: string | undefined;
}

export interface RunOptions {
  readonly project: ProjectOptions;
  readonly login: LoginOptions;
  readonly check: boolean;
  readonly diff: boolean;
  readonly strict: boolean;
  readonly forks: number | undefined;
  readonly seed: number | undefined;
  readonly verbosity: number;
  readonly outputs: readonly OutputChoice[];
  /** The file into which a check writes what would be done. */
  readonly plan: string | undefined;
  /** The run that is gone on with: its name, or `last`. */
  readonly resume: string | undefined;
  /** Ask before each task. */
  readonly step: boolean;
  /** The file into which is written where the time went. */
  readonly profile?: string | undefined;
}

export type GraphFormat = 'text' | 'mermaid' | 'dot' | 'json';

/** In which form an inventory is printed. */
export type InventoryForm =
  | {readonly kind: 'list'; readonly yaml: boolean; readonly exported: boolean}
  | {readonly kind: 'host'; readonly name: string; readonly yaml: boolean}
  | {readonly kind: 'graph'; readonly group: string; readonly vars: boolean};

/** What the command line asks for. */
export type Invocation =
  | {readonly command: 'run'; readonly options: RunOptions}
  | {readonly command: 'list'; readonly options: ProjectOptions; readonly what: readonly ('hosts' | 'tasks' | 'tags')[]}
  | {readonly command: 'syntax-check'; readonly options: ProjectOptions; readonly profile?: string | undefined}
  | {readonly command: 'explain'; readonly options: ProjectOptions; readonly task: string}
  | {
      readonly command: 'adhoc';
      /** Seconds that the task may go on by itself, and between looks at it. */
      readonly background: number | undefined;
      readonly poll: number | undefined;
      /** Each host in one line. */
      readonly oneLine: boolean;
      /** Its project names no playbook. */
      readonly options: RunOptions;
      readonly pattern: string;
      readonly module: string;
      readonly args: string | undefined;
    }
  | {readonly command: 'runs'; readonly inventories: readonly string[]; readonly json: boolean}
  | {
      readonly command: 'show';
      readonly run: string;
      readonly inventories: readonly string[];
      readonly diff: boolean;
      readonly failed: boolean;
      readonly host: string | undefined;
      readonly verbosity: number;
      readonly outputs: readonly OutputChoice[];
    }
  | {
      readonly command: 'apply';
      readonly file: string;
      readonly allowDeferred: boolean;
      readonly diff: boolean;
      readonly forks: number | undefined;
      readonly verbosity: number;
      readonly outputs: readonly OutputChoice[];
      readonly profile?: string | undefined;
    }
  | {
      readonly command: 'graph';
      readonly options: ProjectOptions;
      readonly format: GraphFormat;
      readonly tasks: boolean;
      readonly times: string | undefined;
    }
  | {
      readonly command: 'doc';
      readonly names: readonly string[];
      readonly write: boolean;
      readonly rolesPath: readonly string[];
    }
  | {
      readonly command: 'inventory';
      readonly inventories: readonly string[];
      readonly vault: VaultFlags;
      /** A folder whose group_vars and host_vars count as those beside a playbook. */
      readonly playbookFolder: string | undefined;
      /** Encrypted values are shown. */
      readonly showSecrets: boolean;
      readonly form: InventoryForm;
    }
  | {
      readonly command: 'vars';
      readonly options: ProjectOptions;
      readonly host: string;
      /** One variable; undefined: all. */
      readonly name: string | undefined;
      readonly json: boolean;
      /** Encrypted values are shown. */
      readonly showSecrets: boolean;
    }
  | {readonly command: 'vault'; readonly action: VaultAction}
  | {readonly command: 'bundle'; readonly action: BundleAction}
  | {readonly command: 'verify'; readonly options: RunOptions}
  /** Help or the version was asked for and has been written. */
  | {readonly command: 'none'; readonly code: number};
