import {refuse} from '../engine/task.js';
import {textTask, type TextArgs} from './files/text-task.js';
import {expand, pattern} from './text/pattern.js';

export interface ReplaceArgs extends TextArgs {
  readonly regexp: string;
  readonly replace: string;
  readonly after?: string;
  readonly before?: string;
}

export const replace = textTask<ReplaceArgs>({
  name: 'replace',
  create: () => false,
  summary: (args) => `replace what matches '${args.regexp}'`,
  edit(args, text) {
    const wanted = pattern(args.regexp, {name: 'regexp', flags: 'gm'});
    const [from, to] = section(args, text);
    const part = text.slice(from, to);
    const after = part.replace(wanted, (...found: unknown[]) => expand(args.replace, matchOf(found)));
    if (
      after !== part &&
      after.replace(wanted, (...found: unknown[]) => expand(args.replace, matchOf(found))) !== after
    ) {
      refuse(
        `what replaces '${args.regexp}' is matched by it again, so that each run would change the file`,
        'make the expression match only what is still to be replaced',
      );
    }
    return text.slice(0, from) + after + text.slice(to);
  },
});

/** The part of the text between `after` and `before`. */
function section(args: ReplaceArgs, text: string): readonly [number, number] {
  let from = 0;
  if (args.after !== undefined) {
    const found = pattern(args.after, {name: 'after', flags: 'm'}).exec(text);
    if (found === null) return [0, 0];
    from = found.index + found[0].length;
  }
  if (args.before === undefined) return [from, text.length];
  const found = pattern(args.before, {name: 'before', flags: 'm'}).exec(text.slice(from));
  return found === null ? [0, 0] : [from, from + found.index];
}

/** The arguments of a replacer, as a match. */
function matchOf(found: readonly unknown[]): RegExpMatchArray {
  const last = found.at(-1);
  const named = typeof last === 'object' && last !== null ? (last as Record<string, string>) : undefined;
  const groups = found.slice(
    0,
    found.findIndex((each) => typeof each === 'number'),
  ) as string[];
  return Object.assign(groups, {groups: named, index: 0, input: ''}) as unknown as RegExpMatchArray;
}
