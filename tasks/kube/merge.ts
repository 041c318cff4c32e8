/**
 * Lays what is declared over what is there: maps member by member (null takes one away), lists of things that have a `name` item by item, anything else whole.
 */
export function mergedInto(present: unknown, declared: unknown): unknown {
  if (isMap(declared)) {
    const before = isMap(present) ? present : {};
    const members: Record<string, unknown> = {...before};
    for (const [name, value] of Object.entries(declared)) {
      if (value === null) Reflect.deleteProperty(members, name);
      else members[name] = mergedInto(before[name], value);
    }
    return members;
  }
  if (isNamedList(declared) && isNamedList(present)) {
    const names = new Set(present.map(({name}) => name));
    return [
      ...present.map((item) => mergedInto(item, declared.find(({name}) => name === item.name) ?? {})),
      ...declared.filter(({name}) => !names.has(name)),
    ];
  }
  return declared;
}

type Map = Readonly<Record<string, unknown>>;

function isMap(value: unknown): value is Map {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNamedList(value: unknown): value is readonly (Map & {readonly name: string})[] {
  return Array.isArray(value) && value.every((item) => isMap(item) && typeof item['name'] === 'string');
}
