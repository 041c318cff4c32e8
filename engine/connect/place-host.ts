import type {Readable} from 'node:stream';
import {
  CommandFailed,
  quote,
  type Content,
  type ExecOptions,
  type ExecResult,
  type Host,
  type PutOptions,
  type WaitOptions,
} from '../host.js';
import type {Progress} from './connection.js';
import {fetchScript, mostFetched, mostInShell} from './fetch.js';
import {cannotRename, writing} from './put.js';
import type {RawResult} from './shell.js';
import {until} from './until.js';

/** One command in one place. */
export interface Execution {
  /** Seconds. */
  readonly timeout: number;
  readonly label: string;
  /** The time was asked for: the machine itself keeps it. */
  readonly guarded?: boolean;
  readonly input?: Readable;
  /** Bytes of each stream that are kept. */
  readonly keep?: number;
}

type Execute = (script: string, execution: Execution) => Promise<RawResult>;

const defaultTimeout = 600;
// A file of any size must arrive: a gigabyte at one megabyte a second.
const transferTimeout = (bytes: number): number => 60 + Math.ceil(bytes / 1e6);

/** Makes the host of one place out of the one thing that the place can do. */
export function placeHost(
  name: string,
  surroundings: {
    readonly execute: Execute;
    readonly toInput: (input: string | Uint8Array) => Readable;
    readonly progress?: Progress | undefined;
  },
): Host {
  const {execute, toInput, progress} = surroundings;

  const exec = async (script: string, options: ExecOptions = {}): Promise<ExecResult> => {
    const {timeout = defaultTimeout, input, environment} = options;
    const raw = await execute(withEnvironment(script, environment), {
      timeout,
      guarded: options.timeout !== undefined,
      label: options.label ?? firstLine(script),
      ...(input !== undefined && {input: toInput(input)}),
    });
    return asText(raw);
  };

  const succeed = (label: string, result: ExecResult, hint?: string): ExecResult => {
    if (result.code !== 0) throw new CommandFailed(label, result, hint);
    return result;
  };

  return {
    name,
    exec,
    async run(script, options = {}) {
      return succeed(options.label ?? firstLine(script), await exec(script, options));
    },
    until(script: string, wait: WaitOptions) {
      const label = firstLine(script);
      return until((timeout) => exec(script, {timeout, label}), {wait, label, progress});
    },
    async put(path: string, content: Content, options?: PutOptions) {
      const label = `writing ${quote(path)}`;
      const {script, input, size} = await writing(path, content, options).catch((error: unknown) => {
        if (!(error instanceof Error) || !('code' in error)) throw error;
        throw notDone(label, `the file of the controller cannot be read: ${error.message}`);
      });
      const raw = await execute(script, {timeout: transferTimeout(size), label, ...(input && {input: input()})});
      const result = asText(raw);
      const busy = result.code !== 0 && cannotRename.test(result.stderr);
      succeed(
        label,
        result,
        busy ? `${path} cannot be replaced by a rename (a mount?): set unsafe_writes: true` : undefined,
      );
    },
    async fetch(path: string) {
      const label = `reading ${quote(path)}`;
      const small = await execute(fetchScript(path, mostInShell), {timeout: transferTimeout(0), label});
      succeed(label, asText(small));
      if (small.stdout.length <= mostInShell) return new Uint8Array(small.stdout);
      const whole = await execute(fetchScript(path), {
        timeout: transferTimeout(mostFetched),
        label,
        keep: mostFetched,
        input: toInput(''),
      });
      succeed(label, asText(whole));
      if (whole.truncated)
        throw new CommandFailed(label, {...asText(whole), stdout: '', code: 1}, `${path} is too large to be fetched`);
      return new Uint8Array(whole.stdout);
    },
  };
}

/** A command that was not begun, with the reason as its message. */
function notDone(command: string, reason: string): CommandFailed {
  const failed = new CommandFailed(command, {code: 1, stdout: '', stderr: ''});
  failed.message = reason;
  return failed;
}

/** Sets variables in front of a script. */
export function withEnvironment(script: string, environment: Readonly<Record<string, string>> | undefined): string {
  const lines = Object.entries(environment ?? {}).map(([name, value]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw notDone(
        'setting the environment',
        `"${name}" cannot be the name of a variable: expected letters, digits and _`,
      );
    }
    return `export ${name}=${quote(value)}\n`;
  });
  return lines.join('') + script;
}

function asText({code, stdout, stderr, truncated}: RawResult): ExecResult {
  const text = {code, stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8')};
  return truncated ? {...text, truncated} : text;
}

function firstLine(script: string): string {
  const line = script.trimStart().split('\n', 1)[0] ?? '';
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
