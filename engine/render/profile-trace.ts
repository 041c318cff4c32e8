import type {Phase, Timing} from '../timing.js';
import type {Profile, TaskTime} from './profile.js';

/** An event of Chrome's trace format; `ts` and `dur` are microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: 'X' | 'M';
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly args?: Readonly<Record<string, unknown>>;
}

const controller = 1;
const machines = 2;

/** A profile as Chrome's trace events, for chrome://tracing and Perfetto: the controller, and for each host its tasks and what it was asked. JSON text. */
export function traceText({origin, phases, hosts, tasks}: Profile): string {
  const names = [...new Set([...hosts.keys(), ...tasks.map(({host}) => host)])];
  const lanes = new Map(names.map((name, index) => [name, {tasks: 2 * index + 1, asked: 2 * index + 2}]));
  const events: TraceEvent[] = [
    named('process_name', {pid: controller, tid: 0, name: 'controller'}),
    named('process_name', {pid: machines, tid: 0, name: 'hosts'}),
    ...[...lanes].flatMap(([host, lane]) => [
      named('thread_name', {pid: machines, tid: lane.tasks, name: `${host}: tasks`}),
      named('thread_name', {pid: machines, tid: lane.asked, name: `${host}: asked`}),
    ]),
    ...phases.map(ofPhase),
    ...tasks.filter(({status}) => status !== 'skipped').map((task) => ofTask(task, lanes.get(task.host)?.tasks ?? 0)),
    ...[...hosts].flatMap(([host, timings]) =>
      timings.flatMap((timing) => ofTiming(timing, lanes.get(host)?.asked ?? 0)),
    ),
  ];
  return `${JSON.stringify({displayTimeUnit: 'ms', otherData: {begun: new Date(origin).toISOString()}, traceEvents: events})}\n`;
}

function named(
  what: string,
  {pid, tid, name}: {readonly pid: number; readonly tid: number; readonly name: string},
): TraceEvent {
  return {name: what, ph: 'M', pid, tid, args: {name}};
}

function stretch({begun, ended}: {readonly begun: number; readonly ended: number}): {
  readonly ph: 'X';
  readonly ts: number;
  readonly dur: number;
} {
  return {ph: 'X', ts: Math.round(begun * 1000), dur: Math.max(1, Math.round((ended - begun) * 1000))};
}

function ofPhase(phase: Phase): TraceEvent {
  return {name: phase.name, ...stretch(phase), pid: controller, tid: 1, args: {cpu: Math.round(phase.cpu)}};
}

function ofTask(task: TaskTime, tid: number): TraceEvent {
  return {name: task.task, ...stretch(task), pid: machines, tid, args: {outcome: task.status}};
}

function ofTiming(timing: Timing, tid: number): readonly TraceEvent[] {
  const place = {pid: machines, tid};
  if (timing.kind !== 'connect') return [{name: timing.what, ...stretch(timing), ...place}];
  const whole = {name: 'connect', ...stretch(timing), ...place};
  const {begun, handshaken, ended} = timing;
  if (handshaken === undefined) return [whole];
  return [
    whole,
    {name: 'key exchange', ...stretch({begun, ended: handshaken}), ...place},
    {name: 'login', ...stretch({begun: handshaken, ended}), ...place},
  ];
}
