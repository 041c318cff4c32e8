import {readFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {BadInput, type Diagnostic} from '../diagnostic.js';
import {didYouMean} from '../language/near.js';
import {compileRegularExpression} from '../language/regular-expression.js';
import {within, type Span} from '../span.js';
import type {Inventory} from './project.js';

/** One part of a pattern: `web`, `&prod`, `!h3[0]`. `from` is its offset in the pattern. */
interface Part {
  readonly sign: '' | '&' | '!';
  readonly text: string;
  readonly from: number;
}

/**
 * The hosts that a pattern selects, in the order of its parts and of the groups that they name: names of hosts and groups joined by `:` or `,`, `&` for what must hold too, `!` for what must not,
 * `*` globs, `~` regular expressions, `group[0]` and `group[1:3]` (both ends included), `@file` with a pattern a line.
 * Throws `BadInput` when a part names nothing or nothing is left.
 */
export function selectHosts(
  inventory: Inventory,
  pattern: string,
  at: Span = {file: '--limit', line: 1, column: 1, length: pattern.length},
): readonly string[] {
  const parts = splitPattern(pattern);
  const diagnostics: Diagnostic[] = [];
  const matched = (sign: Part['sign']): readonly (readonly string[])[] =>
    parts
      .filter((part) => part.sign === sign)
      .map((part) => matchPart(inventory, part, (diagnostic) => diagnostics.push(diagnostic), {pattern, at}));
  const included = matched('');
  const required = matched('&').map((names) => new Set(names));
  const excluded = new Set(matched('!').flat());
  if (diagnostics.length > 0) throw new BadInput(diagnostics);
  const union = included.length === 0 ? new Set(inventory.groups.get('all')) : new Set(included.flat());
  const selected = [...union].filter((name) => !excluded.has(name) && required.every((names) => names.has(name)));
  if (selected.length > 0) return selected;
  const hint =
    parts.length > 1 || union.size > 0
      ? 'its parts have no host in common, or exclude all of them'
      : inventory.sources.length === 0
        ? noInventory
        : 'the group is there but has no hosts';
  throw new BadInput([{severity: 'error', at, message: `pattern "${pattern}" matches no host`, hint}]);
}

/** Commas and colons separate, but not inside of brackets; a regular expression reaches to the next comma. */
function splitPattern(pattern: string): readonly Part[] {
  const parts: Part[] = [];
  for (const match of pattern.matchAll(/(?<sign>[&!]?)(?<text>~(?:(?!:[&!])[^,])+|(?:[^,:[\]]|\[[^\]]*\]|\])+)/g)) {
    const {sign = '', text = ''} = match.groups ?? {};
    const lead = text.length - text.trimStart().length;
    if (text.trim() === '') continue;
    const inner = sign === '' ? /^[&!]/.exec(text.trim())?.[0] : undefined;
    parts.push({
      sign: (inner ?? sign) as Part['sign'],
      text: inner ? text.trim().slice(1) : text.trim(),
      from: match.index + sign.length + lead,
    });
  }
  return parts;
}

type Complain = (diagnostic: Diagnostic) => void;

function matchPart(
  inventory: Inventory,
  {text, from}: Part,
  complain: Complain,
  {pattern, at}: {readonly pattern: string; readonly at: Span},
): readonly string[] {
  const place = within(at, [from, from + text.length]);
  const fail = (message: string, hint?: string): readonly string[] => {
    complain({severity: 'error', at: place, message, ...(hint === undefined ? {} : {hint})});
    return [];
  };
  if (text.startsWith('@')) return hostsOfFile(inventory, text.slice(1), {fail, complain});
  if (text.startsWith('~')) return matchExpression(inventory, text.slice(1), fail);
  const {
    name = text,
    first,
    to,
    last,
  } = /^(?<name>.+?)\[(?<first>-?\d+|(?=:))(?:(?<to>[:-])(?<last>-?\d*))?\]$/.exec(text)?.groups ?? {};
  const names = matchName(inventory, name);
  if (!names) {
    const words = pattern === text ? `"${name}"` : `"${name}" in the pattern "${pattern}"`;
    return fail(`${words} names no host and no group`, hintFor(inventory, name));
  }
  if (first === undefined) return names;
  const picked = pick(names, {first, last: to === undefined ? undefined : (last ?? '')});
  return picked.length > 0
    ? picked
    : fail(
        `"${text}" picks nothing: "${name}" has ${names.length} ${names.length === 1 ? 'host' : 'hosts'}`,
        'the first one has the number 0',
      );
}

function hintFor(inventory: Inventory, name: string): string {
  if (inventory.sources.length === 0) return noInventory;
  if (['127.0.0.1', '::1'].includes(name)) return 'the controller is "localhost"';
  const groups = [...inventory.groups.keys()];
  return didYouMean(name, [...groups, ...inventory.hosts.keys()]) ?? `groups: ${groups.join(' ')}`;
}

const noInventory = 'no inventory was given: -i FILE, or -i "host1,host2,"';

/** The hosts of a name or glob; undefined when there is nothing of that name. */
function matchName(inventory: Inventory, name: string): readonly string[] | undefined {
  if (name === '*') return inventory.groups.get('all');
  if (!/[*?[\]]/.test(name)) return inventory.groups.get(name) ?? (inventory.hosts.has(name) ? [name] : undefined);
  const source = name
    .replaceAll(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
    .replaceAll('[!', '[^');
  const expression = new RegExp(`^(?:${source})$`);
  return matching(inventory, (candidate) => expression.test(candidate));
}

function matchExpression(
  inventory: Inventory,
  source: string,
  fail: (message: string, hint?: string) => readonly string[],
): readonly string[] {
  const expression = compileRegularExpression(source);
  if ('problem' in expression) return fail(`"${source}" is no regular expression`, expression.problem);
  return (
    matching(inventory, expression.findAtStart) ??
    fail(`no host and no group matches the regular expression "${source}"`, 'it must match from the first character on')
  );
}

function matching(inventory: Inventory, test: (name: string) => boolean): readonly string[] | undefined {
  const all = inventory.groups.get('all') ?? [];
  const groups = [...inventory.groups].filter(([name]) => test(name));
  const found = new Set([...groups.flatMap(([, names]) => names), ...all.filter(test)]);
  return found.size > 0 || groups.length > 0 ? [...found] : undefined;
}

/** `[0]`, `[-1]`, `[1:3]`, `[2:]`: both ends are included. */
function pick(
  names: readonly string[],
  {first, last}: {readonly first: string; readonly last: string | undefined},
): readonly string[] {
  const index = (text: string, otherwise: number): number =>
    text === '' ? otherwise : Number(text) < 0 ? names.length + Number(text) : Number(text);
  const start = index(first, 0);
  const end = last === undefined ? start : index(last, names.length - 1);
  return names.slice(start, end + 1);
}

/** The hosts of a file with a pattern a line, such as the one that a failed run writes. */
function hostsOfFile(
  inventory: Inventory,
  file: string,
  {fail, complain}: {readonly fail: (message: string) => readonly string[]; readonly complain: Complain},
): readonly string[] {
  let text: string;
  try {
    text = readFileSync(resolve(file), 'utf8');
  } catch {
    return fail(`file "${file}" of host patterns cannot be read`);
  }
  const patterns = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  if (patterns.every((line) => line === '')) return fail(`file "${file}" of host patterns names no host`);
  return patterns.flatMap((line, index) => {
    try {
      const at = {file, line: index + 1, column: 1, length: Math.max(1, line.length)};
      return line === '' ? [] : selectHosts(inventory, line, at);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      error.diagnostics.forEach(complain);
      return [];
    }
  });
}
