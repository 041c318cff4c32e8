import {celFromJinja} from '../language/jinja/to-cel.js';
import type {Term} from '../language/term.js';
import {yamlText} from '../language/yaml-text.js';

/** How `with_…` is written as `loop`, with the value that stands there. */
export function loopFor(word: string, value: Term | undefined): string {
  if (value === undefined || value.kind === 'dict') return loopOf(word, value, '');
  const lists = value.kind === 'list' ? value.items.map(expressionOf) : [expressionOf(value)];
  return loopOf(word, value, lists.join(', '));
}

function loopOf(word: string, value: Term | undefined, lists: string): string {
  switch (word) {
    case 'with_items':
    case 'with_list':
    case 'with_flattened':
      return plainLoop(word, value);
    case 'with_dict':
      return written(`dict2items(${value ? expressionOf(value) : 'dict'})`);
    case 'with_nested':
    case 'with_cartesian':
      return `${written(`product([${lists}])`)}; item[0] is of the first list`;
    case 'with_together':
      return `${written(`zip([${lists}])`)}; item[0] is of the first list`;
    case 'with_subelements':
      return `${written(subelements(value))}; item[0] is the outer one`;
    case 'with_indexed_items':
      return `${plainLoop(word, value)} and "loop_control: {index_var: index}"`;
    case 'with_sequence':
      return sequence(value);
    case 'with_inventory_hostnames':
      return 'write "loop: groups.web" with the name of a group';
    case 'with_lines':
      return 'let a command tell the lines ("register: said"), and write "loop: said.stdout_lines"';
    case 'with_random_choice':
      return `write the module once with "{{random (list) inventory_hostname}}": the same choice in every run`;
    case 'with_fileglob':
      return 'write "loop:" with the names of the files, or copy their folder as a whole';
    case 'with_first_found':
      return 'name the file by a variable that is set for each group';
    default:
      return 'write "loop:" with a list, or with an expression that gives one';
  }
}

const written = (expression: string): string => `write "loop: ${expression}"`;

/** A plain list stays as it is; lists within it are opened, as `with_items` does. */
function plainLoop(word: string, value: Term | undefined): string {
  if (value === undefined) return 'write "loop:" with the same list';
  if (value.kind !== 'list') {
    const source = expressionOf(value);
    if (word === 'with_flattened') return written(`${operand(source)}.flatten(9)`);
    return word === 'with_items'
      ? `${written(source)}, or "${operand(source)}.flatten()" where it holds lists`
      : written(source);
  }
  if (value.items.every(isData) && (word === 'with_list' || !value.items.some(({kind}) => kind === 'list')))
    return `write "loop: ${flow(value)}"`;
  const all = `[${value.items.map(expressionOf).join(', ')}]`;
  return written(word === 'with_list' ? all : `${all}.flatten(${word === 'with_flattened' ? '9' : ''})`);
}

function operand(source: string): string {
  return /^[\w.[\]"'()]+$/.test(source) ? source : `(${source})`;
}

function isData(term: Term): boolean {
  switch (term.kind) {
    case 'literal':
      return true;
    case 'list':
      return term.items.every(isData);
    case 'dict':
      return term.entries.every((entry) => isData(entry.value));
    case 'text':
    case 'expression':
      return false;
  }
}

function flow(term: Term): string {
  switch (term.kind) {
    case 'literal':
      return yamlText(term.value);
    case 'list':
      return `[${term.items.map(flow).join(', ')}]`;
    case 'dict':
      return `{${term.entries.map(({key, value}) => `${yamlText(key)}: ${flow(value)}`).join(', ')}}`;
    case 'text':
    case 'expression':
      return JSON.stringify(term.source);
  }
}

/** A value as CEL: what stood in a mustache alone is the expression itself. */
function expressionOf(term: Term): string {
  switch (term.kind) {
    case 'literal':
      return typeof term.value === 'string' ? quoted(term.value) : String(term.value);
    case 'text':
      return fromMustache(term.source);
    case 'expression':
      return term.source;
    case 'list':
      return `[${term.items.map(expressionOf).join(', ')}]`;
    case 'dict':
      return `{${term.entries.map(({key, value}) => `${quoted(key)}: ${expressionOf(value)}`).join(', ')}}`;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}

function fromMustache(source: string): string {
  const alone = /^\s*\{\{-?\s*([^{}]*?)\s*-?\}\}\s*$/.exec(source)?.[1];
  if (alone !== undefined) return celFromJinja(alone) ?? alone;
  const parts = source.split(/(\{\{[^{}]*\}\})/).filter((part) => part !== '');
  return parts.map((part) => (part.startsWith('{{') ? `string(${fromMustache(part)})` : quoted(part))).join(' + ');
}

function subelements(value: Term | undefined): string {
  const [list, key] = value?.kind === 'list' ? value.items : [];
  return list && key ? `${operand(expressionOf(list))}.subelements(${expressionOf(key)})` : "users.subelements('keys')";
}

/** `start=1 end=5 stride=2 format=web%02d`, `count=4`, `1-5`. */
function sequence(value: Term | undefined): string {
  const text = value?.kind === 'literal' ? String(value.value) : '';
  const word = (name: string): string | undefined => new RegExp(`\\b${name}=(\\S+)`).exec(text)?.[1];
  const short = /^(\d+)-(\d+)(?:\/(\d+))?/.exec(text);
  const start = Number(short?.[1] ?? word('start') ?? 1);
  const stride = Number(short?.[3] ?? word('stride') ?? 1);
  const count = Number(word('count') ?? Number.NaN);
  const end = Number.isNaN(count) ? Number(short?.[2] ?? word('end') ?? Number.NaN) : start + stride * (count - 1);
  const format = word('format');
  if ([start, stride, end].some(Number.isNaN)) return written('sequence(1, last)');
  const numbers = stride === 1 ? `sequence(${start}, ${end})` : `sequence(${start}, ${end}, ${stride})`;
  if (format === undefined) return written(numbers);
  return written(`${numbers}.map(n, '${format}'.format([n]))`);
}
