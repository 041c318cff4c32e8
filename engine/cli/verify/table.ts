import {printable} from '../../render/printable.js';
import type {Paint, Tone} from '../../render/style.js';
import type {Problem, Verdict} from './judge.js';

/** So many problems of a row are shown; the JSON has all. */
const mostShown = 3;

const tones: Readonly<Record<Verdict['status'], Tone>> = {ok: 'ok', failed: 'failed', 'not here': 'skipped'};

/** The verdicts as a table: a row each, its problems or why it is not here under it, and the sum. */
export function tableText(verdicts: readonly Verdict[], paint: Paint): string {
  const width = Math.max(0, ...verdicts.map(({name}) => name.length));
  const lines = verdicts.flatMap((verdict) => {
    const {name, status, about, reason, problems} = verdict;
    const title = `${name.padEnd(width)}  ${paint(tones[status], status.padEnd(8))}  ${printable(about)}`.trimEnd();
    const indent = ' '.repeat(width + 12);
    const shown = grouped(problems);
    return [
      title,
      ...(reason === undefined ? [] : [`${indent}${printable(reason)}`]),
      ...shown.slice(0, mostShown).map((line) => `${indent}${printable(line)}`),
      ...(shown.length > mostShown ? [`${indent}and ${shown.length - mostShown} more`] : []),
    ];
  });
  return `${[...lines, '', sumText(verdicts)].join('\n')}\n`;
}

/** The same problem of several hosts is one line. */
function grouped(problems: readonly Problem[]): readonly string[] {
  const hosts = new Map<string, string[]>();
  for (const {host, task, message} of problems) {
    const text = `${task}: ${message.split('\n')[0] ?? ''}`;
    hosts.set(text, [...(hosts.get(text) ?? []), host]);
  }
  return [...hosts].map(([text, names]) => `${names.join(', ')}: ${text}`);
}

function sumText(verdicts: readonly Verdict[]): string {
  const count = (status: Verdict['status']): number => verdicts.filter((each) => each.status === status).length;
  return `${count('ok')} ok, ${count('failed')} failed, ${count('not here')} not here`;
}
