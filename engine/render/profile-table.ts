import type {Timing} from '../timing.js';
import type {Profile, TaskTime} from './profile.js';

const shownRows = 12;

/** A profile as tables of seconds: the program, its hosts, its tasks; those that took longest first. */
export function profileText({phases, hosts, tasks}: Profile): string {
  const whole = phases.at(-1)?.ended ?? 0;
  const cpu = phases.reduce((sum, phase) => sum + phase.cpu, 0);
  return [
    `\nPROFILE ${seconds(whole)} s, ${seconds(cpu)} s of them the processor of the controller\n`,
    table(
      ['program', 'time', 'processor'],
      phases.map(({name, begun, ended, cpu: own}) => [name, seconds(ended - begun), seconds(own)]),
    ),
    table(
      ['host', 'key exchange', 'login', 'round trips', 'waited for it'],
      [...hosts]
        .map(([host, timings]) => ({host, timings, waited: covered(timings)}))
        .sort((a, b) => b.waited - a.waited)
        .map(({host, timings, waited}) => [host, ...hostRow(timings), seconds(waited)]),
    ),
    table(
      ['task', 'hosts', 'longest', 'together'],
      taskRows(tasks).map(({task, times, together}) => [
        task,
        String(times.length),
        seconds(Math.max(...times)),
        seconds(together),
      ]),
    ),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function hostRow(timings: readonly Timing[]): readonly string[] {
  const connects = timings.filter((timing) => timing.kind === 'connect');
  const sum = (of: (timing: (typeof connects)[number]) => number): string =>
    seconds(connects.reduce((all, timing) => all + of(timing), 0));
  return [
    sum(({begun, handshaken = begun}) => handshaken - begun),
    sum(({handshaken, begun, ended}) => ended - (handshaken ?? begun)),
    String(roundTrips(timings.filter((timing) => timing.kind !== 'connect'))),
  ];
}

/** The milliseconds in which at least one question was open. */
export function covered(timings: readonly {readonly begun: number; readonly ended: number}[]): number {
  let sum = 0;
  let until = 0;
  for (const {begun, ended} of [...timings].sort((a, b) => a.begun - b.begun)) {
    sum += Math.max(0, ended - Math.max(begun, until));
    until = Math.max(until, ended);
  }
  return sum;
}

/** How many answers had to be waited for one after the other: questions that are open at the same time count once. */
export function roundTrips(timings: readonly {readonly begun: number; readonly ended: number}[]): number {
  const byEnd = [...timings].sort((a, b) => a.ended - b.ended);
  const depths = new Map<(typeof byEnd)[number], number>();
  let answered = 0;
  let deepest = 0;
  for (const timing of [...timings].sort((a, b) => a.begun - b.begun)) {
    for (let next = byEnd[answered]; next !== undefined && next.ended <= timing.begun; next = byEnd[++answered])
      deepest = Math.max(deepest, depths.get(next) ?? 0);
    depths.set(timing, deepest + 1);
  }
  return Math.max(0, ...depths.values());
}

function taskRows(tasks: readonly TaskTime[]): readonly {task: string; times: readonly number[]; together: number}[] {
  const times = new Map<string, number[]>();
  for (const {task, begun, ended, status} of tasks) {
    if (status === 'skipped') continue;
    const known = times.get(task) ?? [];
    known.push(ended - begun);
    times.set(task, known);
  }
  return [...times]
    .map(([task, each]) => ({task, times: each, together: each.reduce((sum, time) => sum + time, 0)}))
    .sort((a, b) => b.together - a.together);
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(2);
}

/** Columns of text: the first to the left, numbers to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const shown = [head, ...rows.slice(0, shownRows)];
  const widths = head.map((_, column) => Math.max(...shown.map((row) => row[column]?.length ?? 0)));
  const lines = shown.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  const more = rows.length > shownRows ? [`and ${rows.length - shownRows} more`] : [];
  return `${[...lines, ...more].join('\n')}\n`;
}
