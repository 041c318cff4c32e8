import {sharedFunctions} from '../functions/all.js';
import {NotJinja, not, tight, value, type Piece} from './piece.js';

const ownMethods = new Set([
  'split',
  'startswith',
  'endswith',
  'join',
  'replace',
  'lower',
  'upper',
  'strip',
  'keys',
  'values',
  'items',
  'splitlines',
]);

/** A method of Python as CEL. */
export function method(left: Piece, name: string, list: readonly Piece[]): Piece {
  if (!ownMethods.has(name)) throw new NotJinja();
  const target = tight(left, 9);
  const all = list.map(({cel}) => cel).join(', ');
  switch (name) {
    case 'startswith':
      return value(`${target}.startsWith(${all})`);
    case 'endswith':
      return value(`${target}.endsWith(${all})`);
    case 'lower':
    case 'upper':
      return value(`${target}.${name}Ascii()`);
    case 'strip':
      return value(`${target}.trim()`);
    case 'keys':
    case 'values':
      return value(`${name}(${left.cel})`);
    case 'items':
      return value(`dictsort(${left.cel})`);
    default:
      return value(`${target}.${name}(${all})`);
  }
}

const calls: Readonly<Record<string, (target: string, inner: string) => string>> = {
  length: (_, inner) => `size(${inner})`,
  count: (_, inner) => `size(${inner})`,
  lower: (target) => `${target}.lowerAscii()`,
  upper: (target) => `${target}.upperAscii()`,
  bool: (_, inner) => `to_bool(${inner})`,
  string: (_, inner) => `string(${inner})`,
  int: (_, inner) => `int(${inner})`,
  float: (_, inner) => `double(${inner})`,
  list: (_, inner) => inner,
  trim: (target) => `${target}.trim()`,
  from_json: (_, inner) => `parse_json(${inner})`,
  from_yaml: (_, inner) => `parse_yaml(${inner})`,
  to_nice_yaml: (_, inner) => `to_yaml(${inner})`,
};

const receivers = new Map(sharedFunctions.map(({name, signatures}) => [name, /^\w+\./.test(signatures[0] ?? '')]));

/** A filter of Jinja as CEL. */
export function filter(left: Piece, name: string, list: readonly Piece[]): Piece {
  const target = tight(left, 9);
  const own = Object.hasOwn(calls, name) ? calls[name] : undefined;
  if (own) return value(own(target, left.cel));
  const all = list.map(({cel}) => cel).join(', ');
  if (name === 'default' || name === 'd') return value(`${optional(target)}.orValue(${list[0]?.cel ?? '""'})`);
  if (name === 'ternary') return {cel: `${tight(left, 1)} ? ${list[0]?.cel ?? ''} : ${list[1]?.cel ?? ''}`, weight: 0};
  if (['map', 'select', 'reject', 'selectattr', 'rejectattr'].includes(name)) {
    const attribute = /^["']([\w.]+)["']$/.exec(list[0]?.cel ?? '')?.[1];
    if (name !== 'map' || attribute === undefined) throw new NotJinja();
    return value(`${target}.map(x, x.${attribute})`);
  }
  if (['join', 'split', 'replace'].includes(name) || receivers.get(name) === true)
    return value(`${target}.${name}(${all})`);
  if (receivers.has(name)) return value(`${name}(${[left.cel, ...list.map(({cel}) => cel)].join(', ')})`);
  throw new NotJinja();
}

/** A value that may be missing. */
function optional(path: string): string {
  if (/^\w+$/.test(path)) return `vars.?${path}`;
  const found = /^(.*)\.(\w+)$/s.exec(path);
  if (found) return `${found[1] ?? ''}.?${found[2] ?? ''}`;
  const index = /^(.*)\[([^[\]]*)\]$/s.exec(path);
  if (!index) throw new NotJinja();
  return `${index[1] ?? ''}[?${index[2] ?? ''}]`;
}

/** A test of Jinja (`x is defined`) as CEL. */
export function test(left: Piece, name: string, list: readonly Piece[]): Piece {
  const target = tight(left, 9);
  const [first = ''] = list.map(({cel}) => cel);
  const compared = (cel: string): Piece => ({cel, weight: 3});
  switch (name) {
    case 'defined':
      return value(/^\w+$/.test(target) ? `has(vars.${target})` : `has(${target})`);
    case 'undefined':
      return not(test(left, 'defined', []));
    case 'none':
      return compared(`${tight(left, 4)} == null`);
    case 'failed':
    case 'failure':
      return value(`${target}.failed`);
    case 'succeeded':
    case 'success':
      return not(value(`${target}.failed`));
    case 'changed':
    case 'change':
      return value(`${target}.changed`);
    case 'skipped':
    case 'skip':
      return value(`${target}.skipped`);
    case 'finished':
      return compared(`${target}.finished == 1`);
    case 'string':
      return compared(`type(${left.cel}) == string`);
    case 'mapping':
      return compared(`type(${left.cel}) == map`);
    case 'sequence':
      return compared(`type(${left.cel}) == list`);
    case 'search':
    case 'regex':
      return value(`${target}.matches(${first})`);
    case 'match':
      return value(`${target}.matches(${first.replace(/^(["'])\^?/, '$1^')})`);
    case 'in':
      return compared(`${tight(left, 4)} in ${first}`);
    case 'contains':
      return compared(`${first} in ${tight(left, 4)}`);
    case 'subset':
    case 'superset':
      return value(`${target}.${name}(${first})`);
    case 'even':
      return compared(`${tight(left, 5)} % 2 == 0`);
    case 'odd':
      return compared(`${tight(left, 5)} % 2 == 1`);
    case 'version': {
      const sign = list[1]?.cel.slice(1, -1) ?? '==';
      const word = {eq: '==', ne: '!=', lt: '<', le: '<=', gt: '>', ge: '>='}[sign] ?? sign;
      return compared(`version(${left.cel}) ${word} version(${first})`);
    }
    default:
      throw new NotJinja();
  }
}
