import {createHash} from 'node:crypto';
import {sh} from '../../engine/host.js';
import {isUnknown, type Promised} from '../../engine/task.js';
import {kubectl, record, rememberedAs, type Answer} from './answer.js';

/** Which cluster an answer is about. Kubeconfigs of several clusters bear the same path. */
export interface ClusterMark {
  /** Digest of its authority, else its server; absent where there is no cluster, or none that can be told. */
  readonly identity?: string;
  /** In a check: this machine is about to make a cluster of its own. */
  readonly founded?: boolean;
}

/** A record that tells whose kubeconfig it is, without asking the cluster. */
export function mark(kubeconfig: string): string {
  const path = '{.clusters[0].cluster.server} {.clusters[0].cluster.certificate-authority-data}';
  const view = record(sh`${kubectl(kubeconfig)} config view --raw --minify -o ${`jsonpath=${path}`}`);
  const name = rememberedAs('mark', kubeconfig);
  return `[ -n "\${${name}-}" ] || ${name}=$( ${view} ); printf '%s\\n' "$${name}"`;
}

/** Reads the record of `mark`. A server on the machine itself tells nothing: every machine has one at that address. */
export function markOf(answer: Answer | undefined): ClusterMark {
  if (answer?.status !== 'ok') return {};
  const [server = '', authority = ''] = answer.text.trim().split(' ');
  if (authority !== '') return {identity: createHash('sha256').update(authority).digest('hex')};
  const host = /^https?:\/\/(?:\[([^\]]*)\]|([^:/]*))/.exec(server);
  const name = host?.[1] ?? host?.[2] ?? '';
  return name === '' || /^(127\.|::1$|localhost$|10\.0\.2\.)/.test(name) ? {} : {identity: server};
}

/** Whether two machines speak of the same cluster; undefined: it cannot be told. */
export function sameCluster(one: ClusterMark, other: ClusterMark): boolean | undefined {
  if (one.identity !== undefined && other.identity !== undefined) return one.identity === other.identity;
  const isNew = ({founded}: ClusterMark): boolean => founded === true;
  // A machine that makes a cluster of its own makes another one than any machine that has or makes one.
  const apart = (isNew(one) && isNew(other)) || (isNew(one) && other.identity !== undefined);
  return apart || (isNew(other) && one.identity !== undefined) ? false : undefined;
}

/** What the promise that this machine will be the first of a cluster does to an answer that knows of none. */
export function founding<Value extends ClusterMark & {readonly cluster: boolean}>(
  before: Value,
  promised: Promised,
): Value | undefined {
  if (promised.kind !== 'kubeadm' || isUnknown(promised.value) || before.cluster || before.founded === true)
    return undefined;
  return {...before, founded: true};
}
