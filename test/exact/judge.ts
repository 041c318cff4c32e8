import type {Outcome, ShownChange} from '../../engine/outcome.js';
import type {Ended, Outcomes} from './run-play.js';

/** Whether a command will fail, and what it makes, nobody can know. */
const commands = ['command', 'package'];

/** Where a run did something else than its check had announced, a line each; what was deferred may turn out either way. */
export function disagreements(announced: Outcomes, done: Outcomes): readonly string[] {
  const names = new Set([...announced.keys(), ...done.keys()]);
  // After a failure that could not be known, what comes is not what was announced.
  let loose = false;
  return [...names].flatMap((name) => {
    const [before, after] = [announced.get(name), done.get(name)];
    const status = before?.outcome.status;
    const unknowable = status === 'deferred' || (status === 'would-change' && commands.includes(before?.module ?? ''));
    if (unknowable && after?.outcome.status === 'failed') loose = true;
    if (loose || status === 'deferred') return [];
    const [expected, found] = [told(before), told(after)];
    return isSame(expected, found) ? [] : [`${name}: announced ${expected}, done ${found}`];
  });
}

/** Whether two texts are the same but for what the first says to be unknown. */
function isSame(announced: string, done: string): boolean {
  const known = announced
    .split(/"\(needs (?:[^"\\]|\\.)*"/)
    .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${known.join('.*')}$`, 's').test(done);
}

/** The nodes that a check deferred, with their causes. */
export function deferrals(outcomes: Outcomes): readonly string[] {
  return [...outcomes].flatMap(([name, {outcome}]) =>
    outcome.status === 'deferred' ? [`${name}: ${outcome.needs}`] : [],
  );
}

/** The deferrals of a play in which everything could be known, but for who owns what is made without an owner, and what waits for a node that is deferred itself. */
export function baseless(outcomes: Outcomes): readonly string[] {
  const isDeferred = (name: string): boolean => outcomes.get(name)?.outcome.status === 'deferred';
  return deferrals(outcomes).filter((line) => {
    const [, cause = ''] = /: (.*)$/.exec(line) ?? [];
    return !cause.startsWith('who makes ') && !isDeferred(cause.replace(/^one\//, ''));
  });
}

/** The nodes that changed something, as text. */
export function changes(outcomes: Outcomes): readonly string[] {
  return [...outcomes].flatMap(([name, ended]) =>
    ended.outcome.status === 'changed' ? [`${name}: ${told(ended)}`] : [],
  );
}

/** An end in words that are the same for what would be and what was. */
function told(ended: Ended | undefined): string {
  if (ended === undefined) return 'nothing';
  const {module, outcome} = ended;
  switch (outcome.status) {
    case 'would-change':
    case 'changed':
      return `change ${JSON.stringify(outcome.changes.map((change) => shown(module, change)))}`;
    case 'failed':
      return `failed ${outcome.ignored === true ? '(ignored) ' : ''}${outcome.failure.message}`;
    case 'skipped':
      // What a rescue would do is told, and is done only when something fails.
      return isRescue(outcome) ? 'idle' : `skipped ${outcome.reason}`;
    case 'blocked':
      return `blocked by ${outcome.by}`;
    default:
      return outcome.status;
  }
}

function isRescue({reason}: Extract<Outcome, {status: 'skipped'}>): boolean {
  return reason.startsWith('only if ');
}

function shown(module: string, {kind, summary, diff, item}: ShownChange): unknown {
  return [kind, summary, commands.includes(module) ? null : diff, item ?? null];
}
