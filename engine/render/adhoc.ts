import type {NodeInfo} from '../event.js';
import type {Outcome, ShownChange} from '../outcome.js';
import {hostTitle} from './banner.js';
import {diffText} from './diff.js';
import {detailText} from './failure.js';
import {warningText} from './notice.js';
import {printable} from './printable.js';
import type {Page, Renderer} from './renderer.js';
import type {Tone} from './style.js';

type Values = Readonly<Record<string, unknown>>;

/** One task on hosts, in the form of the command `ansible`: `w1 | CHANGED | rc=0 >>` and what the command said, or `w1 | SUCCESS => {…}`. */
export function adhocRenderer(page: Page, {oneLine = false}: {readonly oneLine?: boolean} = {}): Renderer {
  let diff = false;
  return {
    show(event) {
      switch (event.type) {
        case 'run-started':
          diff = event.diff;
          return;
        case 'node-ended':
          page.write(resultText(page, {...event, diff, oneLine}));
          return;
        case 'warning':
          page.write(warningText(event, page.paint));
          return;
        case 'run-ended':
        case 'host-connected':
        case 'host-lost':
        case 'node-started':
        case 'node-waiting':
        case 'node-retrying':
        case 'interrupting':
          return;
      }
    },
    end: () => Promise.resolve(),
  };
}

interface Result {
  readonly node: NodeInfo;
  readonly outcome: Outcome;
  readonly values?: Values;
  readonly diff: boolean;
  readonly oneLine: boolean;
}

function resultText(page: Page, {node, outcome, values = {}, diff, oneLine}: Result): string {
  const line = (tone: Tone, text: string): string =>
    `${text
      .split('\n')
      .map((each) => page.paint(tone, printable(each)))
      .join('\n')}\n`;
  const host = hostTitle(node);
  const said = (word: string): string => (oneLine ? toldInLine : told)({host, word}, values);
  const done = (tone: Tone, word: string): string => line(tone, said(word));
  const changes = (list: readonly ShownChange[]): string =>
    diff ? list.map((change) => diffText(change.diff, page.paint)).join('') : '';
  switch (outcome.status) {
    case 'ok':
      return done('ok', 'SUCCESS');
    case 'changed':
      return changes(outcome.changes) + done('changed', 'CHANGED');
    case 'would-change':
      return (
        changes(outcome.changes) +
        line('changed', `${host} | WOULD CHANGE => ${outcome.changes.map(({summary}) => summary).join('; ')}`)
      );
    case 'would-wait':
      return line('skipped', `${host} | WOULD WAIT => ${outcome.what}`);
    case 'deferred':
      return line('skipped', `${host} | DEFERRED => needs ${outcome.needs}`);
    case 'skipped':
      return line('skipped', `${host} | SKIPPED => ${outcome.reason}`);
    case 'failed':
      return isCommand(values)
        ? line('failed', said('FAILED'))
        : line('failed', `${host} | FAILED! => ${outcome.failure.message}`) + detailText(node, outcome.failure);
    case 'unreachable':
      return (
        line('unreachable', `${host} | UNREACHABLE! => ${outcome.failure.message}`) + detailText(node, outcome.failure)
      );
    case 'blocked':
      return line('failed', `${host} | BLOCKED => by ${outcome.by}`);
    case 'interrupted':
      return line('skipped', `${host} | INTERRUPTED`);
    case 'idle':
      return '';
  }
}

/** What a command said, or everything that a task told, as JSON. */
function told({host, word}: {readonly host: string; readonly word: string}, values: Values): string {
  if (isCommand(values)) {
    const said = [values['stdout'], values['stderr'], word === 'FAILED' ? values['msg'] : '']
      .flatMap((text) => (typeof text === 'string' ? [text.trimEnd()] : []))
      .filter((text) => text !== '');
    return [`${host} | ${word} | rc=${String(values['rc'])} >>`, ...said].join('\n');
  }
  const {failed: _failed, skipped: _skipped, ...rest} = values;
  const sorted = Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${host} | ${word} => ${JSON.stringify(sorted, undefined, 4)}`;
}

/** The same in one line, newlines as \n. */
function toldInLine({host, word}: {readonly host: string; readonly word: string}, values: Values): string {
  if (!isCommand(values)) return told({host, word}, values).replaceAll(/\n */g, ' ');
  const {stdout, stderr} = values;
  const parts = [
    ['stdout', stdout],
    ['stderr', stderr],
  ].flatMap(([name, text]) =>
    typeof text === 'string' && text !== '' ? [`(${String(name)}) ${text.trimEnd().replaceAll('\n', '\\n')}`] : [],
  );
  return [`${host} | ${word} | rc=${String(values['rc'])}`, ...parts].join(' | ');
}

function isCommand(values: Values): boolean {
  return typeof values['rc'] === 'number' && typeof values['stdout'] === 'string';
}
