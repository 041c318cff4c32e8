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

/** The lines of a playbook that diagnostics are about, with the first of them. */
export function refusedLines(text: string, playbook: string): ReadonlyMap<number, string> {
  const lines = new Map<number, string>();
  for (const each of text.split('\n')) {
    const rest = each.startsWith(`${playbook}:`) ? each.slice(playbook.length + 1) : undefined;
    const found = rest === undefined ? undefined : /^(\d+):\d+ (.*)$/.exec(rest);
    if (found && !lines.has(Number(found[1]))) lines.set(Number(found[1]), found[2] ?? '');
  }
  return lines;
}

/** The program beside this test, in the same build. */
export const ourProgram = join(import.meta.dirname, '../../engine/main.js');

function start(run: OurRun, ...words: readonly string[]): Promise<Finished> {
  return tryCommand([process.execPath, run.program, run.playbook, '-i', run.inventory, ...words], {
    timeout: 1800,
    environment: {XDG_STATE_HOME: run.state},
  });
}

/** What is refused before anything is touched: the message for each line of the playbook. */
export async function refusals(run: OurRun): Promise<ReadonlyMap<number, string>> {
  const {code, stdout, stderr} = await start(run, '--syntax-check');
  const lines = refusedLines(stdout + stderr, run.playbook);
  if (code !== 0 && lines.size === 0)
    throw new Error(`u7s-play --syntax-check exited with ${code}:\n${stderr}${stdout}`);
  return lines;
}

/** Runs a playbook with u7s-play. Rejects where it ends otherwise than a playbook does. */
export async function runOurs(run: OurRun): Promise<PassResults> {
  const {code, stdout, stderr} = await start(run, '--output', 'json', ...(run.check ? ['--check'] : []));
  if (code !== 0 && code !== 2) throw new Error(`u7s-play exited with ${code}:\n${stderr}${stdout.slice(-2000)}`);
  return resultsOfOurs(stdout);
}
