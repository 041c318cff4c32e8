import type {Files} from './files.js';
import {groupChildren, groupMembers, groupOrder} from './group-order.js';
import {addHost, createDraft, type InventoryDraft} from './inventory-draft.js';
import {readSource} from './inventory-source.js';
import {createInventoryVars, type InventoryVars} from './inventory-vars.js';
import {rank, type Inventory, type InventoryGroup, type InventoryHost, type VarLayer} from './project.js';
import type {Report} from './report.js';
import type {Schemas} from './schema.js';

export interface InventoryOptions {
  /** As given by `-i`: files, programs, folders of these, or `host1,host2,`; what a later one says wins. */
  readonly sources: readonly string[];
  /** Absolute folders of the playbooks: they may have `group_vars` and `host_vars` too. */
  readonly playbookFolders: readonly string[];
  /** Seconds that an executable inventory may take for an answer; default: 300. */
  readonly programSeconds?: number;
  readonly files: Files;
  readonly schemas: Schemas;
  readonly report: Report;
}

/** Reads all sources into one inventory, with the variables that lie beside them and beside the playbooks. */
export async function loadInventory(options: InventoryOptions): Promise<Inventory> {
  const {sources, files, report, schemas, programSeconds = 300} = options;
  const draft = createDraft();
  const folders = new Set<string>();
  for (const source of sources)
    for (const folder of await readSource(draft, source, {files, schemas, report, programSeconds})) folders.add(folder);
  gatherUngrouped(draft);
  const vars = createInventoryVars(draft, {
    inventoryFolders: [...folders],
    playbookFolders: [...new Set(options.playbookFolders)],
    files,
    report,
  });
  return finish(draft, {sources, vars});
}

/** `ungrouped` has the hosts that no other group has, but `all`. */
function gatherUngrouped(draft: InventoryDraft): void {
  const others = [...draft.groups.values()].filter(({name}) => name !== 'all' && name !== 'ungrouped');
  const grouped = new Set(others.flatMap(({hosts}) => [...hosts]));
  for (const [name, {at}] of draft.hosts) {
    if (!grouped.has(name)) addHost(draft, name, {at, group: 'ungrouped'});
    else draft.groups.get('ungrouped')?.hosts.delete(name);
  }
}

function finish(
  draft: InventoryDraft,
  {sources, vars}: {readonly sources: readonly string[]; readonly vars: InventoryVars},
): Inventory {
  const members = groupMembers(draft);
  const order = groupOrder(draft);
  const groupsOf = new Map<string, string[]>([...draft.hosts.keys()].map((name) => [name, []]));
  for (const group of order) for (const host of members.get(group) ?? []) groupsOf.get(host)?.push(group);
  const hosts = new Map<string, InventoryHost>();
  for (const name of members.get('all') ?? []) {
    const groups = groupsOf.get(name) ?? [];
    hosts.set(name, {name, groups, layers: vars.host(name, groups, draft.hosts.get(name)?.layers ?? [])});
  }
  if (!hosts.has('localhost'))
    hosts.set('localhost', {name: 'localhost', groups: [], layers: vars.host('localhost', ['all'], [local])});
  const groups = new Map([...members].map(([group, names]) => [group, [...names]]));
  return {sources, hosts, groups, tree: treeOf(draft, vars)};
}

function treeOf(draft: InventoryDraft, vars: InventoryVars): ReadonlyMap<string, InventoryGroup> {
  const children = groupChildren(draft);
  return new Map(
    [...draft.groups.values()].map(({name, hosts, priority}) => [
      name,
      {name, children: children.get(name) ?? [], hosts: [...hosts], priority, layers: vars.group(name)},
    ]),
  );
}

/** The controller itself is always there, for delegation; it is in no group, and has the variables of all. */
const local: VarLayer = {
  rank: rank.inventoryHost,
  origin: 'the implicit localhost',
  entries: new Map([
    ['ansible_connection', {kind: 'literal', at: {file: 'localhost', line: 1, column: 1, length: 1}, value: 'local'}],
  ]),
};
