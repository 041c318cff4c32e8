import {join} from 'node:path';
import {packageRoot} from '../../root.js';
import {runOptions, type RunFlags} from '../flags.js';
import {addProjectFlags} from '../project-flags.js';
import {addLoginFlags, addShowFlags} from '../run-flags.js';
import type {AddCommand} from './command.js';

/** `verify`: whether everything is as it shall be, row by row. */
export const addVerify: AddCommand = (program, found) => {
  const verify = program
    .command('verify')
    .summary('tell whether everything is as it shall be')
    .description(
      'Looks, and changes nothing: a check whose outcomes are told by the tags of the tasks, a row each. The rows, with what they are about, are declared in NAME.rows.yml beside the playbook NAME.yml; without that file each tag is a row. Without a playbook: playbooks/verify.yml of u7s-play.',
    )
    .argument('[playbooks...]', 'files of plays that state what shall be')
    .usage('[options] [PLAYBOOK...]')
    .addHelpText(
      'after',
      `
A row is "ok", "failed" (something would change, fails or cannot be told), or "not here" with the reason.
--output json prints all of it as JSON. Exit codes: 0 no row failed, 2 a row failed, 4 a host was unreachable.`,
    );
  addProjectFlags(verify);
  addLoginFlags(verify);
  addShowFlags(verify).action((playbooks: string[], flags: RunFlags) => {
    const files = playbooks.length === 0 ? [join(packageRoot, 'playbooks/verify.yml')] : playbooks;
    const own = flags.output ?? [];
    const outputs = own.some(({file, format}) => file === undefined && format === 'json') ? own : [{format: 'human'} as const, ...own]; // prettier-ignore
    found({command: 'verify', options: {...runOptions(files, flags), check: true, outputs}});
  });
};
