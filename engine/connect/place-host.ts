import type {Readable} from 'node:stream';
import {CommandFailed, quote, type ExecOptions, type ExecResult, type Host, type WaitOptions} from '../host.js';
import type {Progress} from './connection.js';
import {notReadable, watched} from './transfer/content.js';
import {asText, notDone, transferTimeout, type Execute} from './execution.js';
import {fetchScript, mostFetched, mostInShell} from './transfer/fetch.js';
import {labelOf, notWritten, writing} from './transfer/put.js';
import {putAll} from './transfer/put-all.js';
import {until} from './until.js';

const defaultTimeout = 600;

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

  const put: Host['put'] = async (path, content, options) => {
    const {script, input, size} = await writing(path, content, options).catch(notReadable(labelOf(path)));
    const sent = input && watched(input());
    const raw = await execute(script, {timeout: transferTimeout(size), label: labelOf(path), ...sent});
    sent?.check(labelOf(path));
    if (raw.code !== 0) throw notWritten(path, asText(raw));
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
    put,
    putAll: (files) => putAll(files, {execute, put}),
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

function firstLine(script: string): string {
  const line = script.trimStart().split('\n', 1)[0] ?? '';
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
