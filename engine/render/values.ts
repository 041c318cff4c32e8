import {printable} from './printable.js';

const longest = 8000;

/** What the line of the node says already. */
const told = ['changed', 'failed', 'skipped'];

/** Values as indented JSON, for `-v`; long ones are cut, and say so. */
export function valuesText(values: Readonly<Record<string, unknown>>): string {
  const rest = Object.entries(values).filter(([name]) => !told.includes(name));
  if (rest.length === 0) return '';
  const text = JSON.stringify(Object.fromEntries(rest), undefined, 2);
  const shown =
    text.length > longest ? `${text.slice(0, longest)}\n… (${text.length - longest} more characters)` : text;
  return shown
    .split('\n')
    .map((line) => `    ${printable(line)}\n`)
    .join('');
}
