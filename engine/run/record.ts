import {lastLines} from './failure.js';
import {CommandFailed} from '../host.js';
import type {Condition} from '../load/project.js';
import {Refused, type Values} from '../task.js';
import {unknown} from '../unknown.js';
import {returnsOf} from './arguments.js';
import type {Turn} from './turn.js';

/** What `register` records of a task or of one item; members may be unknowns. */
export type Recorded = Readonly<Record<string, unknown>>;

/** The record of something done, or of something that needed nothing. */
export function recordOf(values: Values, changed: boolean): Recorded {
  return {...values, changed, failed: false, skipped: false};
}

/** The record of what would change: what only a run tells is unknown. */
export function recordOfPlan(turn: Turn, values: Values | undefined): Recorded {
  // In a run, a task that is only checked has not failed, whatever a later one makes of it.
  const failed = turn.run.check ? unknown(turn.label) : false;
  return {...(values ?? unknownValues(turn)), changed: true, failed, skipped: false};
}

/** The record of a node that cannot be planned yet. */
export function recordOfDeferred(turn: Turn): Recorded {
  const cause = unknown(turn.label);
  return {...unknownValues(turn), changed: cause, failed: cause, skipped: cause};
}

export const skippedRecord: Recorded = {changed: false, failed: false, skipped: true};

const recordsOfSkips = new WeakMap<Condition, Recorded>();

/** The record of what a condition left out: one for all hosts. */
export function recordOfSkip(condition: Condition): Recorded {
  const known = recordsOfSkips.get(condition) ?? {
    ...skippedRecord,
    skip_reason: 'Conditional result was False',
    false_condition: String(condition.source),
  };
  recordsOfSkips.set(condition, known);
  return known;
}

/** The record of a failure: its message, and what the command said. */
export function recordOfFailure(error: unknown, message: string): Recorded {
  const result = error instanceof CommandFailed ? error.result : undefined;
  const said = result && {
    rc: result.code,
    stdout: result.stdout,
    stderr: lastLines(result.stderr),
    stdout_lines: linesOf(result.stdout),
    stderr_lines: linesOf(lastLines(result.stderr)),
  };
  const told = error instanceof Refused ? error.values : undefined;
  return {...said, ...told, msg: message, changed: false, failed: true, skipped: false};
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line, index, lines) => line !== '' || index < lines.length - 1);
}

/** The record of a loop. */
export function recordOfLoop(records: readonly Recorded[]): Recorded {
  const any = (name: string): unknown => {
    const members = records.map((record) => record[name]);
    if (members.includes(true)) return true;
    return members.find((member) => member !== false) ?? false;
  };
  return {
    results: records,
    msg: 'All items completed',
    changed: any('changed'),
    failed: any('failed'),
    skipped: records.every((record) => record['skipped'] === true),
  };
}

/** The members that the module's schema declares, each of them unknown. */
export function unknownValues(turn: Turn): Values {
  return Object.fromEntries(Object.keys(returnsOf(turn)).map((name) => [name, unknown(turn.label)]));
}
