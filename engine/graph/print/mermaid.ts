import type {Graph} from '../graph.js';
import {criticalPath, pathParts} from './critical-path.js';
import {pictureOf, sizeText, type Arrow, type Box, type PrintOptions} from './picture.js';

/** Draws a graph as a Mermaid flowchart, a subgraph for each play; boxes on the longest way have a thick border. */
export function mermaidOf(graph: Graph, options: PrintOptions): string {
  const picture = pictureOf(graph, options);
  const critical = new Set(pathParts(criticalPath(graph, options.milliseconds), picture).map(({box}) => box.id));
  return [
    'flowchart TB',
    ...picture.plays.flatMap(({id, play, hosts, boxes}) => [
      `  subgraph ${id}[${label([play.name, hosts.join(' ')])}]`,
      '    direction LR',
      ...boxes.map((box) => `    ${shaped(box)}`),
      '  end',
    ]),
    ...picture.plays.flatMap(({id, after}) => after.map((before) => `  ${before.id} --> ${id}`)),
    ...picture.arrows.map((arrow) => `  ${arrowText(arrow)}`),
    ...(critical.size > 0 ? ['  classDef longest stroke-width:3px', `  class ${[...critical].join(',')} longest`] : []),
    '',
  ].join('\n');
}

function shaped(box: Box): string {
  const text = label([
    box.title,
    sizeText(box),
    box.observed ? 'only read' : '',
    box.hosts.length > 4 ? `${box.hosts.length} hosts` : box.hosts.join(' '),
  ]);
  return box.handler ? `${box.id}([${text}])` : `${box.id}[${text}]`;
}

function arrowText({from, to, kind, names}: Arrow): string {
  switch (kind) {
    case 'order':
      return `${from.id} --> ${to.id}`;
    case 'value':
      return `${from.id} == ${label([names.join(', ')])} ==> ${to.id}`;
    case 'notify':
      return `${from.id} -. notifies .-> ${to.id}`;
    case 'failure':
      return `${from.id} -. on failure .-> ${to.id}`;
  }
}

function label(lines: readonly string[]): string {
  const text = lines.filter((line) => line !== '').join('<br/>');
  return `"${text.replaceAll('"', '#quot;')}"`;
}
