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
    if (old.join('\n') === block.join('\n')) return text;
    if (from >= 0) lines.splice(from, old.length, ...block);
    else lines.splice(insertionIndex(lines, args), 0, ...block);
    return textOf(lines);
  },
});
