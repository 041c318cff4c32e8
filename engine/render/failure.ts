import type {NodeInfo} from '../event.js';
import type {Failure} from '../outcome.js';
import {printable} from './printable.js';

const stderrLines = 20;

/** What there is to say of a failure beside its message, indented by two: the place, the command and its code, the end of its stderr, what to do. */
export function detailText(node: NodeInfo, failure: Failure): string {
  const at = failure.at ?? node.at;
  const says = (part: string): boolean => failure.message.includes(part);
  return [
    `at: ${at.file}:${at.line}:${at.column}`,
    ...(failure.command === undefined || says(failure.command) ? [] : labelled('command', failure.command)),
    ...(failure.code === undefined || says(`exited with ${failure.code}`) || says(`code ${failure.code}`)
      ? []
      : [`code: ${failure.code}`]),
    ...(failure.stderr === undefined || failure.stderr.trim() === ''
      ? []
      : labelled('stderr', lastLines(failure.stderr))),
    ...(failure.hint === undefined ? [] : labelled('hint', failure.hint)),
  ]
    .map((line) => `  ${line}\n`)
    .join('');
}

function labelled(label: string, text: string): string[] {
  const [first = '', ...rest] = lines(text.trimEnd());
  return rest.length === 0 ? [`${label}: ${first}`] : [`${label}:`, ...[first, ...rest].map((line) => `  ${line}`)];
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-stderrLines).join('\n');
}

function lines(text: string): string[] {
  return text.split('\n').map(printable);
}
