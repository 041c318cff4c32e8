import {ask, refuse, type Change, type TaskModule} from '../engine/task.js';
import {checkFact, type CheckState} from './facts/check.js';

export interface PingArgs {
  readonly data: string;
}

export const ping: TaskModule<PingArgs, {readonly answer: CheckState}, Change> = {
  name: 'ping',
  changesNothing: true,
  reads: () => ({answer: ask(checkFact, {script: ':'})}),
  plan(_, {answer}) {
    if (answer.code !== 0) refuse(`/bin/sh does not work here: it exited with ${answer.code}`);
    return undefined;
  },
  apply: () => Promise.reject(new Error('Internal error: asking for an answer changes nothing')),
  output: ({data}) => ({ping: data}),
};
