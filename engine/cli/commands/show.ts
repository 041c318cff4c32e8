import {outputsOf, type ShowFlags} from '../flags.js';
import {addInventoryFlag} from '../project-flags.js';
import {addOutputFlags} from '../run-flags.js';
import type {AddCommand} from './command.js';

interface Flags extends ShowFlags {
  inventory?: readonly string[];
  diff?: true;
  failed?: true;
  host?: string;
}

/** `show`: a run once more. */
export const addShow: AddCommand = (program, found) => {
  const show = program
    .command('show')
    .summary('show a run again')
    .argument('<run>', 'its name as "runs" lists it, the beginning of it, or "last"');
  addOutputFlags(
    addInventoryFlag(show)
      .option('-D, --diff', 'with diffs; those of texts are kept where the run was made with --diff')
      .option('--failed', 'only what failed, was unreachable or was blocked')
      .option('--host <name>', 'only this host'),
  ).action((run: string, flags: Flags) => {
    found({
      command: 'show',
      run,
      inventories: flags.inventory ?? [],
      diff: flags.diff === true,
      failed: flags.failed === true,
      host: flags.host,
      verbosity: flags.verbose,
      outputs: outputsOf(flags),
    });
  });
};
