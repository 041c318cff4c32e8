import type {OutputChoice} from '../render/open.js';

const formats = ['human', 'plain', 'json', 'junit'] as const;

/** Reads `FORM` or `FORM:FILE`; gives a complaint as text when it is neither. */
export function parseOutput(word: string): OutputChoice | string {
  const [name = '', ...rest] = word.split(':');
  const format = formats.find((each) => each === name);
  if (format === undefined) return `expected ${formats.join(', ')}, or one of them with a file, like junit:report.xml`;
  if (rest.length === 0) return {format};
  const file = rest.join(':');
  return file === '' ? `expected a file after "${format}:"` : {format, file};
}
