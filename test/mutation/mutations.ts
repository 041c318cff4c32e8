import fc from 'fast-check';
import {originals, words} from './originals.js';

/** What is done to the text of a file; places are shares of its length, from 0 up to 1. */
export type Edit =
  | {readonly do: 'insert'; readonly at: number; readonly text: string}
  | {readonly do: 'cut'; readonly at: number; readonly length: number}
  | {readonly do: 'end'; readonly at: number}
  | {readonly do: 'flip'; readonly at: number; readonly by: number}
  | {readonly do: 'replace word'; readonly at: number; readonly text: string}
  | {readonly do: 'drop line' | 'double line' | 'indent line' | 'outdent line'; readonly at: number}
  | {readonly do: 'swap lines'; readonly at: number; readonly with: number}
  | {readonly do: 'splice'; readonly at: number; readonly from: string};

export interface Mutant {
  readonly file: string;
  readonly edits: readonly Edit[];
}

const at = fc.double({min: 0, max: 0.999, noNaN: true});
const text = fc.constantFrom(...words);
const file = fc.constantFrom(...Object.keys(originals));

/** Any edit, words that mean something among them. */
export const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({do: fc.constant('insert' as const), at, text}),
  fc.record({do: fc.constant('cut' as const), at, length: fc.integer({min: 1, max: 30})}),
  fc.record({do: fc.constant('end' as const), at}),
  fc.record({do: fc.constant('flip' as const), at, by: fc.integer({min: 1, max: 127})}),
  fc.record({do: fc.constant('replace word' as const), at, text}),
  fc.record({
    do: fc.constantFrom('drop line' as const, 'double line' as const, 'indent line' as const, 'outdent line' as const),
    at,
  }),
  fc.record({do: fc.constant('swap lines' as const), at, with: at}),
  fc.record({do: fc.constant('splice' as const), at, from: file}),
);

/** Tells of a message that was made from something that was not looked at. */
export const careless = /\[object |undefined|NaN|Internal error|is not a function|Cannot read|not iterable/;

/** One file of the project, changed at one to four places. */
export const mutant: fc.Arbitrary<Mutant> = fc.record({file, edits: fc.array(edit, {minLength: 1, maxLength: 4})});

/** The text of the mutant. */
export function mutated({file: name, edits}: Mutant): string {
  return edits.reduce(applyEdit, originals[name] ?? '');
}

/** The text after an edit. */
export function applyEdit(before: string, each: Edit): string {
  const place = Math.floor(each.at * before.length);
  const lines = before.split('\n');
  const line = Math.floor(each.at * lines.length);
  switch (each.do) {
    case 'insert':
      return before.slice(0, place) + each.text + before.slice(place);
    case 'cut':
      return before.slice(0, place) + before.slice(place + each.length);
    case 'end':
      return before.slice(0, place);
    case 'flip':
      return (
        before.slice(0, place) +
        String.fromCharCode((before.codePointAt(place) ?? 0) ^ each.by) +
        before.slice(place + 1)
      );
    case 'replace word': {
      const from = before.slice(0, place).search(/[\w.-]*$/);
      return before.slice(0, from) + each.text + before.slice(from).replace(/^[\w.-]+/, '');
    }
    case 'drop line':
      return lines.toSpliced(line, 1).join('\n');
    case 'double line':
      return lines.toSpliced(line, 0, lines[line] ?? '').join('\n');
    case 'indent line':
      return lines.with(line, `  ${lines[line] ?? ''}`).join('\n');
    case 'outdent line':
      return lines.with(line, (lines[line] ?? '').replace(/^ {1,2}/, '')).join('\n');
    case 'swap lines': {
      const other = Math.floor(each.with * lines.length);
      return lines
        .with(line, lines[other] ?? '')
        .with(other, lines[line] ?? '')
        .join('\n');
    }
    case 'splice':
      return before.slice(0, place) + (originals[each.from] ?? '').slice(place % 50);
  }
}
