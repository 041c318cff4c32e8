import {Command, CommanderError, InvalidArgumentError, Option} from 'commander';
import type {GraphFormat, Invocation} from './invocation.js';
import {append, appendList, appendOutput, BadWord, natural, positive} from './option-values.js';
import {projectOptions, runInvocation, type ProjectFlags, type RunFlags} from './flags.js';

/** What the parser writes by itself (help, version, complaints), and the version. */
export interface Surroundings {
  readonly version: string;
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

/** Ansible's second names of options. */
const aliases: Readonly<Record<string, string>> = {
  '--inventory-file': '--inventory',
  '--key-file': '--private-key',
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
  addProject(program);
  program
    .optionsGroup('What to do:')
    .option('-C, --check', 'change nothing, tell what would change')
    .option('-D, --diff', 'show each change as a diff')
    .option('--strict', 'with --check: exit 3 when anything would change or is deferred')
    .option('--list-hosts', 'only list the hosts of each play')
    .option('--list-tasks', 'only list the tasks of each play')
    .option('--list-tags', 'only list the tags of each play')
    .option('--syntax-check', 'only check the files')
    .optionsGroup('How to reach the hosts, where the inventory does not say:')
    .option('-u, --user <user>', 'log in as this user')
    .option('--private-key <file>', 'log in with this key')
    .option('-c, --connection <kind>', 'ssh or local')
    .option('-T, --timeout <seconds>', 'time to connect in', told(positive))
    .option('-k, --ask-pass', 'ask for the login password')
    .option('-b, --become', 'run tasks as another user')
    .option('--become-user <user>', 'that user (default: root)')
    .option('-K, --ask-become-pass', 'ask for the password of sudo')
    .optionsGroup('How to run and what to show:')
    .option('-f, --forks <number>', 'hosts at work at once (default: all)', told(positive))
    .option(
      '-v, --verbose',
      'show values; -vv also times and places, -vvv also connections',
      (_: unknown, count: number) => count + 1,
      0,
    )
    .option(
      '--output <form>',
      'human, plain, json or junit, or FORM:FILE; may be given more than once',
      told(appendOutput),
    )
    .addOption(
      new Option('--seed <number>', 'order of hosts that are ready at once, for tests')
        .argParser(told(natural))
        .hideHelp(),
    )
    .addOption(
      new Option('--force-handlers', 'accepted: handlers that a failure leaves over run in the next run').hideHelp(),
    )
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
  describeCommands(program, found);
  return program;
}

function describeCommands(program: Command, found: (invocation: Invocation) => void): void {
  program.commandsGroup('Other commands:');
  const graph = program
    .command('graph')
    .summary('print the graph of a run')
    .description('Prints what would run in which order, before anything is connected to.');
  addProject(graph.argument('[playbooks...]').usage('[options] PLAYBOOK...'))
    .optionsGroup('What to show:')
    .addOption(
      new Option('--format <format>', 'form of the picture')
        .choices(['text', 'mermaid', 'dot', 'json'])
        .default('text'),
    )
    .option('--tasks', 'each task by itself, not the roles in one')
    .option('--times <journal>', 'with the times measured in a run: the file of its journal, or "last"')
    .action((playbooks: string[], flags: ProjectFlags & {format: GraphFormat; tasks?: true; times?: string}) => {
      const options = projectOptions(requirePlaybooks(playbooks, graph), flags);
      found({command: 'graph', options, format: flags.format, tasks: flags.tasks === true, times: flags.times});
    });
  program
    .command('doc')
    .summary('print what a module or role is for, and its arguments')
    .argument('[names...]', 'modules or roles; none: a list of all')
    .option('--write', 'write tasks/README.md and playbooks/roles/README.md')
    .action((names: string[], flags: {write?: true}) => {
      found({command: 'doc', names, write: flags.write === true});
    });
  const inventory = program
    .command('inventory')
    .summary('print hosts, groups and variables')
    .option(
      '-i, --inventory <source>',
      'file, folder, or list of hosts ending with a comma; may be given more than once',
      append,
    )
    .option('--list', 'everything, as JSON')
    .option('--host <name>', 'variables of a host, as JSON')
    .option('--origins', 'with --host: where each variable is set, and what it hides')
    .option('--graph', 'the groups as a tree')
    .action((flags: {inventory?: readonly string[]; list?: true; host?: string; graph?: true; origins?: true}) => {
      const inventories = flags.inventory ?? [];
      if (flags.host !== undefined)
        found({command: 'inventory', inventories, form: {host: flags.host, origins: flags.origins === true}});
      else if (flags.graph) found({command: 'inventory', inventories, form: {graph: true}});
      else if (flags.list) found({command: 'inventory', inventories, form: {list: true}});
      else inventory.error('error: one of --list, --host NAME and --graph is needed');
    });
}

function addProject(command: Command): Command {
  return command
    .optionsGroup('Where and on what:')
    .option(
      '-i, --inventory <source>',
      'file, folder, or list of hosts ending with a comma; may be given more than once',
      append,
    )
    .option('-l, --limit <pattern>', 'only these hosts')
    .option('-e, --extra-vars <vars>', 'name=value, JSON, YAML or @file; may be given more than once', append)
    .option('-t, --tags <tags>', 'only tasks with one of these tags', appendList)
    .option('--skip-tags <tags>', 'no task with one of these tags', appendList)
    .option('--start-at-task <name>', 'begin with this task');
}

const examples = `
Examples:
  u7s-play site.yml -i hosts.yml --check --diff    what would change, exactly
  u7s-play site.yml -i hosts.yml                   make it so
  u7s-play site.yml -i hosts.yml -l w1 -t haproxy  on one host, some tasks
  u7s-play graph site.yml -i hosts.yml             what waits for what
  u7s-play doc file                                a module's arguments

Exit codes: 0 all well, 1 bad input, 2 a host failed, 3 --check --strict found changes,
4 a host was unreachable, 99 interrupted, 250 a bug`;

function requirePlaybooks(playbooks: readonly string[], command: Command): readonly string[] {
  if (playbooks.length === 0)
    command.error(
      `error: no playbook given; see u7s-play ${command.name() === 'u7s-play' ? '' : `${command.name()} `}--help`,
    );
  return playbooks;
}

/** Lets the parser tell of a bad word in its own way. */
function told<T>(read: (word: string, before?: T) => T): (word: string, before: T | undefined) => T {
  return (word, before) => {
    try {
      return read(word, before);
    } catch (error) {
      throw error instanceof BadWord ? new InvalidArgumentError(error.message) : error;
    }
  };
}
