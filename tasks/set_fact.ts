import type {Change, TaskModule} from '../engine/task.js';

export type SetFactArgs = Readonly<Record<string, unknown>>;

export const setFact: TaskModule<SetFactArgs, object, Change> = {
  name: 'set_fact',
  reads: () => ({}),
  plan: () => undefined,
  apply: () => Promise.reject(new Error('Internal error: a variable changes nothing on a machine')),
  output: (args) => args,
  setsVariables: true,
};
