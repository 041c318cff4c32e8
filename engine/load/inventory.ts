import {dirname, extname, join, resolve} from 'node:path';
import type {Span} from '../span.js';
import type {Files} from './files.js';
import {groupMembers, groupOrder} from './group-order.js';
import {addHost, createDraft, readInventoryFile, type InventoryDraft} from './inventory-tree.js';
import {rank, type Inventory, type InventoryHost, type VarLayer} from './project.js';
import type {Report} from './report.js';
import type {Schemas} from './schema.js';
import {varsFolderLayers} from './vars-folder.js';

export interface InventoryOptions {
  /** As given by `-i`: files, folders of files, or `host1,host2,`. */
  readonly sources: readonly string[];
  /** Absolute folders of the playbooks: they may have `group_vars` and `host_vars` too. */
  readonly playbookFolders: readonly string[];
  readonly files: Files;
  readonly schemas: Schemas;
  readonly report: Report;
}

/** Reads all sources into one inventory, with the variables that lie beside them and beside the playbooks. */
export function loadInventory(options: InventoryOptions): Inventory {
  const {sources, files, report} = options;
  const draft = createDraft();
  const folders: string[] = [];
  for (const source of sources) {
    if (source.includes(',')) addNamedHosts(draft, source);
    else folders.push(...readSource(draft, resolve(files.cwd, source), options));
  }
  const grouped = new Set([...draft.groups.values()].flatMap(({name, hosts}) => (name === 'all' ? [] : [...hosts])));
  for (const name of draft.hosts.keys()) {
    if (!grouped.has(name)) addHost(draft, name, {at: commandLine, group: 'ungrouped'});
  }
  return finish(draft, {
    sources,
    inventoryFolders: unique(folders),
    playbookFolders: unique(options.playbookFolders),
    files,
    report,
  });
}

const commandLine: Span = {file: '-i', line: 1, column: 1, length: 1};

function addNamedHosts(draft: InventoryDraft, source: string): void {
  for (const name of source.split(','))
    if (name.trim() !== '') addHost(draft, name.trim(), {at: commandLine, group: 'all'});
}

/** Reads one source; gives the folders in which its variables may lie. */
function readSource(
  draft: InventoryDraft,
  path: string,
  {files, schemas, report}: InventoryOptions,
): readonly string[] {
  if (files.isFolder(path)) {
    const names = [...files.list(path)].filter((name) => ['.yml', '.yaml', '.json'].includes(extname(name)));
    if (names.length === 0) report.error(undefined, `inventory "${files.shown(path)}" is a folder without YAML files`);
    for (const name of names) readInventoryFile(draft, join(path, name), {files, schemas, report});
    return [path];
  }
  if (!files.isFile(path)) {
    report.error(
      undefined,
      `inventory "${files.shown(path)}" is not there`,
      'for a list of hosts end it with a comma: -i "host1,host2,"',
    );
  } else if (['.yml', '.yaml', '.json'].includes(extname(path))) {
    readInventoryFile(draft, path, {files, schemas, report});
  } else {
    const kind = files.isExecutable(path)
      ? 'inventories made by programs are'
      : 'inventories in another form than YAML are';
    report.error(
      {file: files.shown(path), line: 1, column: 1, length: 1},
      `${kind} not supported yet`,
      'write YAML: all: {hosts: {name: {ansible_host: address}}}, in a file that ends with .yml',
    );
  }
  return [dirname(path)];
}

interface Finishing {
  readonly sources: readonly string[];
  readonly inventoryFolders: readonly string[];
  readonly playbookFolders: readonly string[];
  readonly files: Files;
  readonly report: Report;
}

function finish(draft: InventoryDraft, finishing: Finishing): Inventory {
  const members = groupMembers(draft);
  // What lies in group_vars counts for the order too (`ansible_group_priority` may stand there): read before ordering.
  const layers = new Map(
    [...draft.groups.values()].map((group) => [group.name, groupLayers(group.name, group.layers, finishing)]),
  );
  for (const [name, read] of layers) draft.groups.get(name)?.layers.splice(0, Infinity, ...read);
  const order = groupOrder(draft);
  const groupsOf = new Map<string, string[]>([...draft.hosts.keys()].map((name) => [name, []]));
  for (const group of order) for (const host of members.get(group) ?? []) groupsOf.get(host)?.push(group);
  const hosts = new Map<string, InventoryHost>();
  for (const [name, host] of draft.hosts) {
    const groups = groupsOf.get(name) ?? [];
    hosts.set(name, {
      name,
      groups,
      layers: byRank([
        ...groups.flatMap((group) => layers.get(group) ?? []),
        ...hostLayers(name, host.layers, finishing),
      ]),
    });
  }
  if (!hosts.has('localhost')) hosts.set('localhost', localhost(layers.get('all') ?? [], finishing));
  const names = [...draft.hosts.keys()];
  const position = new Map(names.map((name, index) => [name, index]));
  const sorted = (group: string): readonly string[] =>
    [...(members.get(group) ?? [])].sort((one, other) => (position.get(one) ?? 0) - (position.get(other) ?? 0));
  return {sources: finishing.sources, hosts, groups: new Map(order.map((group) => [group, sorted(group)]))};
}

/** The controller itself is always there, for delegation; it is in no group, and has the variables of all. */
function localhost(all: readonly VarLayer[], finishing: Finishing): InventoryHost {
  const local: VarLayer = {
    rank: rank.inventoryHost,
    origin: 'the implicit localhost',
    entries: new Map([
      ['ansible_connection', {kind: 'literal', at: {file: 'localhost', line: 1, column: 1, length: 1}, value: 'local'}],
    ]),
  };
  return {name: 'localhost', groups: [], layers: byRank([...all, local, ...hostLayers('localhost', [], finishing)])};
}

function groupLayers(
  name: string,
  own: readonly VarLayer[],
  {inventoryFolders, playbookFolders, files, report}: Finishing,
): readonly VarLayer[] {
  const [inventoryRank, playbookRank] =
    name === 'all'
      ? [rank.inventoryGroupVarsAll, rank.playbookGroupVarsAll]
      : [rank.inventoryGroupVars, rank.playbookGroupVars];
  return [
    ...own,
    ...inventoryFolders.flatMap((folder) =>
      varsFolderLayers(join(folder, 'group_vars'), name, {rank: inventoryRank, files, report}),
    ),
    ...playbookFolders.flatMap((folder) =>
      varsFolderLayers(join(folder, 'group_vars'), name, {rank: playbookRank, files, report}),
    ),
  ];
}

function hostLayers(
  name: string,
  own: readonly VarLayer[],
  {inventoryFolders, playbookFolders, files, report}: Finishing,
): readonly VarLayer[] {
  return [
    ...own,
    ...inventoryFolders.flatMap((folder) =>
      varsFolderLayers(join(folder, 'host_vars'), name, {rank: rank.inventoryHostVars, files, report}),
    ),
    ...playbookFolders.flatMap((folder) =>
      varsFolderLayers(join(folder, 'host_vars'), name, {rank: rank.playbookHostVars, files, report}),
    ),
  ];
}

function byRank(layers: readonly VarLayer[]): readonly VarLayer[] {
  return layers.filter((layer) => layer.entries.size > 0).sort((one, other) => one.rank - other.rank);
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
