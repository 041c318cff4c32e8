import {outputsOf, type ShowFlags} from '../flags.js';
import {addShowFlags} from '../run-flags.js';
import type {AddCommand} from './command.js';

/** `apply`: does what a plan holds. */
export const addApply: AddCommand = (program, found) => {
  const apply = program
    .command('apply')
    .summary('do exactly what a plan holds')
    .description(
      'Does exactly what "PLAYBOOK … --plan FILE" wrote down. Where a host is not as it was then, it is refused from there, and the others go on.',
    )
    .argument('<file>', 'the plan')
    .option('--allow-deferred', 'plan what could not be planned before, when it is its turn')
    .option('-D, --diff', 'show each change as a diff');
  addShowFlags(apply).action((file: string, flags: ShowFlags & {allowDeferred?: true; diff?: true}) => {
    found({
      command: 'apply',
      file,
      allowDeferred: flags.allowDeferred === true,
      diff: flags.diff === true,
      forks: flags.forks,
      verbosity: flags.verbose,
      outputs: outputsOf(flags),
      ...(flags.profile === undefined ? {} : {profile: flags.profile}),
    });
  });
};
