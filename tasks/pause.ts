import {refuse, type Change, type TaskModule} from '../engine/task.js';

export interface PauseArgs {
  readonly seconds?: number;
  readonly minutes?: number;
}

interface PauseChange extends Change {
  readonly seconds: number;
}

export const pause: TaskModule<PauseArgs, object, PauseChange> = {
  name: 'pause',
  reads: () => ({}),
  plan(args) {
    if ((args.seconds === undefined) === (args.minutes === undefined))
      refuse("pause needs one of 'seconds' and 'minutes'");
    const seconds = args.seconds ?? (args.minutes ?? 0) * 60;
    return {kind: 'wait', summary: `pause for ${seconds} s`, makes: [], seconds};
  },
  async apply(host, {seconds}) {
    await host.run(`sleep ${seconds}`, {timeout: seconds + 60, label: `pause of ${seconds} s`});
  },
};
