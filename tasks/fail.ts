import {refuse, type Change, type TaskModule} from '../engine/task.js';

export interface FailArgs {
  readonly msg: string;
}

export const fail: TaskModule<FailArgs, object, Change> = {
  name: 'fail',
  reads: () => ({}),
  plan: (args) => refuse(args.msg),
  apply: () => Promise.reject(new Error('Internal error: nothing is done after a failure')),
};
