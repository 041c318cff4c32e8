import {sh} from '../engine/host.js';
import {ask, promise, unknown, type Change, type TaskModule} from '../engine/task.js';
import {bootstrapTokenFact, type BootstrapToken, type TokenState} from './facts/bootstrap_token.js';
import {seconds} from './kube/duration.js';

export interface KubeadmTokenArgs {
  readonly state: 'present' | 'absent';
  readonly nodes?: readonly string[];
  readonly ttl: string;
  readonly at_least: string;
  readonly description: string;
  readonly kubeconfig: string;
}

interface TokenChange extends Change {
  readonly kubeconfig: string;
  readonly create?: {readonly ttl: string; readonly description: string};
  /** Ids, which are no secrets. */
  readonly revoke: readonly string[];
}

export const kubeadmToken: TaskModule<KubeadmTokenArgs, {readonly cluster: TokenState}, TokenChange> = {
  name: 'kubeadm_token',
  reads: (args) => ({cluster: ask(bootstrapTokenFact, {kubeconfig: args.kubeconfig})}),
  plan(args, {cluster}) {
    const ours = cluster.tokens.filter(({description}) => description === args.description);
    const key = {kubeconfig: args.kubeconfig};
    const base = {kind: 'state', kubeconfig: args.kubeconfig} as const;
    if (args.state === 'absent') {
      if (ours.length === 0) return undefined;
      return {
        ...base,
        summary: `revoke ${ours.length === 1 ? 'the join token' : `${ours.length} join tokens`}`,
        makes: [promise(bootstrapTokenFact, key, {tokens: cluster.tokens.filter((token) => !ours.includes(token))})],
        revoke: ours.map(({token}) => token.slice(0, token.indexOf('.'))),
      };
    }
    if (!isWanted(args, cluster) || usable(args, ours) !== undefined) return undefined;
    const made = unknown('the token that kubeadm makes');
    const token = {token: made, description: args.description, left: seconds(args.ttl)};
    const way = cluster.cluster ? {} : {endpoint: made, caCertHash: made};
    return {
      ...base,
      summary: `make a join token for ${args.ttl}`,
      makes: [promise(bootstrapTokenFact, key, {cluster: true, tokens: [...cluster.tokens, token] as never, ...way})],
      create: {ttl: args.ttl, description: args.description},
      revoke: [],
    };
  },
  async apply(host, change) {
    if (change.create !== undefined) {
      const {ttl, description} = change.create;
      await host.run(
        sh`kubeadm token create --kubeconfig ${change.kubeconfig} --ttl ${ttl} --description ${description} >/dev/null`,
        {label: 'kubeadm token create'},
      );
    }
    if (change.revoke.length > 0)
      await host.run(sh`kubeadm token delete --kubeconfig ${change.kubeconfig} ${change.revoke}`, {
        label: 'kubeadm token delete',
      });
  },
  output(args, {cluster}) {
    const wanted = args.state === 'present' && isWanted(args, cluster);
    const ours = wanted ? cluster.tokens.filter(({description}) => description === args.description) : [];
    return {
      wanted,
      token: usable(args, ours)?.token ?? null,
      endpoint: cluster.endpoint,
      ca_cert_hash: cluster.caCertHash,
    };
  },
};

/** A token is wanted only while one of the nodes is not in the cluster: so a cluster that is complete has none. */
function isWanted({nodes}: KubeadmTokenArgs, cluster: TokenState): boolean {
  return nodes === undefined || nodes.some((node) => !cluster.nodes.includes(node));
}

function usable(args: KubeadmTokenArgs, tokens: readonly BootstrapToken[]): BootstrapToken | undefined {
  return tokens.filter(({left}) => left >= seconds(args.at_least)).sort((a, b) => b.left - a.left)[0];
}
