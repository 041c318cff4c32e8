import type {Event} from '../../event.js';
import type {Failure, Outcome} from '../../outcome.js';
import type {Row} from './rows.js';

/** What is not as it shall be. */
export interface Problem {
  readonly host: string;
  readonly task: string;
  readonly message: string;
}

/** What became of a row. */
export interface Verdict extends Row {
  readonly status: 'ok' | 'failed' | 'not here';
  /** Why it is not here. */
  readonly reason?: string;
  /** How many tasks of it were looked at, on which hosts. */
  readonly tasks: number;
  readonly hosts: readonly string[];
  readonly problems: readonly Problem[];
}

/** The name under which problems of tasks are told that state no row. */
export const otherTasks = 'other';

type Ended = Extract<Event, {type: 'node-ended'}>;

/** Tells of each row whether all that states it holds. `tagsOf` gives the tags of a node's task. */
export function judgeRows(
  ended: readonly Ended[],
  {rows, tagsOf}: {readonly rows: readonly Row[] | undefined; readonly tagsOf: (id: string) => readonly string[]},
): readonly Verdict[] {
  const declared = rows ?? usedTags(ended, tagsOf).map((name): Row => ({name, about: ''}));
  const names = new Set(declared.map(({name}) => name));
  const verdicts = declared.map((row) =>
    verdictOf(
      row,
      ended.filter(({node}) => tagsOf(node.id).includes(row.name)),
    ),
  );
  const rest = ended.filter(({node}) => !tagsOf(node.id).some((tag) => names.has(tag)));
  const other = verdictOf({name: otherTasks, about: 'what no row names'}, rest);
  return other.problems.length === 0 ? verdicts : [...verdicts, other];
}

function usedTags(ended: readonly Ended[], tagsOf: (id: string) => readonly string[]): readonly string[] {
  const tags = new Set(ended.flatMap(({node}) => tagsOf(node.id)));
  return [...tags].filter((tag) => tag !== 'always' && tag !== 'never').sort();
}

function verdictOf(row: Row, ended: readonly Ended[]): Verdict {
  const looked = ended.filter(({outcome}) => outcome.status !== 'skipped' && outcome.status !== 'idle');
  const problems = looked.flatMap(({node: {host, task}, outcome}): readonly Problem[] => {
    const message = complaint(outcome);
    return message === undefined ? [] : [{host, task, message}];
  });
  const hosts = [...new Set(looked.map(({node}) => node.host))].sort();
  const found = {...row, tasks: looked.length, hosts, problems};
  if (looked.length > 0) return {...found, status: problems.length > 0 ? 'failed' : 'ok'};
  const skipped = ended.flatMap(({outcome}) => (outcome.status === 'skipped' ? [outcome.reason] : []));
  return {...found, status: 'not here', reason: row.absent ?? skipped[0] ?? 'no task of the playbook states it'};
}

/** Why an outcome is none of a state that holds; undefined where it is. */
function complaint(outcome: Outcome): string | undefined {
  switch (outcome.status) {
    case 'ok':
    case 'skipped':
    case 'idle':
      return undefined;
    case 'would-change':
    case 'changed':
      return `would ${outcome.changes.map(({summary}) => summary).join(', ') || 'change'}`;
    case 'would-wait':
      return `would ${outcome.what.replace(/^until /, 'wait until ')}`;
    case 'deferred':
      return `cannot be told: needs ${outcome.needs}`;
    case 'failed':
      return lastWords(outcome.failure);
    case 'unreachable':
      return `unreachable: ${outcome.failure.message}`;
    case 'blocked':
      return `could not be looked at, because of ${outcome.by}`;
    case 'interrupted':
      return 'could not be looked at before the end';
  }
}

/** What a failed program said last, where it said something. */
function lastWords({message, stderr = ''}: Failure): string {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return last === '' || message.includes(last) ? message : last;
}

/** The exit code of verdicts: 2 where a row fails, 4 where a host was unreachable. */
export function codeOf(verdicts: readonly Verdict[], ended: readonly Ended[]): number {
  if (ended.some(({outcome}) => outcome.status === 'unreachable')) return 4;
  return verdicts.some(({status}) => status === 'failed') ? 2 : 0;
}
