import type {GroupDraft, InventoryDraft} from './inventory-draft.js';

/** For each group how deep below `all` it lies: the longest way counts, as in Ansible. */
export function groupDepths(draft: InventoryDraft): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  const depthOf = (group: GroupDraft): number => {
    const known = depths.get(group.name);
    if (known !== undefined) return known;
    const parents = [...group.parents].flatMap((name) => draft.groups.get(name) ?? []);
    const depth = group.name === 'all' ? 0 : 1 + Math.max(0, ...parents.map(depthOf));
    depths.set(group.name, depth);
    return depth;
  };
  for (const group of draft.groups.values()) depthOf(group);
  return depths;
}

/** All groups in the order in which their variables win, weakest first: depth, then `ansible_group_priority`, then name. */
export function groupOrder(draft: InventoryDraft): readonly string[] {
  const depths = groupDepths(draft);
  const compare = (one: GroupDraft, other: GroupDraft): number =>
    (depths.get(one.name) ?? 0) - (depths.get(other.name) ?? 0) ||
    one.priority - other.priority ||
    (one.name < other.name ? -1 : one.name > other.name ? 1 : 0);
  return [...draft.groups.values()].sort(compare).map(({name}) => name);
}

/** For each group the hosts in it and below it, in Ansible's order: its own as they are written, then those of its children, level by level. */
export function groupMembers(draft: InventoryDraft): ReadonlyMap<string, ReadonlySet<string>> {
  const children = groupChildren(draft);
  const members = new Map<string, ReadonlySet<string>>();
  for (const name of draft.groups.keys()) {
    const hosts = new Set<string>();
    const below = new Set([name]);
    // What is added while the set is walked comes at its end: a level after the one above it.
    for (const group of below) {
      for (const host of draft.groups.get(group)?.hosts ?? []) hosts.add(host);
      for (const child of children.get(group) ?? []) below.add(child);
    }
    members.set(name, hosts);
  }
  return members;
}

/** The groups right inside of each one; those that nobody put into another are inside of `all`, `ungrouped` first. */
export function groupChildren(draft: InventoryDraft): ReadonlyMap<string, readonly string[]> {
  const children = new Map([...draft.groups.values()].map((group) => [group.name, [...group.children]]));
  const alone = [...draft.groups.values()].filter(({name, parents}) => name !== 'all' && parents.size === 0);
  const all = [...(draft.groups.get('all')?.children ?? []), ...alone.map(({name}) => name)];
  children.set('all', [...new Set(['ungrouped', ...all])]);
  return children;
}
