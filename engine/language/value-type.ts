/** What is known of a value before it is there; `any` may be anything. A member list that is not `open` is complete. */
export type ValueType =
  | 'any'
  | 'string'
  | 'int'
  | 'bool'
  | {readonly list: ValueType}
  | {readonly members: Readonly<Record<string, ValueType>>; readonly open: boolean};

/** The type that a JSON Schema describes; what it leaves open is `any`. */
export function typeOfSchema(schema: unknown): ValueType {
  if (typeof schema !== 'object' || schema === null) return 'any';
  const {type, properties, items, additionalProperties} = schema as Readonly<Record<string, unknown>>;
  switch (type) {
    case 'string':
      return 'string';
    case 'integer':
      return 'int';
    case 'boolean':
      return 'bool';
    case 'array':
      return {list: typeOfSchema(items)};
    case 'object': {
      if (typeof properties !== 'object' || properties === null) return 'any';
      const members: Record<string, ValueType> = Object.fromEntries(
        Object.entries(properties).map(([name, member]) => [name, typeOfSchema(member)]),
      );
      return {members, open: additionalProperties !== false && additionalProperties !== undefined};
    }
    default:
      return 'any';
  }
}

/** The type of plain data. Null says nothing: it stands for a value that is given elsewhere. */
export function typeOfData(value: unknown): ValueType {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'number':
      return Number.isSafeInteger(value) ? 'int' : 'any';
    case 'object': {
      if (value === null) return 'any';
      if (Array.isArray(value)) return {list: commonType(value.map(typeOfData))};
      return {
        members: Object.fromEntries(Object.entries(value).map(([name, member]) => [name, typeOfData(member)])),
        open: false,
      };
    }
    default:
      return 'any';
  }
}

/** The one type of all, or `any`. */
export function commonType(types: readonly ValueType[]): ValueType {
  const [first = 'any', ...others] = types;
  return others.every((type) => JSON.stringify(type) === JSON.stringify(first)) ? first : 'any';
}

/** Follows a path from a value of a type: its type, or the first segment that is surely not there, with the names that are. */
export function typeAt(
  type: ValueType,
  path: readonly (string | number | null)[],
): {readonly type: ValueType} | {readonly missing: number; readonly names: readonly string[]} {
  let at = type;
  for (const [index, part] of path.entries()) {
    if (typeof at === 'string') {
      if (at === 'any') return {type: 'any'};
      return {missing: index, names: []};
    }
    if ('list' in at) {
      at = typeof part === 'string' && !/^\d+$/.test(part) ? 'any' : at.list;
      continue;
    }
    if (part === null) return {type: 'any'};
    const member: ValueType | undefined = Object.hasOwn(at.members, part) ? at.members[part] : undefined;
    if (member === undefined && !at.open) return {missing: index, names: Object.keys(at.members)};
    at = member ?? 'any';
  }
  return {type: at};
}
