import {X509Certificate} from 'node:crypto';
import {sh} from '../../engine/host.js';
import {isUnknown, type FactKind} from '../../engine/task.js';
import {answers, ifAnswering, json, knock, kubectl, record, textOf} from '../kube/answer.js';
import {founding, mark, markOf, sameCluster, type ClusterMark} from '../kube/cluster.js';
import {holdsMembers} from './holds.js';
import {kubernetes} from './kube_node.js';

export interface CsrKey {
  readonly kubeconfig: string;
  readonly name: string;
}

export interface CsrState extends ClusterMark {
  readonly cluster: boolean;
  readonly exists: boolean;
  /** Whether u7s-play made it. */
  readonly ours: boolean;
  /** What it asks with, in PEM. */
  readonly request: string | null;
  /** In PEM; null while none is issued. */
  readonly certificate: string | null;
  /** Seconds until that ends. */
  readonly left: number;
}

/** The label of requests that u7s-play makes. */
export const ownLabel = {'app.kubernetes.io/managed-by': 'u7s-play'} as const;

/** A request for a certificate that lies in a cluster. The cluster forgets it an hour after it was answered. */
export const kubeCsrFact: FactKind<CsrKey, CsrState> = {
  name: 'kube_csr',
  id: (key) => key.name,
  realm: (key) => key.kubeconfig,
  sameRealm: sameCluster,
  volatile: true,
  follows: (_, before, promised) => founding(before, promised),
  together: kubernetes,
  script: (keys) =>
    keys
      .map(({kubeconfig, name}) =>
        [
          knock(kubeconfig),
          record(
            ifAnswering(
              sh`date +%s; ${kubectl(kubeconfig)} get certificatesigningrequest ${name} --ignore-not-found -o json`,
            ),
          ),
          mark(kubeconfig),
        ].join('\n'),
      )
      .join('\n'),
  parse(keys, result) {
    const said = answers(result.stdout);
    if (said.length !== keys.length * 2) throw new Error(`kubectl did not answer: ${result.stderr.trim()}`);
    return keys.map((_, index): CsrState => {
      const [answer, whose] = said.slice(index * 2, index * 2 + 2);
      if (answer === undefined) throw new Error('Internal error: an answer is missing');
      const text = textOf(answer);
      const nothing = {exists: false, ours: false, request: null, certificate: null, left: 0};
      if (text === undefined) return {cluster: false, ...nothing};
      const line = text.indexOf('\n');
      const [now, object] = [text.slice(0, line), text.slice(line + 1)];
      const found = object.includes('{') ? stateIn(json(object) as CsrObject, Number(now)) : nothing;
      return {cluster: true, ...found, ...markOf(whose)};
    });
  },
  // Seconds go by.
  holds(promised, read) {
    const {left: _, ...rest} = promised as Partial<CsrState>;
    return holdsMembers(rest, read);
  },
  show(before, after) {
    const word = (state: CsrState | undefined): string | undefined => {
      if (state?.exists !== true) return undefined;
      return state.certificate === null ? 'waits for its certificate' : 'answered';
    };
    return isUnknown(after) ? [] : [{what: 'request', before: word(before), after: 'answered'}];
  },
};

interface CsrObject {
  readonly metadata: {readonly labels?: Readonly<Record<string, string>>};
  readonly spec: {readonly request: string};
  readonly status?: {readonly certificate?: string};
}

function stateIn({metadata, spec, status}: CsrObject, now: number): Omit<CsrState, 'cluster'> {
  const text = (encoded: string): string => Buffer.from(encoded, 'base64').toString().trim();
  const certificate = status?.certificate === undefined ? null : text(status.certificate);
  return {
    exists: true,
    ours: Object.entries(ownLabel).every(([name, value]) => metadata.labels?.[name] === value),
    request: text(spec.request),
    certificate,
    left: certificate === null ? 0 : Date.parse(new X509Certificate(certificate).validTo) / 1000 - now,
  };
}
