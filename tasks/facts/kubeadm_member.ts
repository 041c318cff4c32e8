import {quote, sh} from '../../engine/host.js';
import type {FactKind} from '../../engine/task.js';
import {answers, fetched, record, unanswered} from '../kube/answer.js';
import {silenceOf} from '../kube/silence.js';
import {kubernetes} from './kube_node.js';

export interface MemberKey {
  /** Where the asking user sees what kubeadm calls /etc/kubernetes. */
  readonly folder: string;
  /** The kubelet's kubeconfig as kubectl sees it. */
  readonly kubeletConf: string;
  readonly nodeName: string;
  /** Of a worker: where the asking user sees /var/lib/kubelet. */
  readonly kubeletFolder?: string;
  /** Of a control plane: where the asking user sees etcd's data. */
  readonly etcdFolder?: string;
}

/** What a control plane has besides a worker: its static pods but etcd, its member of etcd, the label of its node. */
export const controlPlaneParts = ['control-plane', 'etcd', 'mark'] as const;
export type ControlPlanePart = (typeof controlPlaneParts)[number];
/** What a member may have lost: a part of its control plane, or of a worker the kubelet's kubeconfig. */
export type MemberPart = ControlPlanePart | 'kubeconfig';

/**
 * What a machine is to a cluster. `begun`: a join was begun and not ended. `incomplete`: it is a member that lacks a part.
 * `deleted`: the cluster knows it, and its node object is gone.
 */
export interface MemberState {
  readonly membership: 'none' | 'begun' | 'incomplete' | 'member' | 'deleted' | 'stranger';
  /** Of an incomplete member. */
  readonly missing?: readonly MemberPart[];
  /** etcd holds a member's data. */
  readonly etcdData?: boolean;
}

/** Whether the kubelet's certificate is one that its cluster accepts, and the cluster has its node. */
export const kubeadmMemberFact: FactKind<MemberKey, MemberState> = {
  name: 'kubeadm_member',
  id: (key) => `${key.folder} ${key.nodeName}`,
  // Its own machine alone can tell; but the cluster's nodes follow from it.
  realm: () => kubernetes,
  sameRealm: () => false,
  volatile: true,
  together: kubernetes,
  script: (keys) => keys.map((key) => record(scriptOf(key))).join('\n'),
  parse(keys, result) {
    const said = answers(result.stdout);
    if (result.code !== 0 || said.length !== keys.length)
      throw new Error(`cannot see whether the node is a member: ${result.stderr.trim()}`);
    return said.map((answer): MemberState => {
      switch (answer.status) {
        case 'ok': {
          return stateIn(answer.text.split('\n').map((line) => line.trim()));
        }
        case 'no-cluster':
          return {membership: 'begun'};
        case 'silent':
          throw silenceOf('kubectl', answer.text);
        case 'unreachable':
          throw unanswered('the cluster', answer.text);
        case 'refused':
          return {membership: answer.text.includes('NotFound') ? 'deleted' : 'stranger'};
      }
    });
  },
  show: (before, after) => [
    {what: 'membership', before: before?.membership, after: 'membership' in after ? after.membership : undefined},
  ],
};

function scriptOf(key: MemberKey): string {
  const isControlPlane = key.etcdFolder !== undefined;
  const begun = isControlPlane
    ? '[ -e bootstrap-kubelet.conf ] || [ -e manifests/etcd.yaml ] || [ -e manifests/kube-apiserver.yaml ]'
    : '[ -e bootstrap-kubelet.conf ]';
  // A link, which leads nowhere as seen from outside the namespaces.
  const lost =
    key.kubeletFolder === undefined
      ? 'false'
      : sh`[ -e pki/ca.crt ] && [ -L ${key.kubeletFolder}/pki/kubelet-client-current.pem ]`;
  const data = isControlPlane ? sh`[ ! -d ${key.etcdFolder}/member ] || echo etcd-data` : ':';
  const mark = isControlPlane
    ? `case "$said" in *'"node-role.kubernetes.io/control-plane":'*) ;; *) echo 'missing mark' ;; esac\n`
    : '';
  // Where a static pod's manifest is gone, the API server of this machine cannot be asked.
  const parts = isControlPlane
    ? `missing=
for pod in kube-apiserver kube-controller-manager kube-scheduler; do [ -e manifests/$pod.yaml ] || missing=control-plane; done
[ -e manifests/etcd.yaml ] || missing="$missing etcd"
if [ -n "$missing" ]; then
  for part in $missing; do echo "missing $part"; done
  exit 0
fi
`
    : '';
  return `cd -- ${quote(key.folder)} 2>/dev/null || { echo none; exit 0; }
${data}
if ! [ -e kubelet.conf ]; then
  if { ${begun}; }; then echo begun; elif { ${lost}; }; then echo 'missing kubeconfig'; else echo none; fi
  exit 0
fi
${parts}${fetched(key.kubeletConf, `/api/v1/nodes/${key.nodeName}`, ['kubelet.conf'])}
${mark}echo member`;
}

function stateIn(lines: readonly string[]): MemberState {
  const missing = (['kubeconfig', ...controlPlaneParts] as const).filter((part) => lines.includes(`missing ${part}`));
  const more = lines.includes('etcd-data') ? {etcdData: true} : {};
  if (missing.length > 0) return {membership: 'incomplete', missing, ...more};
  const word = (['none', 'begun'] as const).find((each) => lines.includes(each));
  return {membership: word ?? 'member', ...more};
}
