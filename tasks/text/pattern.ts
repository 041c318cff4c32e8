import {refuse} from '../../engine/task.js';

/** A regular expression of JavaScript, from an argument; Python's `(?P<name>…)`, `(?P=name)` and a `(?i)` in front are understood. */
export function pattern(source: string, options: {readonly name: string; readonly flags?: string}): RegExp {
  const [front = '', letters = ''] = /^\(\?([ims]+)\)/.exec(source) ?? [];
  const flags = [...new Set((options.flags ?? '') + letters)].join('');
  try {
    return new RegExp(ofJavaScript(source.slice(front.length)), flags);
  } catch (error) {
    return refuse(
      `'${options.name}' is no regular expression: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Writes Python's named groups as JavaScript's; what is escaped stays. */
function ofJavaScript(source: string): string {
  return source.replace(/\\[^]|\(\?P<|\(\?P=(\w+)\)/g, (found, name: string | undefined) =>
    found === '(?P<' ? '(?<' : name === undefined ? found : `\\k<${name}>`,
  );
}

/** The text that a replacement with `\1`, `\g<1>` or `\g<name>` gives for a match. */
export function expand(replacement: string, match: RegExpMatchArray): string {
  return replacement.replace(
    /\\(?:(\d+)|g<(\w+)>|([\\nt]))/g,
    (_, number: string | undefined, name: string | undefined, letter: string | undefined) => {
      if (letter !== undefined) return letter === 'n' ? '\n' : letter === 't' ? '\t' : letter;
      const group = number ?? name ?? '';
      const found = /^\d+$/.test(group) ? match[Number(group)] : match.groups?.[group];
      return found ?? '';
    },
  );
}

/** The lines of a text; one newline at the end ends the last line. */
export function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** The text of lines, each ended by a newline. */
export function textOf(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
