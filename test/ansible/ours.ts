import {join} from 'node:path';
import type {Event} from '../../engine/event.js';
import type {Status} from '../../engine/outcome.js';
import {tryCommand, type Finished} from '../lab/process.js';
import type {PassResults, Said, TaskResult} from './result.js';

export interface OurRun {
  /** The compiled program. */
  readonly program: string;
  readonly playbook: string;
  readonly inventory: string;
  readonly check: boolean;
  /** Where it keeps its journals. */
  readonly state: string;
}

const saidBy: Readonly<Record<Status, Said>> = {
  ok: 'ok',
  changed: 'changed',
  'would-change': 'changed',
  // A wait never counts as changed.
  'would-wait': 'ok',
  deferred: 'deferred',
  skipped: 'skipped',
  failed: 'failed',
  unreachable: 'unreachable',
  blocked: 'blocked',
  idle: 'skipped',
  interrupted: 'lost',
};

/** The results in the events that `--output json` prints. */
export function resultsOfOurs(text: string): PassResults {
  const results = new Map<string, TaskResult>();
  for (const line of text.split('\n')) {
    if (!line.startsWith('{')) continue;
    const event = JSON.parse(line) as Event;
    if (event.type !== 'node-ended') continue;
    const {outcome} = event;
    const failure = outcome.status === 'failed' || outcome.status === 'unreachable' ? outcome.failure : undefined;
    const message =
      outcome.status === 'deferred' ? outcome.needs : [failure?.message, failure?.stderr].join(' ').trim();
    results.set(event.node.task, {said: saidBy[outcome.status], values: event.values ?? {}, message});
  }
  return results;
}

/** A diagnostic that stands at a line of a file. */
export interface Refusal {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** The diagnostics in what a refusal prints. */
export function refusalsIn(text: string): readonly Refusal[] {
  return text.split('\n').flatMap((each) => {
    const [, file, line, message] = /^(\S[^:]*):(\d+):\d+ (.*)$/.exec(each) ?? [];
    return file === undefined || message === undefined ? [] : [{file, line: Number(line), message}];
  });
}

/** The program beside this test, in the same build. */
export const ourProgram = join(import.meta.dirname, '../../engine/main.js');

function start(run: OurRun, ...words: readonly string[]): Promise<Finished> {
  return tryCommand([process.execPath, run.program, run.playbook, '-i', run.inventory, ...words], {
    timeout: 1800,
    environment: {XDG_STATE_HOME: run.state},
  });
}

/** What is refused before anything is touched; what the files say first, what the graph says when the files are right. */
export async function refusals(run: OurRun): Promise<readonly Refusal[]> {
  const {code, stdout, stderr} = await start(run, '--list-tasks');
  const found = refusalsIn(stdout + stderr);
  if (code !== 0 && found.length === 0)
    throw new Error(`u7s-play --list-tasks exited with ${code}:\n${stderr}${stdout}`);
  return found;
}

/** Runs a playbook with u7s-play. Rejects where it ends otherwise than a playbook does. */
export async function runOurs(run: OurRun): Promise<PassResults> {
  const {code, stdout, stderr} = await start(run, '--output', 'json', ...(run.check ? ['--check'] : []));
  if (code !== 0 && code !== 2) throw new Error(`u7s-play exited with ${code}:\n${stderr}${stdout.slice(-2000)}`);
  return resultsOfOurs(stdout);
}
