import type {NodeInfo} from '../event.js';
import type {Failure, Outcome, ShownChange} from '../outcome.js';
import {hostTitle} from './banner.js';
import {diffText} from './diff.js';
import {detailText} from './failure.js';
import {printable} from './printable.js';
import type {Paint, Tone} from './style.js';

export interface StatusOptions {
  readonly paint: Paint;
  /** Whether the diffs of changes are shown. */
  readonly diff: boolean;
  /** What stands before an outcome's own words: the task's title, where no heading names it. */
  readonly title?: string;
}

/** The lines of an outcome in Ansible's words: `changed: [w1] => …`; an outcome that is shown nowhere gives an empty text. */
export function statusText(node: NodeInfo, outcome: Outcome, options: StatusOptions): string {
  const host = `[${hostTitle(node)}]`;
  const line = (tone: Tone, word: string, said = ''): string => block(tone, `${word}: ${host}`, said, options);
  const fatal = (tone: Tone, word: string, failure: Failure): string =>
    `${block(tone, `fatal: ${host}: ${word}!`, failure.message, options)}${detailText(node, failure)}`;
  const changes = (word: string, list: readonly ShownChange[]): string =>
    list
      .map(
        (change) =>
          `${options.diff ? diffText(change.diff, options.paint) : ''}${line('changed', word, changeTitle(change))}`,
      )
      .join('');
  switch (outcome.status) {
    case 'ok':
      return line('ok', 'ok', outcome.message);
    case 'changed':
      return changes('changed', outcome.changes) || line('changed', 'changed');
    case 'would-change':
      return changes('would change', outcome.changes) || line('changed', 'would change');
    case 'would-wait':
      return line('skipped', 'would wait', outcome.what);
    case 'deferred':
      return line('skipped', 'deferred', `needs ${outcome.needs}`);
    case 'skipped':
      return line('skipped', 'skipping', outcome.reason);
    case 'failed':
      return `${changes('attempted', attempted(outcome.changes ?? [], options))}${fatal('failed', 'FAILED', outcome.failure)}${outcome.ignored === true ? '...ignoring\n' : ''}`;
    case 'unreachable':
      return `${fatal('unreachable', 'UNREACHABLE', outcome.failure)}${outcome.ignored === true ? '...ignoring\n' : ''}`;
    case 'blocked':
      return line(
        'failed',
        'blocked',
        outcome.text === undefined ? `by ${outcome.by}` : `by ${outcome.by}, ${outcome.text}`,
      );
    case 'idle':
    case 'interrupted':
      return '';
  }
}

/** Of what a failed node began, that which its failure does not say by itself: items of a loop, and diffs. */
function attempted(changes: readonly ShownChange[], {diff}: StatusOptions): readonly ShownChange[] {
  return changes.filter((change) => change.item !== undefined || (diff && change.diff.length > 0));
}

function changeTitle(change: ShownChange): string {
  return change.item === undefined ? change.summary : `(item=${change.item}) ${change.summary}`;
}

/** One line, or the first one and the others below it, indented by four. */
function block(tone: Tone, head: string, said: string, options: StatusOptions): string {
  const lines = said.trimEnd().split('\n').map(printable);
  const inline = [options.title ?? '', lines.length === 1 ? (lines[0] ?? '') : '']
    .filter((part) => part !== '')
    .join(': ');
  const first = `${head}${inline === '' ? (lines.length > 1 ? ' =>' : '') : ` => ${inline}`}`;
  const below = lines.length > 1 ? lines.map((each) => `    ${each}`) : [];
  return [first, ...below].map((each) => `${options.paint(tone, each)}\n`).join('');
}
