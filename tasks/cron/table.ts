import {refuse} from '../../engine/task.js';
import {linesOf, textOf} from '../text/pattern.js';

// The same line that Ansible writes: a table that it has made goes on being known here.
const mark = '#Ansible: ';

/** A job of a table, or (`env`) a variable of it. */
export interface CronEntry {
  readonly name: string;
  readonly state: 'present' | 'absent';
  /** The whole line. */
  readonly line: string;
}

/** The table with a job under its name, or without. */
export function withJob(text: string, {name, state, line}: CronEntry): string {
  const lines = [...linesOf(text)];
  const at = lines.indexOf(`${mark}${name}`);
  if (state === 'absent') {
    if (at < 0) return text;
    lines.splice(at, 2);
    return textOf(lines);
  }
  if (at >= 0) {
    if (lines[at + 1] === line) return text;
    lines.splice(at + 1, 1, line);
    return textOf(lines);
  }
  const nameless = lines.findIndex((each, index) => each === line && lines[index - 1]?.startsWith(mark) !== true);
  if (nameless >= 0) lines.splice(nameless, 0, `${mark}${name}`);
  else lines.push(`${mark}${name}`, line);
  return textOf(lines);
}

/** The table with a variable, or without; a new one stands at the top or beside another. */
export function withVariable(
  text: string,
  {name, state, line}: CronEntry,
  place: {readonly insertafter?: string; readonly insertbefore?: string},
): string {
  const lines = [...linesOf(text)];
  const find = (variable: string): number => lines.findIndex((each) => each.startsWith(`${variable}=`));
  const at = find(name);
  if (at >= 0) {
    if (state === 'present' && lines[at] === line) return text;
    lines.splice(at, 1, ...(state === 'present' ? [line] : []));
    return textOf(lines);
  }
  if (state === 'absent') return text;
  const other = place.insertafter ?? place.insertbefore;
  const beside = other === undefined ? 0 : find(other);
  if (beside < 0) refuse(`the table has no variable '${other ?? ''}' beside which '${name}' could stand`);
  lines.splice(place.insertafter === undefined ? beside : beside + 1, 0, line);
  return textOf(lines);
}
