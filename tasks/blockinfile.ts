import {refuse} from '../engine/task.js';
import {textTask, type TextArgs} from './files/text-task.js';
import {insertionIndex, type Insertion} from './text/insertion.js';
import {linesOf, textOf} from './text/pattern.js';

export interface BlockinfileArgs extends TextArgs, Insertion {
  readonly block: string;
  readonly marker: string;
  readonly marker_begin: string;
  readonly marker_end: string;
  readonly state: 'present' | 'absent';
  readonly create: boolean;
  readonly append_newline: boolean;
  readonly prepend_newline: boolean;
}

export const blockinfile = textTask<BlockinfileArgs>({
  name: 'blockinfile',
  create: (args) => args.create,
  satisfiedByAbsence: (args) => args.state === 'absent' || args.block === '',
  summary: (args) => (args.state === 'absent' ? 'remove the block' : 'have the block'),
  edit(args, text) {
    if (!args.marker.includes('{mark}'))
      refuse("'marker' must hold '{mark}', which becomes marker_begin and marker_end");
    const begin = args.marker.replaceAll('{mark}', () => args.marker_begin);
    const end = args.marker.replaceAll('{mark}', () => args.marker_end);
    if (begin === end) refuse("'marker_begin' and 'marker_end' are the same");
    const lines = [...linesOf(text)];
    const from = lines.indexOf(begin);
    const to = from < 0 ? -1 : lines.indexOf(end, from);
    if (from >= 0 && to < 0)
      refuse(`the block's begin stands in line ${from + 1} without its end ('${end}')`, 'mend the file by hand');
    const block = args.state === 'absent' || args.block === '' ? [] : [begin, ...linesOf(args.block), end];
    const old = from < 0 ? [] : lines.slice(from, to + 1);
    const at = from >= 0 ? from : insertionIndex(lines, args);
    lines.splice(at, old.length, ...block);
    if (block.length > 0) space(lines, {first: at, last: at + block.length - 1}, args);
    return lines.join('\n') === linesOf(text).join('\n') ? text : textOf(lines);
  },
});

/** Puts the empty lines around the block that are asked for and not there yet. */
function space(
  lines: string[],
  {first, last}: {readonly first: number; readonly last: number},
  {append_newline: after, prepend_newline: before}: BlockinfileArgs,
): void {
  if (after && last + 1 < lines.length && lines[last + 1] !== '') lines.splice(last + 1, 0, '');
  if (before && first > 0 && lines[first - 1] !== '') lines.splice(first, 0, '');
}
