import {createHash, X509Certificate} from 'node:crypto';
import {sh} from '../../engine/host.js';
import {isUnknown, type FactKind} from '../../engine/task.js';
import {answers, ifAnswering, json, knock, kubectl, record, textOf} from '../kube/answer.js';
import {founding, mark, markOf, sameCluster, type ClusterMark} from '../kube/cluster.js';
import {kubernetes} from './kube_node.js';

export interface TokenKey {
  readonly kubeconfig: string;
}

export interface BootstrapToken {
  readonly token: string;
  readonly description: string;
  /** Seconds; negative when it is over. */
  readonly left: number;
}

export interface TokenState extends ClusterMark {
  readonly cluster: boolean;
  readonly nodes: readonly string[];
  readonly tokens: readonly BootstrapToken[];
  /** `lb1:8443`, as the cluster tells it to those who join. */
  readonly endpoint: string | null;
  /** Of the cluster's authority, as kubeadm wants it: `sha256:…`. */
  readonly caCertHash: string | null;
}

/** The join tokens of a cluster, with what a host needs beside one to join, and the nodes that have joined. */
export const bootstrapTokenFact: FactKind<TokenKey, TokenState> = {
  name: 'bootstrap_token',
  id: (key) => key.kubeconfig,
  realm: (key) => key.kubeconfig,
  sameRealm: sameCluster,
  follows: (_, before, promised) => founding(before, promised),
  volatile: true,
  together: kubernetes,
  script: (keys) =>
    keys
      .map(({kubeconfig}) => {
        const client = kubectl(kubeconfig);
        const ask = (command: string): string => record(ifAnswering(command));
        return [
          knock(kubeconfig),
          ask(sh`${client} get nodes -o ${'jsonpath={range .items[*]}{.metadata.name}{"\\n"}{end}'}`),
          ask(
            sh`date +%s; ${client} -n kube-system get secrets --field-selector type=bootstrap.kubernetes.io/token -o json`,
          ),
          ask(
            sh`${client} -n kube-public get configmap cluster-info --ignore-not-found -o ${'jsonpath={.data.kubeconfig}'}`,
          ),
          mark(kubeconfig),
        ].join('\n');
      })
      .join('\n'),
  parse(keys, result) {
    const said = answers(result.stdout);
    if (said.length !== keys.length * 4) throw new Error(`kubectl did not answer: ${result.stderr.trim()}`);
    return keys.map((_, index): TokenState => {
      const [nodes, secrets, info] = said.slice(index * 4, index * 4 + 3).map((answer) => textOf(answer));
      if (nodes === undefined || secrets === undefined)
        return {cluster: false, nodes: [], tokens: [], endpoint: null, caCertHash: null};
      const now = Number(secrets.slice(0, secrets.indexOf('\n')));
      const {items} = json(secrets) as {readonly items: readonly {readonly data: Readonly<Record<string, string>>}[]};
      return {
        cluster: true,
        nodes: nodes.split('\n').filter((line) => line !== ''),
        tokens: items.map(({data}) => tokenOf(data, now)),
        ...wayIn(info ?? ''),
        ...markOf(said[index * 4 + 3]),
      };
    });
  },
  // Seconds go by, and tokens end: what counts is that none is there beside those that were promised, and that a new one is.
  holds(promised, read) {
    const tokens = (Reflect.get(Object(promised), 'tokens') ?? []) as readonly BootstrapToken[];
    const made = tokens.filter(({token}) => isUnknown(token));
    if (made.length > 0)
      return made.every((each) => read.tokens.some(({description}) => description === each.description));
    return read.tokens.every(({token}) => tokens.some((each) => each.token === token));
  },
  show(before, after) {
    const describe = (tokens: readonly BootstrapToken[] | undefined): string | undefined =>
      Array.isArray(tokens) ? `${tokens.length}` : undefined;
    return [
      {
        what: 'join tokens',
        before: describe(before?.tokens),
        after: 'tokens' in after ? (describe(after.tokens) ?? 'one more') : undefined,
      },
    ];
  },
};

function tokenOf(data: Readonly<Record<string, string>>, now: number): BootstrapToken {
  const field = (name: string): string => Buffer.from(data[name] ?? '', 'base64').toString();
  const expires = Date.parse(field('expiration'));
  return {
    token: `${field('token-id')}.${field('token-secret')}`,
    description: field('description'),
    left: Number.isNaN(expires) ? Infinity : Math.floor(expires / 1000 - now),
  };
}

/** Reads the kubeconfig that the cluster shows to everybody: it holds one server and its authority. */
function wayIn(kubeconfig: string): {readonly endpoint: string | null; readonly caCertHash: string | null} {
  const endpoint = /^\s*server: https:\/\/(\S+)$/m.exec(kubeconfig)?.[1];
  const authority = /^\s*certificate-authority-data: (\S+)$/m.exec(kubeconfig)?.[1];
  if (endpoint === undefined || authority === undefined) return {endpoint: null, caCertHash: null};
  const publicKey = new X509Certificate(Buffer.from(authority, 'base64')).publicKey.export({
    type: 'spki',
    format: 'der',
  });
  return {endpoint, caCertHash: `sha256:${createHash('sha256').update(publicKey).digest('hex')}`};
}
