import {InvalidArgumentError, type Command} from './parser.js';
import {append, appendList, appendPath, BadWord} from './option-values.js';

/** Adds the options that name a project and a part of it. */
export function addProjectFlags(command: Command): Command {
  addInventoryFlag(command.optionsGroup('Where and on what:'))
    .option('-l, --limit <pattern>', 'only these hosts')
    .option('-e, --extra-vars <vars>', 'name=value, JSON, YAML or @file; may be given more than once', append)
    .option('-t, --tags <tags>', 'only tasks with one of these tags', appendList)
    .option('--skip-tags <tags>', 'no task with one of these tags', appendList)
    .option('--start-at-task <name>', 'begin with this task')
    .option('--force-handlers', 'run handlers that were notified on hosts that failed, too');
  addRolesFlag(command);
  return addVaultFlags(command);
}

/** Adds the option that says where roles lie. */
export function addRolesFlag(command: Command): Command {
  return command.option(
    '--roles-path <folders>',
    'look for roles in these folders, too; joined by ":", or given more than once (also: U7S_PLAY_ROLES_PATH)',
    appendPath,
  );
}

/** Adds the options that say where vault passwords are. */
export function addVaultFlags(command: Command): Command {
  return command
    .optionsGroup('To read what ansible-vault encrypted:')
    .option('--vault-id <id>', 'LABEL@SOURCE: a file, a program or "prompt"; may be given more than once', append)
    .option('--vault-password-file <file>', 'file or program that gives the password', append)
    .option('-J, --ask-vault-pass', 'ask for the password');
}

/** Adds the option that names inventories. */
export function addInventoryFlag(command: Command): Command {
  return command.option(
    '-i, --inventory <source>',
    'file, folder, or list of hosts ending with a comma; may be given more than once',
    append,
  );
}

/** The playbooks of the command line; without one the command ends with a complaint. */
export function requirePlaybooks(playbooks: readonly string[], command: Command): readonly string[] {
  if (playbooks.length === 0)
    command.error(
      `error: no playbook given; see u7s-play ${command.name() === 'u7s-play' ? '' : `${command.name()} `}--help`,
    );
  return playbooks;
}

/** Lets the parser tell of a bad word in its own way. */
export function told<T>(read: (word: string, before?: T) => T): (word: string, before: T | undefined) => T {
  return (word, before) => {
    try {
      return read(word, before);
    } catch (error) {
      throw error instanceof BadWord ? new InvalidArgumentError(error.message) : error;
    }
  };
}
