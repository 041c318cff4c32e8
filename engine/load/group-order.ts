import type {GroupDraft, InventoryDraft} from './inventory-tree.js';

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
  const keys = new Map(
    [...draft.groups.values()].map((group) => [group.name, [depths.get(group.name) ?? 0, priorityOf(group)] as const]),
  );
  const compare = (one: string, other: string): number => {
    const [depth, priority] = keys.get(one) ?? [0, 1];
    const [otherDepth, otherPriority] = keys.get(other) ?? [0, 1];
    return depth - otherDepth || priority - otherPriority || (one < other ? -1 : one > other ? 1 : 0);
  };
  return [...draft.groups.keys()].sort(compare);
}

function priorityOf(group: GroupDraft): number {
  const values = group.layers.flatMap((layer) => layer.entries.get('ansible_group_priority') ?? []);
  const last = values.at(-1);
  return last?.kind === 'literal' && Number.isFinite(Number(last.value)) ? Number(last.value) : 1;
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
