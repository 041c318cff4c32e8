import {addRolesFlag} from '../project-flags.js';
import type {AddCommand} from './command.js';

/** `doc`: pages made from the schemas. */
export const addDoc: AddCommand = (program, found) => {
  const doc = program
    .command('doc')
    .summary('print what a module or role is for, and its arguments')
    .argument('[names...]', 'modules or roles; none: a list of all')
    .option('--write', 'write tasks/README.md and playbooks/roles/README.md')
    .action((names: string[], flags: {write?: true; rolesPath?: readonly string[]}) => {
      found({command: 'doc', names, write: flags.write === true, rolesPath: flags.rolesPath ?? []});
    });
  addRolesFlag(doc);
};
