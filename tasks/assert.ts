import {refuse, type Change, type Evaluated, type TaskModule} from '../engine/task.js';

export interface AssertArgs {
  readonly that: Evaluated | readonly Evaluated[];
  readonly fail_msg?: string;
  readonly success_msg?: string;
}

function conditions(args: AssertArgs): readonly Evaluated[] {
  return Array.isArray(args.that) ? (args.that as readonly Evaluated[]) : [args.that as Evaluated];
}

export const assert: TaskModule<AssertArgs, object, Change> = {
  name: 'assert',
  reads: () => ({}),
  plan(args) {
    for (const condition of conditions(args)) {
      if (typeof condition.value !== 'boolean') {
        refuse(`'${condition.text}' gives ${JSON.stringify(condition.value)}, and an assertion must be true or false`);
      }
    }
    const failed = conditions(args).filter((condition) => condition.value !== true);
    if (failed.length === 0) return undefined;
    const texts = failed.map((condition) => `'${condition.text}'`).join(', ');
    return args.fail_msg === undefined
      ? refuse(`does not hold: ${texts}`)
      : refuse(args.fail_msg, `does not hold: ${texts}`);
  },
  apply: () => Promise.reject(new Error('Internal error: an assertion changes nothing')),
  output: ({success_msg: msg}) => (msg === undefined ? {} : {msg}),
};
