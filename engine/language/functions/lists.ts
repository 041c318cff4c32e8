import {createHash} from 'node:crypto';
import {compareValues, FunctionFailed, identityOf, memberAt, shared, type SharedFunction} from './shared-function.js';

type List = readonly unknown[];

/** Functions that take lists. */
export const listFunctions: readonly SharedFunction[] = [
  shared(
    'flatten list [levels]',
    {
      signature: 'list.flatten(): list | list.flatten(int): list',
      summary: 'items of the lists within, one level or more',
    },
    (list: unknown[], levels = 1) => list.flat(levels as number),
  ),
  shared('distinct list', {signature: 'list.distinct(): list', summary: 'each item once'}, distinct),
  shared('unique list', {signature: 'list.unique(): list', summary: 'each item once, as distinct'}, distinct),
  shared(
    'sort list [member]',
    {
      signature: 'list.sort(): list | list.sort(string): list',
      summary: 'items in order, or by a member; numbers as numbers',
    },
    (list: List, member?: string) =>
      member === undefined
        ? list.toSorted(compareValues)
        : list.toSorted((one, other) => compareValues(memberAt(one, member), memberAt(other, member))),
  ),
  shared('reverse list', {signature: 'list.reverse(): list', summary: 'the last item first'}, (list: List) =>
    list.toReversed(),
  ),
  shared(
    'first list',
    {signature: 'list.first(): dyn', summary: 'the first item; an empty list is an error'},
    (list: List) => itemOf(list, 0),
  ),
  shared(
    'last list',
    {signature: 'list.last(): dyn', summary: 'the last item; an empty list is an error'},
    (list: List) => itemOf(list, list.length - 1),
  ),
  shared('min list', {signature: 'list.min(): dyn', summary: 'the smallest item'}, (list: List) =>
    itemOf(list.toSorted(compareValues), 0),
  ),
  shared('max list', {signature: 'list.max(): dyn', summary: 'the largest item'}, (list: List) =>
    itemOf(list.toSorted(compareValues), list.length - 1),
  ),
  shared('sum list', {signature: 'list.sum(): dyn', summary: 'the numbers together'}, (list: List) =>
    list.reduce<number>((sum, item) => sum + numberOf(item), 0),
  ),
  shared(
    'slice list from [to]',
    {
      signature: 'list.slice(int): list | list.slice(int, int): list',
      summary: 'the items from a place up to, not with, another',
    },
    (list: List, from: number, to?: number) => list.slice(from, to),
  ),
  shared(
    'union list other',
    {signature: 'list.union(list): list', summary: 'the items of both, each once'},
    (a: List, b: List) => distinct([...a, ...b]),
  ),
  shared(
    'intersect list other',
    {signature: 'list.intersect(list): list', summary: 'the items that are in both, each once'},
    (a: List, b: List) => distinct(a.filter(memberIn(b))),
  ),
  shared(
    'difference list other',
    {signature: 'list.difference(list): list', summary: 'the items that are not in the other, each once'},
    (a: List, b: List) => distinct(a.filter((item) => !memberIn(b)(item))),
  ),
  shared(
    'symmetric_difference list other',
    {signature: 'list.symmetric_difference(list): list', summary: 'the items that are in one of both alone'},
    (a: List, b: List) =>
      distinct([...a.filter((item) => !memberIn(b)(item)), ...b.filter((item) => !memberIn(a)(item))]),
  ),
  shared(
    'subset list other',
    {signature: 'list.subset(list): bool', summary: 'whether all items are in the other'},
    (a: List, b: List) => a.every(memberIn(b)),
  ),
  shared(
    'superset list other',
    {signature: 'list.superset(list): bool', summary: 'whether it has all items of the other'},
    (a: List, b: List) => b.every(memberIn(a)),
  ),
  shared(
    'product lists',
    {
      signature: 'product(list): list',
      summary: 'each item of the first list with each of the next: product([a, b]) gives pairs',
    },
    (lists: readonly List[]) =>
      lists.reduce<readonly List[]>((rows, list) => rows.flatMap((row) => list.map((item) => [...row, item])), [[]]),
  ),
  shared(
    'zip lists',
    {
      signature: 'zip(list): list',
      summary: 'the first items together, then the second ones: zip([a, b]), as long as the shortest',
    },
    (lists: readonly List[]) =>
      Array.from(
        {length: Math.min(...lists.map((list) => list.length), lists.length === 0 ? 0 : Infinity)},
        (_, index) => lists.map((list) => list[index]),
      ),
  ),
  shared(
    'subelements list member [skip_missing]',
    {
      signature: 'list.subelements(string): list | list.subelements(string, bool): list',
      summary: 'a pair of the item and the inner item, for each item of the list that a member holds',
    },
    (list: List, member: string, skipMissing = false) =>
      list.flatMap((item) => {
        const inner = memberAt(item, member);
        if (inner === undefined && skipMissing) return [];
        if (!Array.isArray(inner)) throw new FunctionFailed(`an item has no list "${member}"`);
        return inner.map((each: unknown) => [item, each]);
      }),
  ),
  shared(
    'groupby list member',
    {
      signature: 'list.groupby(string): list',
      summary: "pairs of a member's value and the items that have it, in order of the values",
    },
    (list: List, member: string) => {
      const groups = new Map<string, [unknown, unknown[]]>();
      for (const item of list) {
        const value = memberAt(item, member);
        const group = groups.get(identityOf(value)) ?? [value, []];
        groups.set(identityOf(value), group);
        group[1].push(item);
      }
      return [...groups.values()].sort(([one], [other]) => compareValues(one, other));
    },
  ),
  shared(
    'range count [end]',
    {
      signature: 'range(int): list<int> | range(int, int): list<int>',
      summary: 'numbers from 0, or from the first, up to one less than the last',
    },
    (from: number, to?: number) => (to === undefined ? numbers(0, from - 1, 1) : numbers(from, to - 1, 1)),
  ),
  shared(
    'sequence first last [step]',
    {
      signature: 'sequence(int, int): list<int> | sequence(int, int, int): list<int>',
      summary: 'numbers from the first to the last, the last included',
    },
    (first: number, last: number, step = 1) => numbers(first, last, step as number),
  ),
  shared(
    'random list seed',
    {signature: 'list.random(string): dyn', summary: 'one item, always the same for the same seed'},
    (list: List, seed: string) => shuffled(list, seed)[0] ?? itemOf(list, 0),
  ),
  shared(
    'shuffle list seed',
    {
      signature: 'list.shuffle(string): list',
      summary: 'the items in an order that is always the same for the same seed',
    },
    shuffled,
  ),
  shared('map list member', {summary: 'a member of each item'}, (list: List, member: string) =>
    list.map((item) => memberAt(item, member) ?? missing(member)),
  ),
  shared(
    'selectattr list member [value]',
    {summary: 'the items whose member has a value, or is there'},
    (list: List, member: string, ...value: unknown[]) => list.filter((item) => hasMember(item, member, value)),
  ),
  shared(
    'rejectattr list member [value]',
    {summary: 'the items whose member has another value, or is not there'},
    (list: List, member: string, ...value: unknown[]) => list.filter((item) => !hasMember(item, member, value)),
  ),
];

const mostNumbers = 100_000;

function numbers(first: number, last: number, step: number): readonly number[] {
  if (step === 0) throw new FunctionFailed('a step of 0 never comes to an end');
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > mostNumbers) throw new FunctionFailed(`${length} numbers are too many`);
  return Array.from({length}, (_, index) => first + index * step);
}

function distinct(list: List): List {
  return [...new Map(list.map((item) => [identityOf(item), item])).values()];
}

function memberIn(list: List): (item: unknown) => boolean {
  const known = new Set(list.map(identityOf));
  return (item) => known.has(identityOf(item));
}

function itemOf(list: List, index: number): unknown {
  if (list.length === 0) throw new FunctionFailed('the list is empty');
  return list[index];
}

function numberOf(item: unknown): number {
  if (typeof item === 'number') return item;
  throw new FunctionFailed(`${JSON.stringify(item)} is no number`);
}

function shuffled(list: List, seed: string): List {
  const rank = (item: unknown, index: number): string =>
    createHash('sha256')
      .update(`${seed}\0${index}\0${identityOf(item)}`)
      .digest('hex');
  return list
    .map((item, index) => ({item, place: rank(item, index)}))
    .sort((one, other) => (one.place < other.place ? -1 : 1))
    .map(({item}) => item);
}

function hasMember(item: unknown, member: string, value: readonly unknown[]): boolean {
  const found = memberAt(item, member);
  return value.length === 0 ? found !== undefined : found !== undefined && identityOf(found) === identityOf(value[0]);
}

function missing(member: string): never {
  throw new FunctionFailed(`an item has no member "${member}"`);
}
