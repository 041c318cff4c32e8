import type {Change, Evaluated, TaskModule} from '../engine/task.js';

export interface DebugArgs {
  readonly msg?: unknown;
  readonly var?: Evaluated;
}

export const debug: TaskModule<DebugArgs, object, Change> = {
  name: 'debug',
  reads: () => ({}),
  plan: () => undefined,
  apply: () => Promise.reject(new Error('Internal error: a message changes nothing')),
  output: (args) =>
    args.var === undefined ? {msg: args.msg ?? 'Hello world!'} : {msg: {[args.var.text]: args.var.value}},
};
