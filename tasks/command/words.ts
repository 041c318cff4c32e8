import {refuse} from '../../engine/task.js';

/** Splits a command line into words as a shell would, quotes and backslashes honoured, nothing expanded. */
export function words(line: string): readonly string[] {
  const found: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const letter = line.charAt(at);
    const next = line.charAt(at + 1);
    if (quote === "'") {
      if (letter === "'") quote = '';
      else word = (word ?? '') + letter;
    } else if (quote === '"') {
      if (letter === '"') quote = '';
      else if (letter === '\\' && /["\\$`]/.test(next)) word = (word ?? '') + line.charAt(++at);
      else word = (word ?? '') + letter;
    } else if (letter === "'" || letter === '"') {
      quote = letter;
      word ??= '';
    } else if (letter === '\\') {
      word = (word ?? '') + next;
      at++;
    } else if (/\s/.test(letter)) {
      if (word !== undefined) found.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + letter;
    }
  }
  if (quote !== '') refuse(`the command has an open quote (${quote}): ${line}`);
  if (word !== undefined) found.push(word);
  return found;
}
