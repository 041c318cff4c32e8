import {CommandFailed, type ExecResult} from '../host.js';
import type {RawResult} from './shell.js';

/** One command in one place. */
export interface Execution {
  /** Seconds. */
  readonly timeout: number;
  readonly label: string;
  /** The time was asked for: the machine itself keeps it. */
  readonly guarded?: boolean;
  /** Each piece is used before the next one is asked for. */
  readonly input?: AsyncIterable<Buffer>;
  /** Bytes of each stream that are kept. */
  readonly keep?: number;
}

/** The one thing that a place can do. */
export type Execute = (script: string, execution: Execution) => Promise<RawResult>;

/** Seconds for bytes on their way. A file of any size must arrive: a gigabyte at one megabyte a second. */
export const transferTimeout = (bytes: number): number => 60 + Math.ceil(bytes / 1e6);

/** What a command did, its output as text. */
export function asText({code, stdout, stderr, truncated}: RawResult): ExecResult {
  const text = {code, stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8')};
  return truncated ? {...text, truncated} : text;
}

/** A command that was not begun, with the reason as its message. */
export function notDone(command: string, reason: string): CommandFailed {
  const failed = new CommandFailed(command, {code: 1, stdout: '', stderr: ''});
  failed.message = reason;
  return failed;
}
