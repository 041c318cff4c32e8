import {Command, CommanderError} from './parser.js';
import {addAdhoc} from './commands/adhoc.js';
import {addApply} from './commands/apply.js';
import {addBundle} from './commands/bundle.js';
import type {AddCommand} from './commands/command.js';
import {addDoc} from './commands/doc.js';
import {addGraph} from './commands/graph.js';
import {addInventory} from './commands/inventory.js';
import {addVault} from './commands/vault.js';
import {addVars} from './commands/vars.js';
import {addVerify} from './commands/verify.js';
import {addRuns} from './commands/runs.js';
import {addShow} from './commands/show.js';
import {runInvocation, type RunFlags} from './flags.js';
import type {Invocation} from './invocation.js';
import {addProjectFlags, requirePlaybooks} from './project-flags.js';
import {addLoginFlags, addShowFlags} from './run-flags.js';

/** What the parser writes by itself (help, version, complaints), and the version. */
export interface Surroundings {
  readonly version: string;
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

/** The words beside a run, in the order of the help. */
const commands: readonly AddCommand[] = [
  addAdhoc,
  addApply,
  addGraph,
  addDoc,
  addInventory,
  addVars,
  addRuns,
  addShow,
  addVault,
  addBundle,
  addVerify,
];

/** Ansible's second names of options. */
const aliases: Readonly<Record<string, string>> = {
  '--inventory-file': '--inventory',
  '--key-file': '--private-key',
  '--vault-pass-file': '--vault-password-file',
  '--ask-vault-password': '--ask-vault-pass',
  '--conn-pass-file': '--connection-password-file',
  '--become-pass-file': '--become-password-file',
};

/** Reads the words after the program's name. A complaint has been written when `none` comes back with code 1. */
export function parseArguments(words: readonly string[], around: Surroundings): Invocation {
  let invocation: Invocation = {command: 'none', code: 0};
  const program = describe(around, (found) => {
    invocation = found;
  });
  try {
    program.parse(
      words.map((word) => aliases[word] ?? word),
      {from: 'user'},
    );
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return {command: 'none', code: error.exitCode === 0 ? 0 : 1};
  }
  return invocation;
}

function describe(around: Surroundings, found: (invocation: Invocation) => void): Command {
  const program = new Command('u7s-play')
    .description('Runs playbooks on machines over SSH. `--check` tells exactly what a run would change.')
    .version(around.version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({writeOut: around.out, writeErr: around.error})
    .configureHelp({showGlobalOptions: false})
    .argument('[playbooks...]', 'files of plays, run in this order')
    .usage('[options] PLAYBOOK...');
  addProjectFlags(program);
  program
    .optionsGroup('What to do:')
    .option('-C, --check', 'change nothing, tell what would change')
    .option('-D, --diff', 'show each change as a diff')
    .option('--strict', 'with --check: exit 3 when anything would change or is deferred')
    .option('--plan <file>', 'check, and write what would be done into a file for "u7s-play apply"')
    .option('--step', 'ask before each task')
    .option('--resume <run>', 'go on with a run that did not end well: its name, or "last"')
    .option('--list-hosts', 'only list the hosts of each play')
    .option('--list-tasks', 'only list the tasks of each play')
    .option('--list-tags', 'only list the tags of each play')
    .option('--explain <task>', 'only tell why a task runs where, and with which values')
    .option('--syntax-check', 'only check the files');
  addLoginFlags(program);
  addShowFlags(program)
    .addHelpText('after', examples)
    .hook('preSubcommand', (_, command) => {
      const misplaced = program.options.find(
        (option) => program.getOptionValueSource(option.attributeName()) === 'cli',
      );
      if (misplaced !== undefined)
        program.error(`error: put ${misplaced.long ?? misplaced.flags} after the word "${command.name()}"`);
    })
    .action((playbooks: string[], flags: RunFlags) => {
      found(runInvocation(requirePlaybooks(playbooks, program), flags));
    });
  program.commandsGroup('Other commands:');
  for (const add of commands) add(program, found);
  return program;
}

const examples = `
Examples:
  u7s-play site.yml -i hosts.yml --check --diff    what would change, exactly
  u7s-play site.yml -i hosts.yml                   make it so
  u7s-play site.yml -i hosts.yml -l w1 -t haproxy  on one host, some tasks
  u7s-play graph site.yml -i hosts.yml             what waits for what
  u7s-play doc file                                a module's arguments
  u7s-play adhoc w1 -i hosts.yml -a uptime         one task, here a command

Exit codes: 0 all well, 1 bad input, 2 a host failed, 3 --check --strict found changes,
4 a host was unreachable, 99 interrupted, 250 a bug`;
