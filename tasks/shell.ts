import type {TaskModule} from '../engine/task.js';
import {runBy} from './command/by-input.js';
import {
  applyRun,
  planRun,
  runReads,
  settledValues,
  type RunArgs,
  type RunChange,
  type RunFacts,
} from './command/plan.js';

export interface ShellArgs extends RunArgs {
  readonly cmd: string;
  readonly executable?: string;
}

export const shell: TaskModule<ShellArgs, RunFacts, RunChange> = {
  name: 'shell',
  reads: runReads,
  plan(args, facts) {
    // Where nothing stands before it, it is run by a fresh /bin/sh as it is.
    const script =
      args.executable === undefined && args.chdir === undefined
        ? args.cmd
        : runBy(args.executable ?? '/bin/sh', args.cmd);
    return planRun(args, facts, {script, line: args.cmd.trim().split('\n')[0] ?? ''});
  },
  apply: applyRun,
  output: (_, facts) => settledValues(facts),
};
