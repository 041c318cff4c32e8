/** How one machine is reached. Times are seconds. */
export interface ConnectionSettings {
  /** The inventory's name of the machine. */
  readonly name: string;
  readonly connection: 'ssh' | 'local';
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Private keys, tried in order; absolute paths. */
  readonly privateKeyFiles: readonly string[];
  /** Offer no key of the agent but these files' only. */
  readonly identitiesOnly: boolean;
  /** The socket of an SSH agent. */
  readonly agent: string | undefined;
  readonly password: string | undefined;
  /** The first one is where new keys are written; absolute paths. */
  readonly knownHostsFiles: readonly string[];
  /** The name under which the machine's key is looked up, when it is not the address. */
  readonly hostKeyAlias: string | undefined;
  readonly hostKeyChecking: 'strict' | 'accept-new' | 'off';
  readonly connectTimeout: number;
  /** Seconds between two signs of life; after three without an answer the connection is lost. */
  readonly keepalive: number;
  /** What sudo is answered when it asks. */
  readonly becomePassword: string | undefined;
  /** Machines through which the way leads, the first one first. */
  readonly jumps: readonly ConnectionSettings[];
  /** Folders of the machine; its lock is in the first one where it is or can be made. */
  readonly lockFolders: readonly string[];
}

/** Where on a machine a command runs. */
export interface Place {
  /** The user; undefined is the one who logs in. */
  readonly user?: string | undefined;
  /** `user` is the user's own session (its systemd manager answers); `namespace` is inside the user's rootlesskit. */
  readonly context: 'plain' | 'user' | 'namespace';
  /** The folder with rootlesskit's `child_pid`; default `$XDG_RUNTIME_DIR/u7s/rootlesskit`. */
  readonly rootlessStateDir?: string | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** Tells of a wait that goes on. Seconds. */
export type Progress = (what: string, elapsed: number, limit: number) => void;
