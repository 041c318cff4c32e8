import {CommandFailed, raw, sh, type ExecOptions, type Host} from '../../engine/host.js';
import {
  ask,
  promise,
  unknown,
  type Change,
  type FactPattern,
  type FactRequest,
  type Promised,
  type Values,
} from '../../engine/task.js';
import {checkFact, type CheckState} from '../facts/check.js';
import {fileFact} from '../facts/file.js';
import type {FileState} from '../facts/file/state.js';
import {demandReadable} from '../files/placement.js';

/** The arguments that `command` and `shell` share. */
export interface RunArgs {
  readonly chdir?: string;
  readonly creates?: string;
  readonly removes?: string;
  readonly unless?: string;
  readonly stdin?: string;
  readonly timeout: number;
  readonly unsettles?: readonly FactPattern[];
}

/** What decides whether a command still has to run. */
export interface RunFacts {
  readonly creates: readonly FileState[];
  readonly removes: readonly FileState[];
  readonly unless: readonly CheckState[];
}

export interface RunChange extends Change {
  readonly script: string;
  readonly label: string;
  readonly timeout: number;
  readonly stdin?: string;
}

interface RunValues extends Values {
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Asks for what decides whether the command still has to run. */
export function runReads(args: RunArgs): {
  readonly [Name in keyof RunFacts]: readonly FactRequest<RunFacts[Name][number]>[];
} {
  const files = (path: string | undefined): readonly FactRequest<FileState>[] =>
    path === undefined ? [] : [ask(fileFact, {path, digest: false})];
  return {
    creates: files(args.creates),
    removes: files(args.removes),
    unless:
      args.unless === undefined
        ? []
        : [ask(checkFact, {script: args.unless, ...(args.chdir === undefined ? {} : {chdir: args.chdir})})],
  };
}

/** Plans a command: undefined when what it is for is already so. */
export function planRun(
  args: RunArgs,
  facts: RunFacts,
  command: {readonly script: string; readonly line: string},
): RunChange | undefined {
  if (settled(facts)) return undefined;
  for (const file of [...facts.creates, ...facts.removes]) demandReadable(file);
  const makes: Promised[] = [];
  if (args.creates !== undefined) {
    const cause = unknown(`what '${command.line}' makes`);
    makes.push(
      promise(
        fileFact,
        {path: args.creates},
        {exists: true, type: cause, mode: cause, owner: cause, group: cause, sha256: cause},
      ),
    );
  }
  if (args.removes !== undefined) makes.push(promise(fileFact, {path: args.removes}, {exists: false, type: 'absent'}));
  if (args.unless !== undefined) {
    makes.push(
      promise(
        checkFact,
        {script: args.unless, ...(args.chdir === undefined ? {} : {chdir: args.chdir})},
        {code: 0, seen: unknown(`what '${command.line}' does`)},
      ),
    );
  }
  return {
    kind: makes.length > 0 ? 'state' : 'action',
    summary: `run ${command.line}`,
    makes,
    ...(args.unsettles === undefined ? {} : {unsettles: args.unsettles}),
    ...(args.unsettles === undefined && makes.length === 0 ? {undeclared: true} : {}),
    script: args.chdir === undefined ? command.script : sh`cd -- ${args.chdir} && ${raw(command.script)}`,
    label: command.line,
    timeout: args.timeout,
    ...(args.stdin === undefined ? {} : {stdin: args.stdin}),
  };
}

/** Runs a planned command and tells what it did. */
export async function applyRun(host: Host, change: RunChange): Promise<Values> {
  const options: ExecOptions = {
    timeout: change.timeout,
    label: change.label,
    ...(change.stdin === undefined ? {} : {input: change.stdin}),
  };
  const {code, stdout, stderr} = await host.exec(change.script, options);
  const values = runValues(code, stdout, stderr);
  if (code !== 0) throw new CommandFailed(change.label, {code, stdout: values.stdout, stderr: values.stderr});
  return {...values};
}

/** What `register` records of a command that did not have to run; what it would print if it ran is not known, and reading that is deferred. */
export function settledValues(facts: RunFacts): Values {
  for (const {type: _} of facts.creates);
  for (const {seen: _} of facts.unless);
  return runValues(0, '', '');
}

function settled(facts: RunFacts): boolean {
  return (
    facts.creates.some((state) => state.exists) ||
    facts.removes.some((state) => !state.exists) ||
    facts.unless.some((check) => check.code === 0)
  );
}

function runValues(code: number, stdout: string, stderr: string): RunValues {
  const out = stdout.replace(/\n+$/, '');
  const err = stderr.replace(/\n+$/, '');
  return {rc: code, stdout: out, stderr: err, stdout_lines: lines(out), stderr_lines: lines(err)};
}

function lines(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n');
}
