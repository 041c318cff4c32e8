import type {OutputChoice} from '../render/open.js';

/** A word that an option cannot take; the message says what it can. */
export class BadWord extends Error {
  override readonly name = 'BadWord';
}

const formats = ['human', 'plain', 'json', 'junit'] as const;

/** Adds a word to those given before. */
export function append(word: string, before: readonly string[] = []): readonly string[] {
  return [...before, word];
}

/** Adds the words of a list with commas. */
export function appendList(words: string, before: readonly string[] = []): readonly string[] {
  return [
    ...before,
    ...words
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  ];
}

/** Adds the folders of a list with colons. */
export function appendPath(words: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...words.split(':').filter((word) => word !== '')];
}

/** Adds an output, `FORM` or `FORM:FILE`; one alone can go to standard output. */
export function appendOutput(word: string, before: readonly OutputChoice[] = []): readonly OutputChoice[] {
  const [name = '', ...rest] = word.split(':');
  const format = formats.find((each) => each === name);
  if (format === undefined)
    throw new BadWord(`expected ${formats.join(', ')}, or one of them with a file, like junit:report.xml`);
  const file = rest.join(':');
  if (rest.length > 0 && file === '') throw new BadWord(`expected a file after "${format}:"`);
  const choice: OutputChoice = rest.length === 0 ? {format} : {format, file};
  if (choice.file === undefined && before.some((each) => each.file === undefined))
    throw new BadWord('one output alone can go to standard output; name a file: FORM:FILE');
  return [...before, choice];
}

/** Reads a whole number. */
export function natural(word: string): number {
  if (!/^\d+$/.test(word)) throw new BadWord('expected a number');
  return Number(word);
}

/** Reads a whole number above 0. */
export function positive(word: string): number {
  const number = natural(word);
  if (number === 0) throw new BadWord('expected a number above 0');
  return number;
}
