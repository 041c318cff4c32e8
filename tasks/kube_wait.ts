import {ask, type Change, type TaskModule} from '../engine/task.js';
import {
  describe,
  kubeStatusFact,
  test,
  type ClusterStatus,
  type Condition,
  type StatusKey,
} from './facts/kube_status.js';
import {ifAnswering, knock} from './kube/answer.js';

export interface KubeWaitArgs {
  readonly api?: boolean;
  readonly existing: boolean;
  readonly nodes?: readonly string[];
  readonly rollout?: readonly {readonly resource: string; readonly namespace: string}[];
  readonly pods?: readonly string[];
  readonly endpoints?: readonly {
    readonly service: string;
    readonly namespace: string;
    readonly addresses: readonly string[];
  }[];
  readonly kubeconfig: string;
  readonly timeout: number;
}

interface KubeWait extends Change {
  readonly keys: readonly StatusKey[];
  readonly timeout: number;
}

export const kubeWait: TaskModule<KubeWaitArgs, {readonly conditions: readonly ClusterStatus[]}, KubeWait> = {
  name: 'kube_wait',
  changesNothing: true,
  reads: (args) => ({conditions: keysOf(args).map((key) => ask(kubeStatusFact, key))}),
  plan(args, {conditions}) {
    const keys = keysOf(args).filter((_, index) => conditions[index]?.holds !== true);
    if (keys.length === 0) return undefined;
    return {
      kind: 'wait',
      summary: `wait for ${keys.map(({condition}) => describe(condition)).join('; ')}`,
      makes: [],
      keys,
      timeout: args.timeout,
    };
  },
  async apply(host, change) {
    const ends = Date.now() + change.timeout * 1000;
    for (const key of change.keys) {
      await host.until(
        `( ${knock(key.kubeconfig)}\n${key.condition.type === 'api' ? test(key) : ifAnswering(test(key))}\n) >&2`,
        {
          timeout: Math.max(1, (ends - Date.now()) / 1000),
          what: describe(key.condition),
        },
      );
    }
  },
};

function keysOf(args: KubeWaitArgs): readonly StatusKey[] {
  const conditions: readonly Condition[] = [
    ...(args.api === true ? [{type: 'api', existing: args.existing} as const] : []),
    ...(args.nodes === undefined ? [] : [{type: 'nodes', names: args.nodes} as const]),
    ...(args.rollout ?? []).map((each) => ({type: 'rollout', ...each}) as const),
    ...(args.pods === undefined ? [] : [{type: 'pods', namespaces: args.pods} as const]),
    ...(args.endpoints ?? []).map((each) => ({type: 'endpoints', ...each}) as const),
  ];
  return conditions.map((condition) => ({kubeconfig: args.kubeconfig, condition}));
}
