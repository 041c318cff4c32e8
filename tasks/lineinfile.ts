import {refuse} from '../engine/task.js';
import {textTask, type TextArgs} from './files/text-task.js';
import {insertionIndex, type Insertion} from './text/insertion.js';
import {expand, linesOf, pattern, textOf} from './text/pattern.js';

export interface LineinfileArgs extends TextArgs, Insertion {
  readonly line?: string;
  readonly regexp?: string;
  readonly search_string?: string;
  readonly state: 'present' | 'absent';
  readonly backrefs: boolean;
  readonly firstmatch: boolean;
  readonly create: boolean;
}

export const lineinfile = textTask<LineinfileArgs>({
  name: 'lineinfile',
  create: (args) => args.create,
  satisfiedByAbsence: (args) => args.state === 'absent',
  summary: (args) => (args.state === 'absent' ? 'remove a line' : `have the line '${args.line ?? ''}'`),
  edit(args, text) {
    const {line, regexp, search_string: part} = args;
    if (regexp !== undefined && part !== undefined) refuse("lineinfile takes one of 'regexp' and 'search_string'");
    if (args.state === 'present' && line === undefined) refuse("'state: present' needs a 'line'");
    if (args.backrefs && regexp === undefined) refuse("'backrefs' needs a 'regexp'");
    if (args.state === 'absent' && line === undefined && regexp === undefined && part === undefined) {
      refuse("'state: absent' needs a 'line', a 'regexp' or a 'search_string'");
    }
    const wanted = regexp === undefined ? undefined : pattern(regexp, {name: 'regexp'});
    const matches = (each: string): boolean =>
      wanted !== undefined ? wanted.test(each) : part !== undefined ? each.includes(part) : each === line;
    const lines = [...linesOf(text)];
    return args.state === 'absent' ? without(text, lines, matches) : having(args, {text, lines, matches, wanted});
  },
});

function without(text: string, lines: readonly string[], matches: (line: string) => boolean): string {
  const kept = lines.filter((line) => !matches(line));
  return kept.length === lines.length ? text : textOf(kept);
}

interface Search {
  readonly text: string;
  readonly lines: string[];
  readonly matches: (line: string) => boolean;
  readonly wanted: RegExp | undefined;
}

function having(args: LineinfileArgs, {text, lines, matches, wanted}: Search): string {
  const line = args.line ?? '';
  const at = args.firstmatch ? lines.findIndex(matches) : lines.findLastIndex(matches);
  if (at >= 0) {
    const match = args.backrefs ? (lines[at] ?? '').match(wanted ?? '') : null;
    const next = match === null ? line : expand(line, match);
    if (lines[at] === next) return text;
    lines[at] = next;
    return textOf(lines);
  }
  if (args.backrefs || lines.includes(line)) return text;
  lines.splice(insertionIndex(lines, args), 0, line);
  return textOf(lines);
}
