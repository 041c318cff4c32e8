import type {Event} from '../event.js';
import {taskTitle, placeOf} from './banner.js';
import {detailText} from './failure.js';
import type {Renderer} from './renderer.js';

type Ended = Extract<Event, {type: 'node-ended'}>;

/** JUnit XML, written at the end: a suite for each play, a case for each node. Deferred nodes are told as skipped, blocked ones as failures. */
export function junitRenderer(write: (text: string) => void): Renderer {
  const plays = new Map<string, Ended[]>();
  const show = (event: Event): void => {
    if (event.type !== 'node-ended' || event.outcome.status === 'idle') return;
    const suite = plays.get(event.node.play);
    if (suite === undefined) plays.set(event.node.play, [event]);
    else suite.push(event);
  };
  const end = (): Promise<void> => {
    const all = [...plays.values()].flat();
    const suites = [...plays].map(
      ([play, events]) =>
        `  <testsuite name="${escape(play)}"${totals(events)}>\n${events.map(caseText).join('')}  </testsuite>\n`,
    );
    write(
      `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="u7s-play"${totals(all)}>\n${suites.join('')}</testsuites>\n`,
    );
    return Promise.resolve();
  };
  return {show, end};
}

type Verdict =
  {readonly kind: 'passed'} | {readonly kind: 'failure' | 'skipped'; readonly message: string; readonly text?: string};

function verdict({node, outcome}: Ended): Verdict {
  switch (outcome.status) {
    case 'ok':
    case 'changed':
    case 'would-change':
    case 'would-wait':
    case 'idle':
      return {kind: 'passed'};
    case 'skipped':
      return {kind: 'skipped', message: outcome.reason};
    case 'deferred':
      return {kind: 'skipped', message: `deferred: needs ${outcome.needs}`};
    case 'interrupted':
      return {kind: 'skipped', message: 'interrupted'};
    case 'failed':
      return outcome.ignored === true
        ? {kind: 'skipped', message: `ignored: ${outcome.failure.message}`}
        : {kind: 'failure', message: outcome.failure.message, text: detailText(node, outcome.failure)};
    case 'unreachable':
      if (outcome.ignored === true) return {kind: 'skipped', message: `ignored: ${outcome.failure.message}`};
      return {
        kind: 'failure',
        message: `unreachable: ${outcome.failure.message}`,
        text: detailText(node, outcome.failure),
      };
    case 'blocked':
      return {
        kind: 'failure',
        message: `blocked by ${outcome.by}${outcome.text === undefined ? '' : `, ${outcome.text}`}`,
      };
  }
}

function totals(events: readonly Ended[]): string {
  const of = (kind: Verdict['kind']): number => events.filter((event) => verdict(event).kind === kind).length;
  const seconds = events.reduce((sum, event) => sum + event.milliseconds, 0) / 1000;
  return ` tests="${events.length}" failures="${of('failure')}" skipped="${of('skipped')}" time="${seconds.toFixed(3)}"`;
}

function caseText(event: Ended): string {
  const {node} = event;
  const open = `    <testcase name="${escape(taskTitle(node))}" classname="${escape(node.host)}" file="${escape(placeOf(node))}" time="${(event.milliseconds / 1000).toFixed(3)}"`;
  const found = verdict(event);
  if (found.kind === 'passed') return `${open}/>\n`;
  const inner = `<${found.kind} message="${escape(found.message)}">${escape(found.text ?? '')}</${found.kind}>`;
  return `${open}>${inner}</testcase>\n`;
}

// XML 1.0 knows no control characters but tab, line feed and carriage return, not even escaped.
// eslint-disable-next-line no-control-regex -- these are what XML cannot hold
const notXml = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

function escape(text: string): string {
  // The way over UTF-8 replaces halves of surrogate pairs.
  return Buffer.from(text)
    .toString()
    .replace(notXml, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;');
}
