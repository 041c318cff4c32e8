import {appendOutput, natural, positive} from './option-values.js';
import {Option, type Command} from './parser.js';
import {told} from './project-flags.js';

/** Adds the options that say how hosts are reached. */
export function addLoginFlags(command: Command): Command {
  return command
    .optionsGroup('How to reach the hosts, where the inventory does not say:')
    .option('-u, --user <user>', 'log in as this user')
    .option('--private-key <file>', 'log in with this key')
    .option('-c, --connection <kind>', 'ssh or local')
    .option('-T, --timeout <seconds>', 'time to connect in', told(positive))
    .option('-k, --ask-pass', 'ask for the login password')
    .option('-b, --become', 'run tasks as another user')
    .option('--become-user <user>', 'that user (default: root)')
    .option('-K, --ask-become-pass', 'ask for the password of sudo')
    .option('--connection-password-file <file>', 'file or program that gives the login password; - is standard input')
    .option('--become-password-file <file>', 'file or program that gives the password of sudo; - is standard input');
}

/** Adds the options that say how fast a run goes and what it shows. */
export function addShowFlags(command: Command): Command {
  command
    .optionsGroup('How to run and what to show:')
    .option('-f, --forks <number>', 'hosts at work at once (default: all)', told(positive))
    .option('--profile <file>', 'tell where the time went, and write it as a Chrome trace')
    .addOption(
      new Option('--seed <number>', 'order of hosts that are ready at once, for tests')
        .argParser(told(natural))
        .hideHelp(),
    );
  return addOutputFlags(command);
}

/** Adds the options that say what is shown and how. */
export function addOutputFlags(command: Command): Command {
  return command
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
    );
}
