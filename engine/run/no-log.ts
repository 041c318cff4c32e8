import type {Outcome, ShownChange} from '../outcome.js';
import {returnsOf} from './arguments.js';
import type {Recorded} from './record.js';
import type {Turn} from './turn.js';

/** What a result says of itself in words that are nobody's secret. */
const harmless = new Set(
  'changed failed skipped skip_reason false_condition attempts rc msg item ansible_loop ansible_loop_var ansible_index_var ansible_job_id started finished'.split(
    ' ',
  ),
);
const hidden = 'hidden by no_log';
/** Characters of a text that an event carries. */
const longest = 32 * 1024;

/**
 * Takes what a node recorded as secret: members that the module's schema marks so, and of a registered `no_log` task without such marks everything that it told.
 * What nobody registered is told to nobody: words like an owner's name stay what they are elsewhere.
 */
export function hideValues(turn: Turn, record: Recorded): void {
  const marked = secretMembers(returnsOf(turn));
  const results = Array.isArray(record['results']) ? (record['results'] as readonly Recorded[]) : [record];
  for (const each of results) {
    for (const name of marked) turn.run.secrets.add(each[name]);
    if (!turn.task.keywords.noLog || marked.length > 0 || turn.task.register === undefined) continue;
    // The item was there before, and is as secret as the list that it came from.
    const {loopVar, indexVar} = turn.task.loopControl;
    for (const [name, value] of Object.entries(each))
      if (!harmless.has(name) && name !== loopVar && name !== indexVar) turn.run.secrets.add(value);
  }
}

const foundSecret = new WeakMap<object, readonly string[]>();

function secretMembers(returned: ReturnType<typeof returnsOf>): readonly string[] {
  const known = foundSecret.get(returned) ?? Object.keys(returned).filter((name) => returned[name]?.writeOnly === true);
  foundSecret.set(returned, known);
  return known;
}

/** Takes the secret arguments of the node's role as secrets, before anything can tell of them; one that is not known yet is told by nobody either. */
export function hideRoleSecrets({run, task, scope}: Turn): void {
  for (const name of task.role?.secrets ?? []) {
    try {
      run.secrets.add(scope[name]);
    } catch {
      // What is wrong with it is told where it is used.
    }
  }
}

/** What a node recorded as it may be shown: of a `no_log` task only how it went, and of long texts the beginning. */
export function publicValues({task}: Turn, record: Recorded): Recorded {
  if (task.keywords.noLog) return {changed: record['changed'], failed: record['failed'], skipped: record['skipped']};
  const known = publicSkips.get(record) ?? publicForm(record);
  if (record['skipped'] === true) publicSkips.set(record, known);
  return known;
}

/** What was left out by one condition has one record on all hosts. */
const publicSkips = new WeakMap<Recorded, Recorded>();

function publicForm({changed, failed, skipped, ...told}: Recorded): Recorded {
  return {...(shortened(told) as Recorded), changed, failed, skipped};
}

function shortened(value: unknown): unknown {
  if (!holdsLong(value)) return value;
  if (typeof value === 'string' && value.length > longest)
    return `${value.slice(0, longest)}… (${value.length} characters)`;
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shortened(member)]));
}

function holdsLong(value: unknown): boolean {
  if (typeof value === 'string') return value.length > longest;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsLong);
}

/** The outcome as it may be shown: of a `no_log` task neither texts nor messages. */
export function publicOutcome({task}: Turn, outcome: Outcome): Outcome {
  if (!task.keywords.noLog) return outcome;
  switch (outcome.status) {
    case 'ok':
      return {status: 'ok'};
    case 'changed':
    case 'would-change':
      return {...outcome, changes: outcome.changes.map(hiddenChange)};
    case 'failed': {
      const {code, at, message} = outcome.failure;
      const text = message.startsWith('internal error') ? 'internal error' : `failed; why is ${hidden}`;
      const failure = {
        message: text,
        ...(code === undefined ? {} : {code}),
        ...(at === undefined ? {} : {at}),
        hint: "take 'no_log' away to see more",
      };
      return {...outcome, failure, ...(outcome.changes ? {changes: outcome.changes.map(hiddenChange)} : {})};
    }
    case 'would-wait':
    case 'deferred':
    case 'skipped':
    case 'unreachable':
    case 'blocked':
    case 'idle':
    case 'interrupted':
      return outcome;
  }
}

function hiddenChange({kind}: ShownChange): ShownChange {
  return {kind, summary: hidden, diff: []};
}
