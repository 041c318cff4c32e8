import {badInput} from '../diagnostic.js';
import {didYouMean} from '../language/near.js';
import {yamlText} from '../language/yaml-text.js';
import {asWritten} from '../load/as-written.js';
import {rank, type Inventory, type InventoryGroup, type InventoryHost, type VarLayer} from '../load/project.js';
import {drawGroup} from './inventory-graph.js';
import type {InventoryForm} from './invocation.js';

type Values = Readonly<Record<string, unknown>>;

/** The inventory in the forms of `ansible-inventory`: `--list` and `--host` as JSON or YAML, `--graph` as a tree. Templates are shown as they are written. */
export function inventoryText(inventory: Inventory, form: InventoryForm): string {
  switch (form.kind) {
    case 'host':
      return dataText(valuesOf(known(inventory.hosts, form.name, 'host').layers), form);
    case 'graph':
      return drawGroup(known(inventory.tree, form.group, 'group'), {
        tree: inventory.tree,
        variables: form.vars ? {host: (name) => hostValues(inventory, name), group: groupValues} : undefined,
      });
    case 'list': {
      const written = {inventory, exported: form.exported};
      return dataText(form.yaml ? nestedGroups(written) : listedGroups(written), form);
    }
  }
}

function known<T>(all: ReadonlyMap<string, T>, name: string, what: 'host' | 'group'): T {
  const found = all.get(name);
  if (found !== undefined) return found;
  throw badInput(`there is no ${what} "${name}" in the inventory`, didYouMean(name, all.keys()));
}

/** What layers give together: they are sorted lowest first, the last one that has a name wins. */
function valuesOf(layers: readonly VarLayer[]): Values {
  return Object.fromEntries(
    layers.flatMap((layer) => [...layer.entries].map(([name, term]): [string, unknown] => [name, asWritten(term)])),
  );
}

function hostValues(inventory: Inventory, name: string): Values {
  return valuesOf(inventory.hosts.get(name)?.layers ?? []);
}

function groupValues({layers, priority}: InventoryGroup): Values {
  return {...valuesOf(layers), ...(priority === 1 ? {} : {ansible_group_priority: priority})};
}

/** What a host has of its own, its groups left aside. */
function ownValues({layers}: InventoryHost): Values {
  return valuesOf(layers.filter((layer) => layer.rank >= rank.inventoryHost && layer.rank <= rank.playbookHostVars));
}

interface Written {
  readonly inventory: Inventory;
  /** Groups keep their variables, hosts have only their own: it can be read again. */
  readonly exported: boolean;
}

function variablesOfHost({inventory, exported}: Written, name: string): Values {
  const host = inventory.hosts.get(name);
  return host === undefined ? {} : exported ? ownValues(host) : valuesOf(host.layers);
}

/** One member for each group, as an executable inventory prints it. */
function listedGroups(written: Written): Values {
  const {tree, groups} = written.inventory;
  const hostvars = (groups.get('all') ?? []).map((name) => [name, variablesOfHost(written, name)] as const);
  const listed = [...tree.values()].map((group) => [
    group.name,
    filled({
      children: group.children,
      hosts: group.name === 'all' ? [] : group.hosts,
      vars: written.exported ? groupValues(group) : {},
    }),
  ]);
  return {
    ...filled(Object.fromEntries(listed) as Values),
    _meta: {hostvars: filled(Object.fromEntries(hostvars))},
  };
}

/** Groups inside of each other, as an inventory is written; what comes again is empty. */
function nestedGroups(written: Written): Values {
  const {tree} = written.inventory;
  const seen = {groups: new Set<string>(), hosts: new Set<string>()};
  const bodyOf = (group: InventoryGroup): Values => {
    const children: [string, Values][] = [];
    for (const name of group.children) {
      const child = tree.get(name);
      const isNew = !seen.groups.has(name);
      seen.groups.add(name);
      const body = child && isNew ? bodyOf(child) : {};
      if (!isNew || Object.keys(body).length > 0) children.push([name, body]);
    }
    const hosts = (group.name === 'all' ? [] : group.hosts).map((name): [string, Values] => {
      const isNew = !seen.hosts.has(name);
      seen.hosts.add(name);
      return [name, isNew ? variablesOfHost(written, name) : {}];
    });
    return filled({
      children: Object.fromEntries(children),
      hosts: Object.fromEntries(hosts),
      vars: written.exported ? groupValues(group) : {},
    });
  };
  const all = tree.get('all');
  return {all: all === undefined ? {} : bodyOf(all)};
}

/** Without the members that are empty. */
function filled(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => typeof value !== 'object' || value === null || hasMembers(value)),
  );
}

function hasMembers(value: object): boolean {
  return Object.keys(value).length > 0;
}

function dataText(value: unknown, {yaml}: {readonly yaml: boolean}): string {
  const ordered = sorted(value);
  return `${yaml ? yamlText(ordered) : JSON.stringify(ordered, undefined, 4)}\n`;
}

/** With the keys of all maps in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}
