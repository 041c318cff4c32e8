import {addInventoryFlag} from '../project-flags.js';
import type {AddCommand} from './command.js';

/** `runs`: what has been run. */
export const addRuns: AddCommand = (program, found) => {
  const runs = program
    .command('runs')
    .summary('list the runs that are kept')
    .description('Lists the runs that are kept on this controller, the newest last: of an inventory, or of all.');
  addInventoryFlag(runs)
    .option('--json', 'as JSON')
    .action((flags: {inventory?: readonly string[]; json?: true}) => {
      found({command: 'runs', inventories: flags.inventory ?? [], json: flags.json === true});
    });
};
