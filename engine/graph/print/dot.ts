import type {Graph} from '../graph.js';
import {criticalPath, pathParts} from './critical-path.js';
import {pictureOf, sizeText, type Arrow, type Box, type PlayPicture, type PrintOptions} from './picture.js';

/** Draws a graph for Graphviz, a cluster for each play; boxes on the longest way are bold. */
export function dotOf(graph: Graph, options: PrintOptions): string {
  const picture = pictureOf(graph, options);
  const critical = new Set(pathParts(criticalPath(graph, options.milliseconds), picture).map(({box}) => box));
  return [
    'digraph u7s {',
    '  compound=true; rankdir=LR; node [shape=box, fontname="sans-serif"]; edge [fontname="sans-serif"];',
    ...picture.plays.flatMap(({id, play, hosts, boxes}) => [
      `  subgraph cluster_${id} {`,
      `    label=${text([play.name, hosts.join(' ')])};`,
      ...boxes.map(
        (box) =>
          `    ${box.id} [label=${boxLabel(box)}${critical.has(box) ? ', style=bold' : ''}${box.handler ? ', shape=oval' : ''}];`,
      ),
      '  }',
    ]),
    ...picture.plays.flatMap((play) => play.after.map((before) => `  ${playArrow(before, play)}`)),
    ...picture.arrows.map((arrow) => `  ${arrowText(arrow)}`),
    '}',
    '',
  ].join('\n');
}

function boxLabel(box: Box): string {
  return text([
    box.title,
    sizeText(box),
    box.observed ? 'only read' : '',
    box.hosts.length > 4 ? `${box.hosts.length} hosts` : box.hosts.join(' '),
  ]);
}

function playArrow(before: PlayPicture, after: PlayPicture): string {
  return `${before.boxes.at(-1)?.id ?? ''} -> ${after.boxes[0]?.id ?? ''} [ltail=cluster_${before.id}, lhead=cluster_${after.id}];`;
}

function arrowText({from, to, kind, names}: Arrow): string {
  const attributes = {
    order: '',
    value: ` [label=${text([names.join(', ')])}, penwidth=2]`,
    notify: ' [style=dashed, label="notifies"]',
    failure: ' [style=dotted, label="on failure"]',
  };
  return `${from.id} -> ${to.id}${attributes[kind]};`;
}

function text(lines: readonly string[]): string {
  const escaped = lines
    .filter((line) => line !== '')
    .map((line) => line.replaceAll('\\', '\\\\').replaceAll('"', '\\"'));
  return `"${escaped.join('\\n')}"`;
}
