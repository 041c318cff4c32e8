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

/** For each group the hosts in it and in its children. */
export function groupMembers(draft: InventoryDraft): ReadonlyMap<string, ReadonlySet<string>> {
  const members = new Map<string, ReadonlySet<string>>();
  const membersOf = (name: string): ReadonlySet<string> => {
    const known = members.get(name);
    if (known) return known;
    const group = draft.groups.get(name);
    const all = new Set(group?.hosts);
    for (const child of group?.children ?? []) for (const host of membersOf(child)) all.add(host);
    members.set(name, all);
    return all;
  };
  for (const name of draft.groups.keys()) membersOf(name);
  members.set('all', new Set(draft.hosts.keys()));
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
