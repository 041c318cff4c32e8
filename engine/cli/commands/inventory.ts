import {vaultFlags} from '../flags.js';
import type {VaultFlags} from '../../vault/identity.js';
import {addInventoryFlag, addVaultFlags} from '../project-flags.js';
import type {AddCommand} from './command.js';

/** `inventory`: hosts, groups and variables in the forms of `ansible-inventory`. */
export const addInventory: AddCommand = (program, found) => {
  const inventory = program.command('inventory').summary('print hosts, groups and variables');
  addVaultFlags(addInventoryFlag(inventory))
    .option('--list', 'everything, as JSON')
    .option('--host <name>', 'variables of a host, as JSON')
    .option('--origins', 'with --host: where each variable is set, and what it hides')
    .option('--graph', 'the groups as a tree')
    .action(
      (
        flags: VaultFlags & {inventory?: readonly string[]; list?: true; host?: string; graph?: true; origins?: true},
      ) => {
        const inventories = flags.inventory ?? [];
        const vault = vaultFlags(flags);
        if (flags.host !== undefined)
          found({command: 'inventory', inventories, vault, form: {host: flags.host, origins: flags.origins === true}});
        else if (flags.graph) found({command: 'inventory', inventories, vault, form: {graph: true}});
        else if (flags.list) found({command: 'inventory', inventories, vault, form: {list: true}});
        else inventory.error('error: one of --list, --host NAME and --graph is needed');
      },
    );
};
