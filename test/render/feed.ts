import type {Event, HostRecap, NodeInfo} from '../../engine/event.js';
import type {Outcome} from '../../engine/outcome.js';
import type {Page, Renderer} from '../../engine/render/renderer.js';
import {painter} from '../../engine/render/style.js';

/** A node of a test. */
export function node(host: string, task: string, more: Partial<NodeInfo> = {}): NodeInfo {
  const at = {file: 'site.yml', line: 12, column: 7, length: 4};
  return {id: `${host}/${task}`, host, play: 'Everything', task, module: 'copy', at, ...more};
}

/** The end of a node, a second after its start. */
export function ended(of: NodeInfo, outcome: Outcome, values?: Readonly<Record<string, unknown>>): Event {
  return {
    time: 2000,
    type: 'node-ended',
    node: of,
    outcome,
    milliseconds: 1000,
    ...(values === undefined ? {} : {values}),
  };
}

/** The start of a run. */
export function started(hosts: readonly string[], more: {check?: boolean; diff?: boolean; nodes?: number} = {}): Event {
  const {check = false, diff = false, nodes = 10} = more;
  return {
    time: 1000,
    type: 'run-started',
    run: 'r1',
    playbooks: ['site.yml'],
    inventory: ['hosts.yml'],
    check,
    diff,
    hosts,
    nodes,
  };
}

/** Counts of a host that are 0 but for those given. */
export function counts(more: Partial<HostRecap> = {}): HostRecap {
  return {
    ok: 0,
    changed: 0,
    unreachable: 0,
    failed: 0,
    skipped: 0,
    rescued: 0,
    ignored: 0,
    blocked: 0,
    deferred: 0,
    ...more,
  };
}

/** The end of a run. */
export function finished(
  hosts: Readonly<Record<string, HostRecap>>,
  more: {code?: number; notes?: readonly string[]} = {},
): Event {
  return {
    time: 9000,
    type: 'run-ended',
    run: 'r1',
    code: more.code ?? 0,
    milliseconds: 8000,
    hosts,
    notes: more.notes ?? [],
  };
}

/** What a renderer writes when it is fed with events. */
export async function written(
  make: (page: Page) => Renderer,
  events: readonly Event[],
  more: Partial<Page> = {},
): Promise<string> {
  let text = '';
  const write = (part: string): void => {
    text += part;
  };
  const renderer = make({write, paint: painter(false), width: 79, verbosity: 0, ...more});
  for (const event of events) renderer.show(event);
  await renderer.end();
  return text;
}
