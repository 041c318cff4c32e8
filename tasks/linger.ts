import {ask, promise, type Change, type TaskModule} from '../engine/task.js';
import {lingerFact, type LingerState} from './facts/linger.js';
import {lingerScript} from './user/linger.js';

export interface LingerArgs {
  readonly user: string;
  readonly state: 'present' | 'absent';
}

interface LingerChange extends Change {
  readonly script: string;
}

export const linger: TaskModule<LingerArgs, {readonly linger: LingerState}, LingerChange> = {
  name: 'linger',
  reads: (args) => ({linger: ask(lingerFact, {user: args.user})}),
  plan(args, {linger: {enabled}}) {
    const wanted = args.state === 'present';
    if (enabled === wanted) return undefined;
    return {
      kind: 'state',
      summary: wanted ? `let the services of ${args.user} run without a login` : `end lingering of ${args.user}`,
      makes: [promise(lingerFact, {user: args.user}, {enabled: wanted})],
      script: lingerScript(args.user, wanted),
    };
  },
  async apply(host, change) {
    await host.run(change.script);
  },
  output: (args, {linger: {enabled}}) => ({user: args.user, enabled}),
};
