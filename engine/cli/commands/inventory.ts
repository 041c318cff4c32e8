import type {VaultFlags} from '../../vault/identity.js';
import {vaultFlags} from '../flags.js';
import type {InventoryForm} from '../invocation.js';
import type {Command} from '../parser.js';
import {addInventoryFlag, addVaultFlags} from '../project-flags.js';
import type {AddCommand} from './command.js';

interface InventoryFlags extends VaultFlags {
  inventory?: readonly string[];
  playbookDir?: string;
  showSecrets?: true;
  list?: true;
  host?: string;
  graph?: true;
  vars?: true;
  yaml?: true;
  export?: true;
}

/** `inventory`: hosts, groups and variables in the forms of `ansible-inventory`. */
export const addInventory: AddCommand = (program, found) => {
  const inventory: Command = program
    .command('inventory')
    .summary('print hosts, groups and variables')
    .description(
      'Prints the inventory in the forms of ansible-inventory. "u7s-play vars HOST" tells where a value comes from.',
    )
    .argument('[group]', 'with --graph: only this group')
    .usage('[options] --list|--host NAME|--graph [GROUP]');
  addVaultFlags(addInventoryFlag(inventory))
    .optionsGroup('What to print:')
    .option('--list', 'everything, as JSON')
    .option('--host <name>', 'variables of a host, as JSON')
    .option('--graph', 'the groups as a tree')
    .option('--vars', 'with --graph: with variables')
    .option('-y, --yaml', 'YAML instead of JSON')
    .option('--export', 'with --list: groups keep their variables, so that it can be read again')
    .option('--playbook-dir <folder>', 'with the group_vars and host_vars of this folder')
    .option('--show-secrets', 'with the values of what is encrypted')
    .action((group: string | undefined, flags: InventoryFlags) => {
      const form = formOf(group, flags);
      if (form === undefined) inventory.error('error: one of --list, --host NAME and --graph is needed');
      if (group !== undefined && form.kind !== 'graph')
        inventory.error(`error: "${group}" names a group, which only --graph can show alone`);
      found({
        command: 'inventory',
        inventories: flags.inventory ?? [],
        vault: vaultFlags(flags),
        playbookFolder: flags.playbookDir,
        showSecrets: flags.showSecrets === true,
        form,
      });
    });
};

function formOf(group: string | undefined, flags: InventoryFlags): InventoryForm | undefined {
  const yaml = flags.yaml === true;
  if (flags.host !== undefined) return {kind: 'host', name: flags.host, yaml};
  if (flags.graph) return {kind: 'graph', group: group ?? 'all', vars: flags.vars === true};
  return flags.list ? {kind: 'list', yaml, exported: flags.export === true} : undefined;
}
