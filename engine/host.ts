/** What a command did on a machine. `code` is the exit status; 124 after a time-out; 128 + n after signal n. */
export interface ExecResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Set when output was cut at the bound of what is kept. */
  readonly truncated?: boolean;
}

export interface ExecOptions {
  /** Seconds until the command is ended; default 600. */
  readonly timeout?: number;
  /** Bytes for its standard input (sent on a channel of their own); default /dev/null. */
  readonly input?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
  /** How errors name the command; default is the script's first line. */
  readonly label?: string;
}

/** What a file is made of: text, bytes, or a file of the controller that is streamed. */
export type Content = string | Uint8Array | LocalContent;

/** A file of the controller; where its digest (hexadecimal) and its bytes are known it is not read for them, and what is sent must be just that. */
export interface LocalContent {
  readonly local: string;
  readonly sha256?: string;
  readonly size?: number;
}

export interface PutOptions {
  /** Four octal digits, e.g. `0644`; default: the present file's, else 0644. */
  readonly mode?: string;
  /** Name or number; default: the present file's, else the user who writes. */
  readonly owner?: string;
  readonly group?: string;
  /** Write in place instead of beside and rename (bind-mounted files); default false. */
  readonly unsafeWrites?: boolean;
  /** When it was changed last, in seconds since 1970; default: when it is written. */
  readonly mtime?: number;
}

/** One of the files that are written together. */
export interface FileToPut {
  readonly path: string;
  readonly content: Content;
  readonly options?: PutOptions;
}

export interface WaitOptions {
  /** Seconds until the wait is given up. */
  readonly timeout: number;
  /** Seconds between two attempts; default: a quarter of the time so far, at least 0.1 and at most 1. */
  readonly every?: number;
  /** What is waited for, as the user reads it: `3 nodes Ready`. */
  readonly what: string;
}

/**
 * One machine, as one user, in one place (root, a user's session, a rootless namespace): the only thing through which a task may change it.
 * Each method may reject with `Unreachable`.
 */
export interface Host {
  readonly name: string;
  /** Runs a POSIX sh script; any exit status is a result. Each call is a shell of its own (`cd` and variables do not carry over). */
  exec(script: string, options?: ExecOptions): Promise<ExecResult>;
  /** Like `exec`; rejects with `CommandFailed` when the status is not 0. */
  run(script: string, options?: ExecOptions): Promise<ExecResult>;
  /** Runs a script again and again until its status is 0; the wait is shown and bounded. Rejects with `CommandFailed` (the last attempt's) at the end of its time. */
  until(script: string, wait: WaitOptions): Promise<ExecResult>;
  /** Writes a file beside its place and renames it: it is never seen half. The folder must exist. */
  put(path: string, content: Content, options?: PutOptions): Promise<void>;
  /**
   * Writes each file as `put` does, in as few streams as can be (of up to 4096 files and 256 MiB): the first of a stream is put in its place
   * when all of it has arrived. What cannot go with others goes before them, by itself. Rejects with a `CommandFailed` about the first that cannot be written.
   */
  putAll(files: readonly FileToPut[]): Promise<void>;
  /** The bytes of a file; rejects with `CommandFailed` when it cannot be read. */
  fetch(path: string): Promise<Uint8Array>;
}

/** A command ended with a status that is not 0. */
export class CommandFailed extends Error {
  override readonly name: string = 'CommandFailed';
  readonly command: string;
  readonly result: ExecResult;
  /** What to do about it, where that is known. */
  readonly hint: string | undefined;

  constructor(command: string, result: ExecResult, hint?: string) {
    super(`${command} exited with ${result.code}`);
    this.command = command;
    this.result = result;
    this.hint = hint;
  }
}

/**
 * The place where a command should have run is not there (yet): no such user, no session of it, no namespace.
 * An earlier task of the same run may be what makes it.
 */
export class PlaceMissing extends CommandFailed {
  override readonly name = 'PlaceMissing';
}

/** A machine cannot be talked to, or no longer. `during` names the command that was running when it was lost. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  readonly host: string;
  readonly during: string | undefined;
  readonly hint: string | undefined;

  constructor(
    host: string,
    reason: string,
    more: {readonly during?: string | undefined; readonly hint?: string | undefined} = {},
  ) {
    super(reason);
    this.host = host;
    this.during = more.during;
    this.hint = more.hint;
  }
}

/** A piece of script that is not quoted again. */
export interface Raw {
  readonly script: string;
}

/** Marks text as script, for `sh`. */
export function raw(script: string): Raw {
  return {script};
}

/** Quotes one word for POSIX sh; every byte but NUL survives. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

type Piece = string | number | Raw | readonly (string | number | Raw)[];

/** Makes a script in which every value is quoted: sh`chmod ${mode} -- ${path}`; a list becomes words, `raw(…)` stays as it is. */
export function sh(strings: TemplateStringsArray, ...values: readonly Piece[]): string {
  const one = (value: string | number | Raw): string =>
    typeof value === 'object' ? value.script : quote(String(value));
  const words = (value: Piece): string =>
    Array.isArray(value)
      ? (value as readonly (string | number | Raw)[]).map(one).join(' ')
      : one(value as string | number | Raw);
  return strings.reduce((script, text, index) => script + words(values[index - 1] ?? raw('')) + text);
}

/** What one command may be given: Linux takes two megabytes in all, and others less. */
const mostBytesOfWords = 96 * 1024;

/** Words in pieces, each short enough for one command. */
export function pieces(words: readonly string[]): readonly (readonly string[])[] {
  const found: string[][] = [];
  let left = 0;
  for (const word of words) {
    // Each is counted with its end and the place where it is found.
    const size = Buffer.byteLength(word) + 9;
    if (size > left) {
      found.push([]);
      left = mostBytesOfWords;
    }
    found.at(-1)?.push(word);
    left -= size;
  }
  return found;
}
