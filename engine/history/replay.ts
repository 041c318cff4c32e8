import type {Event} from '../event.js';
import {recapOf, type Ending} from './summary.js';

/** What of a run is shown again. */
export interface ReplayOptions {
  readonly diff: boolean;
  /** Only what failed, was unreachable or was blocked. */
  readonly failed: boolean;
  /** Only this host. */
  readonly host: string | undefined;
}

/** The events of a run as they are shown again; one that was cut off gets an end that says so. */
export function replay(
  events: readonly Event[],
  {ending, ...options}: ReplayOptions & {readonly ending: Ending},
): readonly Event[] {
  const shown = events.flatMap((event) => {
    const kept = keep(event, options);
    return kept === undefined ? [] : [kept];
  });
  const last = events.at(-1);
  if (last === undefined) return [];
  switch (ending.kind) {
    case 'ended':
      return shown;
    case 'running':
      return [...shown, {type: 'warning', time: last.time, message: 'this run still goes on'}];
    case 'cut-off':
      return [...shown, keep(endOf(events, ending.milliseconds), options) ?? last];
  }
}

function endOf(events: readonly Event[], milliseconds: number): Event {
  const [first] = events;
  return {
    type: 'run-ended',
    time: (first?.time ?? 0) + milliseconds,
    run: first?.type === 'run-started' ? first.run : '',
    code: 99,
    milliseconds,
    hosts: recapOf(events),
    notes: ['this run was cut off: what it was doing then is not told'],
  };
}

function keep(event: Event, {diff, failed, host}: ReplayOptions): Event | undefined {
  const isOther = (name: string): boolean => host !== undefined && name !== host;
  switch (event.type) {
    case 'run-started':
      return {...event, diff, hosts: event.hosts.filter((name) => !isOther(name))};
    case 'run-ended':
      return {...event, hosts: Object.fromEntries(Object.entries(event.hosts).filter(([name]) => !isOther(name)))};
    case 'host-connected':
    case 'host-lost':
      return isOther(event.host) ? undefined : event;
    case 'node-ended':
      if (isOther(event.node.host)) return undefined;
      return failed && !isBad(event) ? undefined : event;
    case 'node-started':
    case 'node-waiting':
    case 'node-retrying':
      return failed || isOther(event.node.host) ? undefined : event;
    case 'warning':
    case 'interrupting':
      return event;
  }
}

function isBad({outcome}: Extract<Event, {type: 'node-ended'}>): boolean {
  return outcome.status === 'failed' || outcome.status === 'unreachable' || outcome.status === 'blocked';
}
