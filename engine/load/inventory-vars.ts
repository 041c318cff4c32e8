import {join} from 'node:path';
import type {Files} from './files.js';
import type {InventoryDraft} from './inventory-draft.js';
import {rank, type VarLayer} from './project.js';
import type {Report} from './report.js';
import {varsFolderLayers} from './vars-folder.js';

export interface VarsPlaces {
  /** Absolute folders of the inventories, in the order of `-i`. */
  readonly inventoryFolders: readonly string[];
  /** Absolute folders of the playbooks. */
  readonly playbookFolders: readonly string[];
  readonly files: Files;
  readonly report: Report;
}

/** The variables of groups and hosts, from the inventory and from the folders beside it and beside the playbooks. */
export interface InventoryVars {
  /** All that a group itself has, lowest first. */
  group(name: string): readonly VarLayer[];
  /** What a host has of its groups (outermost first) and of its own, lowest first. */
  host(name: string, groups: readonly string[], own: readonly VarLayer[]): readonly VarLayer[];
}

interface Folders {
  readonly paths: readonly string[];
  readonly kind: 'group_vars' | 'host_vars';
  readonly rank: number;
}

/** Opens the variables of an inventory; files are read when they are asked for. */
export function createInventoryVars(draft: InventoryDraft, places: VarsPlaces): InventoryVars {
  const known = new Map<string, readonly VarLayer[]>();
  const inFolders = ({paths, kind, rank: place}: Folders, names: readonly string[]): readonly VarLayer[] =>
    // A later inventory wins, whatever the depth of its group.
    paths.flatMap((path) =>
      names.flatMap((name) => {
        const key = `${place} ${path} ${name}`;
        const layers = known.get(key) ?? readFolder(join(path, kind), name, {...places, rank: place});
        if (kind === 'group_vars') known.set(key, layers);
        return layers;
      }),
    );
  const {inventoryFolders, playbookFolders} = places;
  const groupLayers = (names: readonly string[]): readonly VarLayer[] => {
    const all = names.filter((name) => name === 'all');
    const others = names.filter((name) => name !== 'all');
    return [
      ...names.flatMap((name) => draft.groups.get(name)?.layers ?? []),
      ...inFolders({paths: inventoryFolders, kind: 'group_vars', rank: rank.inventoryGroupVarsAll}, all),
      ...inFolders({paths: playbookFolders, kind: 'group_vars', rank: rank.playbookGroupVarsAll}, all),
      ...inFolders({paths: inventoryFolders, kind: 'group_vars', rank: rank.inventoryGroupVars}, others),
      ...inFolders({paths: playbookFolders, kind: 'group_vars', rank: rank.playbookGroupVars}, others),
    ];
  };
  const hostLayers = (name: string, own: readonly VarLayer[]): readonly VarLayer[] => [
    ...own,
    ...inFolders({paths: inventoryFolders, kind: 'host_vars', rank: rank.inventoryHostVars}, [name]),
    ...inFolders({paths: playbookFolders, kind: 'host_vars', rank: rank.playbookHostVars}, [name]),
  ];
  return {
    group: (name) => withEntries(groupLayers([name])),
    host: (name, groups, own) => withEntries([...groupLayers(groups), ...hostLayers(name, own)]),
  };
}

function readFolder(folder: string, name: string, options: VarsPlaces & {readonly rank: number}): readonly VarLayer[] {
  const layers = varsFolderLayers(folder, name, options);
  for (const layer of layers) {
    const priority = layer.entries.get('ansible_group_priority');
    if (priority)
      options.report.warning(
        priority.at,
        '"ansible_group_priority" does nothing here: it orders the files that it stands in',
        'write it below "vars" of the group in the inventory',
      );
  }
  return layers;
}

function withEntries(layers: readonly VarLayer[]): readonly VarLayer[] {
  return layers.filter((layer) => layer.entries.size > 0);
}
