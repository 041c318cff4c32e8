/** One leaf that is not as it shall be. */
export interface Difference {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * What of a definition does not stand in the live object. The server adds much to an object (defaults, status), so only what the definition names is compared;
 * lists are compared item by item, and are of equal length.
 */
export function differences(wanted: unknown, live: unknown, path = ''): readonly Difference[] {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(live) || live.length !== wanted.length)
      return wanted.length === 0 && live === undefined ? [] : [{path, before: live, after: wanted}];
    return wanted.flatMap((each, index) => differences(each, live[index], `${path}[${index}]`));
  }
  if (typeof wanted === 'object' && wanted !== null) {
    const members = Object.entries(wanted);
    if (typeof live !== 'object' || live === null)
      return members.length === 0 ? [] : [{path, before: live, after: wanted}];
    return members.flatMap(([name, value]) => differences(value, Reflect.get(live, name), member(path, name)));
  }
  if (wanted === live || (wanted === null && live === undefined) || sameQuantity(wanted, live)) return [];
  return [{path, before: live, after: wanted}];
}

/** Members that we set earlier and that the definition no longer names, from what the server keeps of each manager's fields. */
export function leftovers(wanted: unknown, owned: unknown, live: unknown, path = ''): readonly Difference[] {
  return ownedMembers(owned).flatMap(([name, below]) => {
    const value = at(wanted, name);
    if (value === undefined) return [{path: member(path, name), before: at(live, name), after: undefined}];
    return Array.isArray(value) ? [] : leftovers(value, below, at(live, name), member(path, name));
  });
}

/** The live object without those members. */
export function withoutLeftovers(wanted: unknown, owned: unknown, live: unknown): unknown {
  if (typeof live !== 'object' || live === null || Array.isArray(live)) return live;
  const fields = new Map(ownedMembers(owned));
  return Object.fromEntries(
    Object.entries(live).flatMap(([name, value]) => {
      if (!fields.has(name)) return [[name, value]];
      return at(wanted, name) === undefined
        ? []
        : [[name, withoutLeftovers(at(wanted, name), fields.get(name), value)]];
    }),
  );
}

/** Items of lists are keyed by what they hold and are left out: `differences` sees their number. */
function ownedMembers(owned: unknown): readonly (readonly [string, unknown])[] {
  if (typeof owned !== 'object' || owned === null) return [];
  return Object.entries(owned).flatMap(([key, below]) =>
    key.startsWith('f:') ? [[key.slice(2), below] as const] : [],
  );
}

function at(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function member(path: string, name: string): string {
  const shown = /^[\w-]+$/.test(name) ? name : JSON.stringify(name);
  return path === '' ? shown : `${path}.${shown}`;
}

/** The server writes quantities in a canonical way: `1000m` as `1`, `0.5` as `500m`. */
function sameQuantity(wanted: unknown, live: unknown): boolean {
  if (typeof live !== 'string' || (typeof wanted !== 'string' && typeof wanted !== 'number')) return false;
  const one = quantity(String(wanted));
  return one !== undefined && one === quantity(live);
}

const factors: Readonly<Record<string, number>> = {
  n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50,
}; // prettier-ignore

function quantity(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text) ?? [];
  const factor = factors[unit];
  return digits === undefined || factor === undefined ? undefined : Number((Number(digits) * factor).toPrecision(12));
}
