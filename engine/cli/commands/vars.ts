import {projectOptions, type ProjectFlags} from '../flags.js';
import {append} from '../option-values.js';
import {addInventoryFlag, addVaultFlags} from '../project-flags.js';
import type {AddCommand} from './command.js';

/** `vars`: where each value of a host comes from. */
export const addVars: AddCommand = (program, found) => {
  const vars = program
    .command('vars')
    .summary('print the variables of a host, and where each is set')
    .description(
      'Prints each variable of a host with its value where it is known before a run, its place, and what it overrides. "u7s-play doc variables" has the order.',
    )
    .argument('<host>', 'a host of the inventory')
    .argument('[words...]', 'a variable, and playbooks whose plays and roles are looked at, too')
    .usage('[options] HOST [NAME] [PLAYBOOK...]');
  addVaultFlags(addInventoryFlag(vars))
    .option('-e, --extra-vars <vars>', 'name=value, JSON, YAML or @file; may be given more than once', append)
    .option('--json', 'as JSON')
    .option('--show-secrets', 'with the values of what is encrypted')
    .action((host: string, words: string[], flags: ProjectFlags & {json?: true; showSecrets?: true}) => {
      const isName = /^[A-Za-z_]\w*$/.test(words[0] ?? '');
      const playbooks = isName ? words.slice(1) : words;
      const options = projectOptions(playbooks, flags);
      const name = isName ? words[0] : undefined;
      const showSecrets = flags.showSecrets === true;
      found({command: 'vars', options, host, name, json: flags.json === true, showSecrets});
    });
};
