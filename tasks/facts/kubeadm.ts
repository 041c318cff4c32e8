import {quote, sh} from '../../engine/host.js';
import type {FactKind} from '../../engine/task.js';
import {answers, ifAnswering, knock, kubectl, record, textOf, type Answer} from '../kube/answer.js';
import {phases, type Phase, type PhaseName} from '../kube/phases.js';

export interface KubeadmKey {
  /** Where the asking user sees what kubeadm calls /etc/kubernetes. */
  readonly folder: string;
  /** The same of /var/lib/kubelet. */
  readonly kubeletFolder: string;
  /** The same of etcd's data. */
  readonly etcdFolder: string;
  readonly nodeName: string;
  /** As kubectl sees it. */
  readonly kubeconfig: string;
}

/** How far `kubeadm init` has come. */
export interface KubeadmState {
  readonly done: readonly PhaseName[];
  /** etcd holds a member's data. */
  readonly etcdData: boolean;
  /** The cluster's authority, with its key. */
  readonly authority: boolean;
}

/** Which phases of `kubeadm init` are done, told from what they leave on the machine and in the cluster. */
export const kubeadmFact: FactKind<KubeadmKey, KubeadmState> = {
  name: 'kubeadm',
  id: (key) => `${key.folder} ${key.nodeName}`,
  realm: (key) => `${key.kubeconfig} ${key.nodeName}`,
  // It is read from the cluster too, but what one machine does of it is nothing that another one has done.
  sameRealm: () => false,
  script: (keys) => keys.map(scriptOf).join('\n'),
  parse(keys, result) {
    const said = answers(result.stdout);
    if (result.code !== 0 || said.length !== keys.length * 4)
      throw new Error(`cannot see what kubeadm did: ${result.stderr.trim()}`);
    return keys.map((key, index) => stateOf(key, said.slice(index * 4, index * 4 + 4)));
  },
  show(before, after) {
    if (!('done' in after)) return [];
    const missing = phases.filter(({name}) => after.done.includes(name) && before?.done.includes(name) !== true);
    return missing.map(({name}) => ({what: `kubeadm phase ${name}`, before: undefined, after: 'done'}));
  },
};

function stateOf({nodeName}: KubeadmKey, [files, ...cluster]: readonly Answer[]): KubeadmState {
  const present = new Set(words(files));
  const isDone = (phase: Phase): boolean => phase.leaves(nodeName).every((trace) => present.has(trace));
  // While the machine's own part is not complete, no API server is expected to answer; but one may, where only a piece was lost.
  const expected = phases.filter(({online}) => !online).every(isDone);
  const answered = cluster.filter(({status}) => expected || status === 'ok');
  for (const word of answered.flatMap(words)) present.add(word);
  const asked = expected || answered.length === cluster.length;
  return {
    done: phases.filter((phase) => (!phase.online || asked) && isDone(phase)).map(({name}) => name),
    etcdData: present.has('etcd-data'),
    authority: present.has('pki/ca.crt') && present.has('pki/ca.key'),
  };
}

/** The administrator has no rights until the first phase that asks the API server gives them. */
function words(answer: Answer | undefined): readonly string[] {
  if (answer === undefined || (answer.status === 'refused' && answer.text.includes('Forbidden'))) return [];
  return (textOf(answer) ?? '').split(/\s+/);
}

function scriptOf(key: KubeadmKey): string {
  const files = phases
    .flatMap((phase) => phase.leaves(key.nodeName))
    .filter((trace) => /^(pki|manifests)\/|\.conf$/.test(trace));
  const client = kubectl(key.kubeconfig);
  const conf = quote(`${key.folder}/admin.conf`);
  // Before kubeadm has written it there is no cluster to ask.
  const ask = (command: string): string => record(`[ -e ${conf} ] || exit 127\n${ifAnswering(command)}`);
  return [
    `if [ -e ${conf} ]; then ${knock(key.kubeconfig, [`${key.folder}/admin.conf`])}; fi`,
    record(sh`cd -- ${key.folder} 2>/dev/null && for file in ${files}; do [ ! -e "$file" ] || echo "$file"; done
for file in config.yaml kubeadm-flags.env; do [ ! -e ${key.kubeletFolder}/"$file" ] || echo "kubelet/$file"; done
[ ! -d ${key.etcdFolder}/member ] || echo etcd-data
grep -qs kubelet-client-current ${key.folder}/kubelet.conf && echo kubelet.conf=rotating; true`),
    ask(
      sh`${client} -n kube-system get cm/kubeadm-config cm/kubelet-config ds/kube-proxy deploy/coredns svc/kube-dns rolebinding/kubeadm:nodes-kubeadm-config --ignore-not-found -o name`,
    ),
    ask(
      sh`${client} -n kube-public get cm/cluster-info rolebinding/kubeadm:bootstrap-signer-clusterinfo --ignore-not-found -o name`,
    ),
    // The label that marks a control plane; its taint may be taken off on purpose.
    ask(sh`${client} get node -l node-role.kubernetes.io/control-plane -o name`),
  ].join('\n');
}
