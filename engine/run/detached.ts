import {randomInt} from 'node:crypto';
import {CommandFailed, Unreachable, type ExecOptions, type ExecResult, type Host} from '../host.js';
import {endJob, jobFolder, jobState, removeJob, startJob} from '../jobs.js';
import {Cancelled, NodeFailed} from './failure.js';
import type {Turn} from './turn.js';

/** A command was started that is not waited for; `job` is its name. */
export class JobStarted extends Error {
  override readonly name = 'JobStarted';
  readonly job: string;

  constructor(job: string) {
    super(`job ${job} was started`);
    this.job = job;
  }
}

export interface DetachOptions {
  /** The most seconds that a command may take. */
  readonly limit: number;
  /** Seconds between looks; 0: it is not waited for, and `JobStarted` is thrown. */
  readonly poll: number;
  /** Tells that it goes on. Seconds. */
  readonly progress: (elapsed: number) => void;
  /** Repeats what the loss of the connection broke off, within the bound of the run. */
  readonly whenBack: <T>(lost: Unreachable, work: () => Promise<T>) => Promise<T>;
}

/** A host whose commands go on by themselves: a lost connection does not end them, and they are found again by the next one. */
export function detachedHost(host: Host, run: Turn['run'], options: DetachOptions): Host {
  const exec = (script: string, more: ExecOptions = {}): Promise<ExecResult> =>
    runJob({host, run, options}, script, more);
  return {
    ...host,
    name: host.name,
    exec,
    async run(script, more = {}) {
      const result = await exec(script, more);
      if (result.code !== 0) throw new CommandFailed(labelOf(script, more), result);
      return result;
    },
    until: (script, wait) => host.until(script, wait),
    put: (path, content, more) => host.put(path, content, more),
    putAll: (files) => host.putAll(files),
    fetch: (path) => host.fetch(path),
  };
}

interface Runner {
  readonly host: Host;
  readonly run: Turn['run'];
  readonly options: DetachOptions;
}

async function runJob(runner: Runner, script: string, more: ExecOptions): Promise<ExecResult> {
  const {host, run, options} = runner;
  const {limit, poll} = options;
  const job = `${Date.now()}.${randomInt(100_000, 1_000_000)}`;
  const label = labelOf(script, more);
  const tell = <T>(work: () => Promise<T>): Promise<T> =>
    work().catch((error: unknown) => {
      if (error instanceof Unreachable && error.during !== undefined) return options.whenBack(error, work);
      throw error;
    });
  const {input, environment} = more;
  if (input !== undefined)
    await tell(() =>
      host.run(`${jobFolder(job)}\n( umask 077; mkdir -p "$u7s_j" && cat >"$u7s_j/input" )`, {input, label}),
    );
  const surroundings = environment === undefined ? {} : {environment};
  await tell(() => host.run(startJob(job, {script, limit}), {label: `start ${label}`, ...surroundings}));
  if (poll === 0) throw new JobStarted(job);
  const begun = performance.now();
  try {
    for (;;) {
      const state = await tell(() => stateOf(host, job));
      if (state !== 'running') return await collect(runner, {job, label, state, tell});
      const elapsed = (performance.now() - begun) / 1000;
      if (elapsed > limit + 60) throw tooLong(label, limit);
      options.progress(elapsed);
      await run.sleep(Math.min(poll, Math.max(limit + 1 - elapsed, 1)));
    }
  } catch (error) {
    // It is this run's own, and nobody would look after it.
    if (error instanceof Cancelled || error instanceof NodeFailed)
      await host.exec(`${endJob(job)}\n${removeJob(job)}`, {timeout: 15, label: `end ${label}`}).catch(() => undefined);
    throw error;
  }
}

async function stateOf(host: Host, job: string): Promise<string> {
  const {stdout} = await host.run(jobState(job), {label: 'look at the job'});
  return stdout.trim();
}

async function collect(
  {host, options}: Runner,
  {
    job,
    label,
    state,
    tell,
  }: {
    readonly job: string;
    readonly label: string;
    readonly state: string;
    readonly tell: <T>(work: () => Promise<T>) => Promise<T>;
  },
): Promise<ExecResult> {
  const [word, code] = state.split(' ');
  if (code === undefined)
    throw new NodeFailed({
      message: `the job of ${label} ${word === 'dead' ? 'ended without a word' : 'is gone'}`,
      hint: `did ${host.name} start anew meanwhile?`,
    });
  const said = await tell(() =>
    host.exec(`${jobFolder(job)}\ncat "$u7s_j/stdout"; cat "$u7s_j/stderr" >&2`, {label: 'read what the job said'}),
  );
  await tell(() => host.exec(removeJob(job), {label: 'remove the state of the job'}));
  const result = {...said, code: Number(code)};
  if (word === 'late') throw tooLong(label, options.limit, result);
  return result;
}

function tooLong(label: string, limit: number, result?: ExecResult): NodeFailed {
  return new NodeFailed({
    message: `it did not end within ${limit} s (async), and was ended`,
    command: label,
    ...(result ? {code: result.code, stderr: result.stderr.trimEnd().split('\n').slice(-20).join('\n')} : {}),
    hint: "raise 'async' if it only needs longer",
  });
}

function labelOf(script: string, {label}: ExecOptions): string {
  return label ?? script.trim().split('\n')[0] ?? '';
}
