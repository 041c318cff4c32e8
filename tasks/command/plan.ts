import {CommandFailed, raw, sh, type ExecOptions, type ExecResult, type Host} from '../../engine/host.js';
import {
  ask,
  promise,
  refuse,
  unknown,
  type Change,
  type FactPattern,
  type FactRequest,
  type Promised,
  type Values,
} from '../../engine/task.js';
import {checkFact, type CheckState} from '../facts/check.js';
import {fileFact} from '../facts/file.js';
import {canonicalPath, type FileState} from '../facts/file/state.js';
import {globFact, isGlob, type GlobState} from '../facts/glob.js';
import {demandReadable} from '../files/placement.js';

/** The arguments that `command` and `shell` share. */
export interface RunArgs {
  readonly chdir?: string;
  readonly creates?: string;
  readonly removes?: string;
  readonly unless?: string;
  readonly stdin?: string;
  readonly stdin_add_newline: boolean;
  readonly strip_empty_ends: boolean;
  readonly timeout: number;
  readonly unsettles?: readonly FactPattern[];
}

/** What decides whether a command still has to run. */
export interface RunFacts {
  readonly creates: readonly FileState[];
  readonly removes: readonly FileState[];
  readonly unless: readonly CheckState[];
  /** The same of patterns of names. */
  readonly createsAny: readonly GlobState[];
  readonly removesAny: readonly GlobState[];
}

export interface RunChange extends Change {
  readonly script: string;
  readonly label: string;
  readonly timeout: number;
  readonly stdin?: string;
  /** Newlines at the ends of what it prints are told too. */
  readonly keepsEnds?: boolean;
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
    path === undefined || isGlob(path) ? [] : [ask(fileFact, {path, digest: false})];
  const names = (pattern: string | undefined): readonly FactRequest<GlobState>[] =>
    pattern === undefined || !isGlob(pattern) ? [] : [ask(globFact, {pattern})];
  const [creates, removes] = [placeOf(args, 'creates'), placeOf(args, 'removes')];
  return {
    creates: files(creates),
    removes: files(removes),
    createsAny: names(creates),
    removesAny: names(removes),
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
  const [creates, removes] = [placeOf(args, 'creates'), placeOf(args, 'removes')];
  if (creates !== undefined && isGlob(creates))
    makes.push(promise(globFact, {pattern: creates}, {found: true, seen: unknown(`what '${command.line}' makes`)}));
  else if (creates !== undefined) {
    const cause = unknown(`what '${command.line}' makes`);
    makes.push(
      promise(
        fileFact,
        {path: creates},
        {exists: true, type: cause, mode: cause, owner: cause, group: cause, sha256: cause},
      ),
    );
  }
  if (removes !== undefined && isGlob(removes)) makes.push(promise(globFact, {pattern: removes}, {found: false}));
  else if (removes !== undefined) makes.push(promise(fileFact, {path: removes}, {exists: false, type: 'absent'}));
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
    // Nothing tells when it is not needed.
    summary: `run ${command.line}${makes.length > 0 ? '' : ' (always runs)'}`,
    makes,
    // That it makes a file does not say that it makes nothing else.
    ...(args.unsettles === undefined ? {touchesMore: true} : {unsettles: args.unsettles}),
    ...(args.unsettles === undefined && makes.length === 0 ? {undeclared: true} : {}),
    script: args.chdir === undefined ? command.script : sh`cd -- ${args.chdir} && ${raw(command.script)}`,
    label: command.line,
    timeout: args.timeout,
    ...(args.stdin === undefined ? {} : {stdin: stdinOf(args.stdin, args.stdin_add_newline)}),
    ...(args.strip_empty_ends ? {} : {keepsEnds: true}),
  };
}

/** Runs a planned command and tells what it did. */
export async function applyRun(host: Host, change: RunChange): Promise<Values> {
  const options: ExecOptions = {
    timeout: change.timeout,
    label: change.label,
    ...(change.stdin === undefined ? {} : {input: change.stdin}),
  };
  const begun = new Date();
  const {code, stdout, stderr} = await host.exec(change.script, options);
  const ended = new Date();
  const values = runValues({code, stdout, stderr}, change.keepsEnds);
  if (code !== 0) throw new CommandFailed(change.label, {code, stdout: values.stdout, stderr: values.stderr});
  return {
    ...values,
    cmd: change.label,
    start: begun.toISOString(),
    end: ended.toISOString(),
    delta: (ended.getTime() - begun.getTime()) / 1000,
  };
}

/** What a command makes or removes: a relative path begins in its folder. */
function placeOf(args: RunArgs, name: 'creates' | 'removes'): string | undefined {
  const path = args[name];
  if (path === undefined || path.startsWith('/')) return path;
  if (args.chdir === undefined)
    refuse(`'${name}' is the relative path '${path}', and there is no 'chdir' in which it could begin`);
  return canonicalPath(`${args.chdir}/${path}`);
}

function stdinOf(text: string, addNewline: boolean): string {
  return addNewline && !text.endsWith('\n') ? `${text}\n` : text;
}

/** What `register` records of a command that did not have to run; what it would print if it ran is not known, and reading that is deferred. */
export function settledValues(facts: RunFacts): Values {
  for (const {type: _} of facts.creates);
  for (const {seen: _} of [...facts.unless, ...facts.createsAny]);
  return {...runValues({code: 0, stdout: '', stderr: ''})};
}

function settled(facts: RunFacts): boolean {
  return (
    facts.creates.some((state) => state.exists) ||
    facts.removes.some((state) => !state.exists) ||
    facts.createsAny.some(({found}) => found) ||
    facts.removesAny.some(({found}) => !found) ||
    facts.unless.some((check) => check.code === 0)
  );
}

function runValues({code, stdout, stderr}: ExecResult, keepsEnds = false): RunValues {
  const ends = (text: string): string => (keepsEnds ? text : text.replace(/[\r\n]+$/, ''));
  const [out, err] = [ends(stdout), ends(stderr)];
  return {rc: code, stdout: out, stderr: err, stdout_lines: lines(out), stderr_lines: lines(err)};
}

function lines(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n');
}
