import {sh} from '../engine/host.js';
import {refuse, type TaskModule} from '../engine/task.js';
import {
  applyRun,
  planRun,
  runReads,
  settledValues,
  type RunArgs,
  type RunChange,
  type RunFacts,
} from './command/plan.js';
import {words} from './command/words.js';

export interface CommandArgs extends RunArgs {
  readonly cmd?: string;
  readonly argv?: readonly string[];
}

export const command: TaskModule<CommandArgs, RunFacts, RunChange> = {
  name: 'command',
  reads: runReads,
  plan(args, facts) {
    if ((args.cmd === undefined) === (args.argv === undefined)) refuse("command needs one of 'cmd' and 'argv'");
    const argv = args.argv ?? words(args.cmd ?? '');
    if (argv.length === 0) refuse('the command is empty');
    return planRun(args, facts, {script: sh`${argv}`, line: args.cmd ?? argv.join(' ')});
  },
  apply: applyRun,
  output: (_, facts) => settledValues(facts),
};
