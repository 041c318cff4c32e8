import {CommandFailed, Unreachable} from '../host.js';
import {EvaluationFailed} from '../language/reference.js';
import type {Failure, ShownChange} from '../outcome.js';
import {reasonOf} from '../reason.js';
import {Refused, type Values} from '../task.js';
import {FactsFailed} from './questions.js';
import {LocalFileMissing} from './local-source.js';

/** A failure and what it means for the run: a `bug` is ours, an `unreachable` machine gets no further nodes. */
export interface Classified {
  readonly status: 'failed' | 'unreachable';
  readonly bug: boolean;
  readonly failure: Failure;
}

/** Ended because the run was cancelled. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** Something that a person can act upon, found out by the engine itself. */
export class NodeFailed extends Error {
  override readonly name = 'NodeFailed';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** A change was begun and did not come to its end: `cause` says why. */
export class ApplyFailed extends Error {
  override readonly name = 'ApplyFailed';
  override readonly cause: unknown;
  readonly shown: ShownChange;

  constructor(cause: unknown, shown: ShownChange) {
    super('the change failed');
    this.cause = cause;
    this.shown = shown;
  }
}

const keptLines = 20;

/** Turns what was thrown into what a person reads. */
export function classify(error: unknown): Classified {
  if (error instanceof NodeFailed) return failed(error.failure);
  if (error instanceof Refused) return failed({message: error.message, ...hint(error.hint), ...said(error.values)});
  if (error instanceof EvaluationFailed) return failed({message: error.message, at: error.at, ...hint(error.hint)});
  if (error instanceof LocalFileMissing) return failed({message: error.message, hint: error.hint});
  if (error instanceof CommandFailed) {
    const {code, stderr} = error.result;
    return failed({
      message: error.message,
      command: error.command,
      code,
      stderr: lastLines(stderr),
      ...hint(error.hint),
    });
  }
  if (error instanceof FactsFailed)
    return failed({message: error.message, code: error.result.code, stderr: lastLines(error.result.stderr)});
  if (error instanceof Unreachable) {
    const {during} = error;
    return {
      status: 'unreachable',
      bug: false,
      failure: {message: error.message, ...(during === undefined ? {} : {command: during}), ...hint(error.hint)},
    };
  }
  const message = reasonOf(error);
  const text = message.startsWith('Internal error: ') ? message.slice('Internal error: '.length) : message;
  const stack = error instanceof Error && error.stack !== undefined ? {stderr: error.stack} : {};
  return {
    status: 'failed',
    bug: true,
    failure: {message: `internal error: ${text}`, ...stack, hint: 'this is a bug in u7s-play; please report it'},
  };
}

function said({rc, stderr}: Values = {}): Pick<Failure, 'code' | 'stderr'> {
  return {
    ...(typeof rc === 'number' ? {code: rc} : {}),
    ...(typeof stderr === 'string' && stderr !== '' ? {stderr: lastLines(stderr)} : {}),
  };
}

/** The end of what a command said. */
export function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-keptLines).join('\n');
}

function failed(failure: Failure): Classified {
  return {status: 'failed', bug: false, failure};
}

function hint(text: string | undefined): {readonly hint?: string} {
  return text === undefined ? {} : {hint: text};
}
