import {runOptions, type RunFlags} from '../flags.js';
import {append, natural, positive} from '../option-values.js';
import {addInventoryFlag, addVaultFlags} from '../project-flags.js';
import {addLoginFlags, addShowFlags} from '../run-flags.js';
import type {AddCommand} from './command.js';

type AdhocFlags = RunFlags & {
  readonly moduleName: string;
  readonly args?: string;
  readonly background?: number;
  readonly poll?: number;
  readonly oneLine?: boolean;
};

/** `adhoc`: one task, without a playbook. */
export const addAdhoc: AddCommand = (program, found) => {
  const adhoc = program
    .command('adhoc')
    .summary('run one task on hosts')
    .argument('<pattern>', 'hosts')
    .option('-m, --module-name <module>', 'the kind of task', 'command')
    .option('-a, --args <arguments>', "its arguments: '{name: value}', JSON, or the words of a command")
    .option('-B, --background <seconds>', 'let it go on by itself, at most so long', positive)
    .option('-P, --poll <seconds>', 'with -B: look at it so often; 0: do not wait for it (15)', natural)
    .option('-o, --one-line', 'tell each host in one line')
    .option('-C, --check', 'change nothing, tell what would change')
    .option('-D, --diff', 'show each change as a diff')
    .optionsGroup('Where and on what:');
  addInventoryFlag(adhoc)
    .option('-l, --limit <pattern>', 'only these hosts')
    .option('-e, --extra-vars <vars>', 'name=value, JSON, YAML or @file; may be given more than once', append);
  addVaultFlags(adhoc);
  addLoginFlags(adhoc);
  addShowFlags(adhoc).action((pattern: string, flags: AdhocFlags) => {
    const {moduleName: module, args, background, poll, oneLine = false} = flags;
    found({command: 'adhoc', options: runOptions([], flags), pattern, module, args, background, poll, oneLine});
  });
};
