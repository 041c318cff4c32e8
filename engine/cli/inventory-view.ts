import {BadInput} from '../diagnostic.js';
import {didYouMean} from '../language/near.js';
import {plainOf} from '../load/plain.js';
import type {Inventory, InventoryHost} from '../load/project.js';
import type {Invocation} from './invocation.js';

type Form = Extract<Invocation, {command: 'inventory'}>['form'];

/** The inventory in the forms of `ansible-inventory`: `--list` and `--host` as JSON, `--graph` as a tree. Templates are shown as they are written. */
export function inventoryText(inventory: Inventory, form: Form): string {
  if ('host' in form) {
    const host = hostOf(inventory, form.host);
    return form.origins ? originsOf(host) : json(variablesOf(host));
  }
  return 'list' in form ? json(listOf(inventory)) : treeOf(inventory);
}

function hostOf(inventory: Inventory, name: string): InventoryHost {
  const host = inventory.hosts.get(name);
  if (host !== undefined) return host;
  const hint = didYouMean(name, inventory.hosts.keys());
  throw new BadInput([
    {
      severity: 'error',
      at: undefined,
      message: `there is no host "${name}" in the inventory`,
      ...(hint === undefined ? {} : {hint}),
    },
  ]);
}

/** Layers are sorted lowest first: the last one that has a name wins. */
function variablesOf(host: InventoryHost): Readonly<Record<string, unknown>> {
  const entries = host.layers.flatMap((layer) =>
    [...layer.entries].map(([name, term]): [string, unknown] => [name, plainOf(term, {sources: true, sealed: true})]),
  );
  return Object.fromEntries(entries);
}

/** Each variable with the place that sets it; indented below it the values that it hides, the nearest one first. */
function originsOf(host: InventoryHost): string {
  const names = [...new Set(host.layers.flatMap(({entries}) => [...entries.keys()]))].sort();
  return names
    .flatMap((name) =>
      host.layers
        .toReversed()
        .flatMap(({entries, origin}) => {
          const term = entries.get(name);
          return term === undefined
            ? []
            : [{value: JSON.stringify(plainOf(term, {sources: true, sealed: true})), origin}];
        })
        .map(({value, origin}, index) => `${index === 0 ? name : '    hides'}: ${value}  (${origin})\n`),
    )
    .join('');
}

function listOf(inventory: Inventory): unknown {
  const names = inventory.groups.get('all') ?? [];
  const hostvars = names.flatMap((name) => {
    const host = inventory.hosts.get(name);
    return host === undefined ? [] : [[name, variablesOf(host)] as const];
  });
  const groups = groupsOf(inventory).map(([name, hosts]) => [name, {hosts}] as const);
  return {
    _meta: {hostvars: Object.fromEntries(hostvars)},
    all: {children: groups.map(([name]) => name)},
    ...Object.fromEntries(groups),
  };
}

function treeOf(inventory: Inventory): string {
  const lines = groupsOf(inventory).flatMap(([name, hosts]) => [
    `  |--@${name}:`,
    ...hosts.map((host) => `  |  |--${host}`),
  ]);
  return `@all:\n${lines.map((line) => `${line}\n`).join('')}`;
}

function groupsOf(inventory: Inventory): readonly (readonly [string, readonly string[]])[] {
  return [...inventory.groups].filter(([name, hosts]) => name !== 'all' && (name !== 'ungrouped' || hosts.length > 0));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 4)}\n`;
}
