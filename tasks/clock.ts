import {ask, type Change, type TaskModule} from '../engine/task.js';
import {clockFact, type ClockState} from './facts/clock.js';

export const clock: TaskModule<Record<string, never>, {readonly clock: ClockState}, Change> = {
  name: 'clock',
  changesNothing: true,
  reads: () => ({clock: ask(clockFact, {})}),
  plan: () => undefined,
  apply: () => Promise.resolve(),
  output: (_, facts) => ({seconds: facts.clock.seconds}),
};
