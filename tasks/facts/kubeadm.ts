import {quote, sh} from '../../engine/host.js';
import type {FactKind} from '../../engine/task.js';
import {answers, ifAnswering, knock, kubectl, objectsOf, record, textOf, type Answer} from '../kube/answer.js';
import {phases, type Phase, type PhaseName} from '../kube/phases.js';
import {kubernetes} from './kube_node.js';

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
  together: kubernetes,
  script: (keys) => keys.map(scriptOf).join('\n'),
  parse(keys, result) {
    const said = answers(result.stdout);
    if (result.code !== 0 || said.length !== keys.length * 2)
      throw new Error(`cannot see what kubeadm did: ${result.stderr.trim()}`);
    return keys.map((key, index) => stateOf(key, said.slice(index * 2, index * 2 + 2)));
  },
  show(before, after) {
    if (!('done' in after)) return [];
    const missing = phases.filter(({name}) => after.done.includes(name) && before?.done.includes(name) !== true);
    return missing.map(({name}) => ({what: `kubeadm phase ${name}`, before: undefined, after: 'done'}));
  },
};

function stateOf({nodeName}: KubeadmKey, [files, objects]: readonly Answer[]): KubeadmState {
  const present = new Set((files === undefined ? '' : (textOf(files) ?? '')).split(/\s+/));
  const isDone = (phase: Phase): boolean => phase.leaves(nodeName).every((trace) => present.has(trace));
  // While the machine's own part is not complete, no API server is expected to answer; but one may, where only a piece was lost.
  const expected = phases.filter(({online}) => !online).every(isDone);
  const asked = objects !== undefined && (expected || objects.status === 'ok');
  if (asked) for (const trace of tracesIn(objects)) present.add(trace);
  return {
    done: phases.filter((phase) => (!phase.online || asked) && isDone(phase)).map(({name}) => name),
    etcdData: present.has('etcd-data'),
    authority: present.has('pki/ca.crt') && present.has('pki/ca.key'),
  };
}

interface Trace {
  readonly kind: string;
  readonly metadata: {readonly name: string; readonly labels?: Readonly<Record<string, string>>};
}

/** What phases left in the cluster, as they name it. */
function tracesIn(answer: Answer): readonly string[] {
  // The administrator has no rights until the first phase that asks the API server gives them.
  if (answer.status === 'refused' && answer.text.includes('Forbidden')) return [];
  return (
    (objectsOf(textOf(answer) ?? '') as readonly Trace[])
      // The label marks a control plane; its taint may be taken off on purpose.
      .filter(({kind, metadata}) => kind !== 'Node' || metadata.labels?.[controlPlaneLabel] !== undefined)
      .map(({kind, metadata}) => `${kind.toLowerCase()}/${metadata.name}`)
  );
}

const controlPlaneLabel = 'node-role.kubernetes.io/control-plane';

/** The objects that online phases leave. */
function wanted(nodeName: string): unknown {
  const config = {apiVersion: 'v1', kind: 'ConfigMap'};
  const binding = {apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding'};
  const object = (type: object, name: string, namespace = 'kube-system'): unknown => ({
    ...type,
    metadata: {name, namespace},
  });
  const items = [
    object(config, 'kubeadm-config'),
    object(config, 'kubelet-config'),
    object(config, 'cluster-info', 'kube-public'),
    object(binding, 'kubeadm:nodes-kubeadm-config'),
    object(binding, 'kubeadm:kubelet-config'),
    object(binding, 'kubeadm:bootstrap-signer-clusterinfo', 'kube-public'),
    object({apiVersion: 'apps/v1', kind: 'DaemonSet'}, 'kube-proxy'),
    object({apiVersion: 'apps/v1', kind: 'Deployment'}, 'coredns'),
    object({apiVersion: 'v1', kind: 'Service'}, 'kube-dns'),
    {apiVersion: 'v1', kind: 'Node', metadata: {name: nodeName}},
  ];
  return {apiVersion: 'v1', kind: 'List', items};
}

function scriptOf(key: KubeadmKey): string {
  const files = phases
    .flatMap((phase) => phase.leaves(key.nodeName))
    .filter((trace) => /^(pki|manifests)\/|\.conf$/.test(trace));
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
      `printf %s ${quote(JSON.stringify(wanted(key.nodeName)))} | ${kubectl(key.kubeconfig).script} get -f - --ignore-not-found -o json`,
    ),
  ].join('\n');
}
