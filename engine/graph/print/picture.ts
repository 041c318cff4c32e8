import type {Play} from '../../load/project.js';
import type {Edge, Graph, NodeId, TaskNode} from '../graph.js';

/** How a graph is drawn. */
export interface PrintOptions {
  /** A box for each task; else the tasks of a role on the same hosts are one. */
  readonly tasks?: boolean;
  /** Measured milliseconds of nodes, by their ids. */
  readonly milliseconds?: ReadonlyMap<string, number>;
}

/** A box of the picture: a task, or the tasks of a role in a row, on some hosts. */
export interface Box {
  readonly id: string;
  readonly title: string;
  readonly role: string | undefined;
  readonly hosts: readonly string[];
  /** Tasks, not nodes. */
  readonly tasks: number;
  readonly handler: boolean;
  readonly observed: boolean;
  /** Of the slowest host. */
  readonly milliseconds: number | undefined;
  readonly nodes: readonly TaskNode[];
}

export interface PlayPicture {
  readonly play: Play;
  readonly id: string;
  readonly hosts: readonly string[];
  /** Plays whose end it waits for, without those that these wait for. */
  readonly after: readonly PlayPicture[];
  readonly boxes: readonly Box[];
}

/** `order`: within a play, for some hosts; `value`: a name that one box gives to another. */
export interface Arrow {
  readonly from: Box;
  readonly to: Box;
  readonly kind: 'order' | 'value' | 'notify' | 'failure';
  readonly names: readonly string[];
}

export interface Picture {
  readonly plays: readonly PlayPicture[];
  readonly arrows: readonly Arrow[];
  readonly boxOf: ReadonlyMap<NodeId, Box>;
}

/** Draws a graph as boxes and arrows, for all forms of text. */
export function pictureOf(graph: Graph, options: PrintOptions): Picture {
  const plays: PlayPicture[] = [];
  const boxOf = new Map<NodeId, Box>();
  for (const play of graph.project.plays) {
    const rows = rowsOf(graph, play, options);
    const id = `p${graph.project.plays.indexOf(play) + 1}`;
    const boxes = merged(rows, options).map((row, index) => makeBox(`${id}_${index + 1}`, row, options));
    if (boxes.length === 0) continue;
    for (const box of boxes) for (const node of box.nodes) boxOf.set(node.id, box);
    const hosts = play.hosts.filter((host) => boxes.some((box) => !box.observed && box.hosts.includes(host)));
    plays.push({play, id, hosts, after: waitedFor(play, plays), boxes});
  }
  return {plays, arrows: [...chainArrows(plays), ...edgeArrows(graph, boxOf)], boxOf};
}

interface Row {
  readonly title: string;
  readonly role: string | undefined;
  readonly nodes: readonly TaskNode[];
  readonly tasks: number;
}

/** One row for each task of a play, in the order of the graph. */
function rowsOf(graph: Graph, play: Play, {tasks = false}: PrintOptions): readonly Row[] {
  const byTask = new Map<unknown, TaskNode[]>();
  for (const node of graph.nodes.values()) {
    if (node.kind === 'gate' || node.play !== play || (node.handler === true && !tasks)) continue;
    const nodes = byTask.get(node.task);
    if (nodes) nodes.push(node);
    else byTask.set(node.task, [node]);
  }
  return [...byTask.values()].map((nodes) => ({
    title: nodes[0]?.task.name ?? '',
    role: nodes[0]?.task.role?.name,
    nodes,
    tasks: 1,
  }));
}

function merged(rows: readonly Row[], {tasks = false}: PrintOptions): readonly Row[] {
  if (tasks) return rows;
  const found: Row[] = [];
  for (const row of rows) {
    const last = found.at(-1);
    const joins =
      last !== undefined &&
      row.role !== undefined &&
      last.role === row.role &&
      hostsOf(last.nodes).join() === hostsOf(row.nodes).join();
    if (joins)
      found[found.length - 1] = {
        title: row.role,
        role: row.role,
        nodes: [...last.nodes, ...row.nodes],
        tasks: last.tasks + 1,
      };
    else found.push(row.role === undefined ? row : {...row, title: `${row.role}: ${row.title}`});
  }
  return found;
}

function hostsOf(nodes: readonly TaskNode[]): readonly string[] {
  return [...new Set(nodes.flatMap((node) => [`${node.host}${node.observed === undefined ? '' : '?'}`]))];
}

function makeBox(id: string, {title, role, nodes, tasks}: Row, {milliseconds}: PrintOptions): Box {
  const times = new Map<string, number>();
  for (const node of nodes) {
    const time = milliseconds?.get(node.id);
    if (time !== undefined) times.set(node.host, (times.get(node.host) ?? 0) + time);
  }
  return {
    id,
    title,
    role,
    hosts: [...new Set(nodes.map(({host}) => host))],
    tasks,
    handler: nodes[0]?.handler === true,
    observed: nodes.every((node) => node.observed !== undefined),
    milliseconds: times.size === 0 ? undefined : Math.max(...times.values()),
    nodes,
  };
}

function waitedFor({needs}: Play, before: readonly PlayPicture[]): readonly PlayPicture[] {
  const direct = needs === undefined ? before : before.filter(({play}) => needs.some(({name}) => name === play.name));
  const covered = new Set(direct.flatMap(allBefore));
  return direct.filter((play) => !covered.has(play));
}

function allBefore({after}: PlayPicture): readonly PlayPicture[] {
  return [...after, ...after.flatMap(allBefore)];
}

/** On each host of a play a box follows the one before it. */
function chainArrows(plays: readonly PlayPicture[]): readonly Arrow[] {
  return plays.flatMap(({boxes}) => {
    const last = new Map<string, Box>();
    return boxes
      .filter(({observed}) => !observed)
      .flatMap((to) => {
        const sources = new Set(to.hosts.flatMap((host) => last.get(host) ?? []));
        for (const host of to.hosts) last.set(host, to);
        return [...sources].map((from): Arrow => ({from, to, kind: 'order', names: []}));
      });
  });
}

/** Arrows for values, notifications and rescues between boxes; a gate between passes them on. */
function edgeArrows(graph: Graph, boxOf: ReadonlyMap<NodeId, Box>): readonly Arrow[] {
  const found = new Map<
    string,
    {readonly from: Box; readonly to: Box; readonly kind: Arrow['kind']; readonly names: Set<string>}
  >();
  const add = (from: Box | undefined, to: Box | undefined, {kind, name}: Edge): void => {
    if (!from || !to || from === to || kind === 'after') return;
    const key = `${from.id} ${to.id} ${kind}`;
    const arrow = found.get(key) ?? {from, to, kind, names: new Set<string>()};
    if (name !== undefined) arrow.names.add(name);
    found.set(key, arrow);
  };
  for (const edge of [...graph.into.values()].flat()) {
    if (edge.kind === 'order') continue;
    if (boxOf.has(edge.to)) {
      add(boxOf.get(edge.from), boxOf.get(edge.to), edge);
    } else if (graph.nodes.get(edge.to)?.kind === 'gate') {
      const targets = new Set(graph.out.get(edge.to).map(({to}) => boxOf.get(to)));
      for (const to of targets) add(boxOf.get(edge.from), to, edge);
    }
  }
  return [...found.values()].map(({names, ...arrow}) => ({...arrow, names: [...names]}));
}

/** `12 tasks`, `3 tasks, 2.4 s`; nothing for a single task without a time. */
export function sizeText({tasks, milliseconds}: Box): string {
  const parts = [
    ...(tasks > 1 ? [`${tasks} tasks`] : []),
    ...(milliseconds === undefined ? [] : [timeText(milliseconds)]),
  ];
  return parts.join(', ');
}

/** Milliseconds as a person reads them. */
export function timeText(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  return seconds < 90 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
