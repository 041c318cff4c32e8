import {compareValues, FunctionFailed, shared, type SharedFunction} from './shared-function.js';

type Dict = Readonly<Record<string, unknown>>;

/** Functions that take maps. */
export const dictFunctions: readonly SharedFunction[] = [
  shared('keys dict', {signature: 'keys(map): list<string>', summary: 'names of the members, in order'}, (dict: Dict) =>
    Object.keys(dict),
  ),
  shared('values dict', {signature: 'values(map): list', summary: 'the members, in order'}, (dict: Dict) =>
    Object.keys(dict).map((key) => dict[key]),
  ),
  shared('merge dict other', {signature: 'merge(map, map): map', summary: 'members of both; the second wins'}, merge),
  shared(
    'combine dict other [recursive]',
    {
      signature: 'combine(map, map): map | combine(map, map, bool): map',
      summary: 'members of both; the second wins, and with true maps within are combined too',
    },
    (one: Dict, other: Dict, recursive = false) => (recursive ? deepMerge(one, other) : merge(one, other)),
  ),
  shared(
    'dict2items dict [key_name value_name]',
    {
      signature: 'dict2items(map): list | dict2items(map, string, string): list',
      summary: 'a list of maps with key and value',
    },
    (dict: Dict, key = 'key', value = 'value') =>
      Object.keys(dict).map((name) => ({[key as string]: name, [value as string]: dict[name]})),
  ),
  shared(
    'items2dict list [key_name value_name]',
    {
      signature: 'items2dict(list): map | items2dict(list, string, string): map',
      summary: 'a map of a list of maps with key and value',
    },
    (list: readonly Dict[], key = 'key', value = 'value') =>
      Object.fromEntries(
        list.map((item) => {
          const name = item[key as string];
          if (typeof name !== 'string') throw new FunctionFailed(`an item has no text "${String(key)}"`);
          return [name, item[value as string]];
        }),
      ),
  ),
  shared(
    'dictsort dict',
    {signature: 'dictsort(map): list', summary: 'pairs of name and member, in the order of the names'},
    (dict: Dict) =>
      Object.keys(dict)
        .sort(compareValues)
        .map((key) => [key, dict[key]]),
  ),
];

function merge(one: Dict, other: Dict): Dict {
  return {...one, ...other};
}

function deepMerge(one: Dict, other: Dict): Dict {
  const merged: Record<string, unknown> = {...one};
  for (const key of Object.keys(other)) {
    const [before, after] = [merged[key], other[key]];
    merged[key] = isDict(before) && isDict(after) ? deepMerge(before, after) : after;
  }
  return merged;
}

function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
