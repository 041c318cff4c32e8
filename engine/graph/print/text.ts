import type {Graph} from '../graph.js';
import {criticalPath, pathParts} from './critical-path.js';
import {
  pictureOf,
  sizeText,
  timeText,
  type Arrow,
  type Box,
  type Picture,
  type PlayPicture,
  type PrintOptions,
} from './picture.js';

/** Draws a graph for a person: plays with their hosts, what waits for what, and the longest way. */
export function textOf(graph: Graph, options: PrintOptions): string {
  const picture = pictureOf(graph, options);
  const width = Math.min(Math.max(...picture.plays.flatMap(({boxes}) => boxes.map(({title}) => title.length)), 0), 64);
  return [
    heading(graph, picture),
    ...picture.plays.map((play) => playText(play, picture, width)),
    pathText(graph, picture, options),
  ].join('\n');
}

function heading(graph: Graph, {plays}: Picture): string {
  const tasks = [...graph.nodes.values()].filter((node) => node.kind === 'task' && node.handler !== true).length;
  const files = graph.project.playbooks.join(' ');
  return `${files}: ${counted(plays.length, 'play')} on ${counted(graph.hosts.length, 'host')}, ${counted(tasks, 'task')} in all\n`;
}

function playText(play: PlayPicture, picture: Picture, width: number): string {
  const {after, hosts, boxes} = play;
  const waits =
    after.length === 0 ? 'starts at once' : `after ${after.map((other) => `"${other.play.name}"`).join(' and ')}`;
  const batches = play.play.serial.length > 0 ? ', in batches' : hosts.length > 1 ? ', each at its own pace' : '';
  const lines = boxes.map(
    (box) => `  ${box.handler ? '◇' : box.observed ? '?' : '·'} ${boxText(box, {play, picture, width})}`,
  );
  return [`▶ ${play.play.name}  (${waits})`, `  ${hosts.join(' ')}${batches}`, ...lines, ''].join('\n');
}

function boxText(
  box: Box,
  {play, picture, width}: {readonly play: PlayPicture; readonly picture: Picture; readonly width: number},
): string {
  const some = box.hosts.length < play.hosts.length || box.observed ? ` on ${box.hosts.join(' ')}` : '';
  const notes = [
    ...(box.observed ? [`only read, ${box.nodes[0]?.observed ?? ''}`] : []),
    ...picture.arrows
      .filter(({to, kind}) => to === box && kind === 'value')
      .map((arrow) => `⇐ ${arrow.names.join(', ')} of ${sourceText(arrow)}`),
    ...picture.arrows
      .filter(({from, to, kind}) => from === box && to !== box && kind === 'notify')
      .map((arrow) => `notifies "${arrow.to.title}"`),
  ];
  return `${box.title.padEnd(width)}  ${sizeText(box)}${some}${notes.length > 0 ? `  ${notes.join('; ')}` : ''}`.trimEnd();
}

function sourceText({from}: Arrow): string {
  return from.hosts.length > 3 ? `${from.hosts.length} hosts` : from.hosts.join(', ');
}

function pathText(graph: Graph, picture: Picture, {milliseconds}: PrintOptions): string {
  const path = criticalPath(graph, milliseconds);
  const all = [...graph.nodes.values()].filter((node) => node.kind === 'task' && node.handler !== true).length;
  const size = milliseconds ? timeText(path.length) : `${path.length} of ${all} tasks`;
  const parts = pathParts(path, picture).map(({box, host, nodes}) => {
    const time = milliseconds && nodes.reduce((sum, {id}) => sum + (milliseconds.get(id) ?? 0), 0);
    const detail = time === undefined ? (nodes.length > 1 ? ` (${nodes.length})` : '') : ` (${timeText(time)})`;
    return `${host}: ${box.title}${detail}`;
  });
  return `longest way, ${size}:\n  ${parts.join('\n  → ')}\n`;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
