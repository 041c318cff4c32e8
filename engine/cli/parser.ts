/** What the command line is parsed with. */
export {Command, CommanderError, InvalidArgumentError, Option} from 'commander';
