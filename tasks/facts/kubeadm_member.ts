import {quote, sh} from '../../engine/host.js';
import type {FactKind} from '../../engine/task.js';
import {answers, ifAnswering, knock, kubectl, record} from '../kube/answer.js';
import {kubernetes} from './kube_node.js';

export interface MemberKey {
  /** Where the asking user sees what kubeadm calls /etc/kubernetes. */
  readonly folder: string;
  /** The kubelet's kubeconfig as kubectl sees it. */
  readonly kubeletConf: string;
  readonly nodeName: string;
}

/** What a machine is to a cluster. `begun`: a join was begun and not ended. `deleted`: the cluster knows it, and its node object is gone. */
export interface MemberState {
  readonly membership: 'none' | 'begun' | 'member' | 'deleted' | 'stranger';
}

/** Whether the kubelet's certificate is one that its cluster accepts, and the cluster has its node. */
export const kubeadmMemberFact: FactKind<MemberKey, MemberState> = {
  name: 'kubeadm_member',
  id: (key) => `${key.folder} ${key.nodeName}`,
  // Its own machine alone can tell; but the cluster's nodes follow from it.
  realm: () => kubernetes,
  sameRealm: () => false,
  volatile: true,
  script: (keys) =>
    keys
      .map((key) =>
        record(`cd -- ${quote(key.folder)} 2>/dev/null || { echo none; exit 0; }
if ! [ -e kubelet.conf ]; then
  { [ -e bootstrap-kubelet.conf ] && echo begun; } || echo none
  exit 0
fi
${knock(key.kubeletConf)}
${ifAnswering(sh`${kubectl(key.kubeletConf)} get node ${key.nodeName} -o name`)}`),
      )
      .join('\n'),
  parse(keys, result) {
    const said = answers(result.stdout);
    if (result.code !== 0 || said.length !== keys.length)
      throw new Error(`cannot see whether the node is a member: ${result.stderr.trim()}`);
    return said.map((answer): MemberState => {
      switch (answer.status) {
        case 'ok': {
          const word = answer.text.trim();
          return {membership: word === 'none' || word === 'begun' ? word : 'member'};
        }
        case 'no-cluster':
          return {membership: 'begun'};
        case 'unreachable':
          throw new Error(`the cluster does not answer: ${answer.text}`);
        case 'refused':
          return {membership: answer.text.includes('NotFound') ? 'deleted' : 'stranger'};
      }
    });
  },
  show: (before, after) => [
    {what: 'membership', before: before?.membership, after: 'membership' in after ? after.membership : undefined},
  ],
};
