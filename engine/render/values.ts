import {printable} from './printable.js';

const longest = 8000;

/** Values as indented JSON, for `-v`; long ones are cut, and say so. */
export function valuesText(values: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(values, undefined, 2);
  const shown =
    text.length > longest ? `${text.slice(0, longest)}\n… (${text.length - longest} more characters)` : text;
  return shown
    .split('\n')
    .map((line) => `    ${printable(line)}\n`)
    .join('');
}
