import {runOptions, type RunFlags} from '../flags.js';
import {append} from '../option-values.js';
import {addInventoryFlag, addVaultFlags} from '../project-flags.js';
import {addLoginFlags, addShowFlags} from '../run-flags.js';
import type {AddCommand} from './command.js';

/** `adhoc`: one task, without a playbook. */
export const addAdhoc: AddCommand = (program, found) => {
  const adhoc = program
    .command('adhoc')
    .summary('run one task on hosts')
    .argument('<pattern>', 'hosts')
    .option('-m, --module-name <module>', 'the kind of task', 'command')
    .option('-a, --args <arguments>', "its arguments: '{name: value}', JSON, or the words of a command")
    .option('-C, --check', 'change nothing, tell what would change')
    .option('-D, --diff', 'show each change as a diff')
    .optionsGroup('Where and on what:');
  addInventoryFlag(adhoc)
    .option('-l, --limit <pattern>', 'only these hosts')
    .option('-e, --extra-vars <vars>', 'name=value, JSON, YAML or @file; may be given more than once', append);
  addVaultFlags(adhoc);
  addLoginFlags(adhoc);
  addShowFlags(adhoc).action((pattern: string, flags: RunFlags & {moduleName: string; args?: string}) => {
    found({command: 'adhoc', options: runOptions([], flags), pattern, module: flags.moduleName, args: flags.args});
  });
};
