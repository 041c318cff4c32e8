import {sh} from '../../engine/host.js';
import {isUnknown, unknown, type DiffLine, type FactKind, type Promised} from '../../engine/task.js';
import {
  answers,
  byKubeconfig,
  ifAnswering,
  knock,
  kubectl,
  objectsOf,
  record,
  textOf,
  type Answer,
} from '../kube/answer.js';
import {founding, mark, markOf, sameCluster, type ClusterMark} from '../kube/cluster.js';
import {podsIn, type NodePod} from '../kube/pods.js';
import {holdsMembers} from './holds.js';

export interface NodeKey {
  readonly kubeconfig: string;
  readonly name: string;
  /** Ask also which pods a drain would evict. */
  readonly pods?: boolean;
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

export interface NodeState extends ClusterMark {
  readonly cluster: boolean;
  readonly exists: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** Sorted by key and effect, without those that Kubernetes itself sets. */
  readonly taints: readonly Taint[];
  /** Cordoned. */
  readonly unschedulable: boolean;
  /** Its kubelet reports itself well. */
  readonly ready?: boolean;
  /** Of its kubelet, without a `v`. */
  readonly version?: string;
  /** What a drain would evict, when it was asked for. */
  readonly pods?: readonly NodePod[];
}

/** The realm of all facts that belong to a cluster and tell clusters apart themselves. */
export const kubernetes = 'kubernetes';

/** A node of a cluster: labels, taints, and what runs on it. */
export const kubeNodeFact: FactKind<NodeKey, NodeState> = {
  name: 'kube_node',
  id: (key) => (key.kubeconfig === '/etc/kubernetes/admin.conf' ? key.name : `${key.kubeconfig} ${key.name}`),
  realm: () => kubernetes,
  sameRealm: sameCluster,
  volatile: true,
  together: kubernetes,
  script: (keys) =>
    byKubeconfig(keys)
      .map(([kubeconfig, group]) => {
        const client = kubectl(kubeconfig);
        const names = [...new Set(group.map(({name}) => name))];
        return [
          knock(kubeconfig),
          mark(kubeconfig),
          record(ifAnswering(sh`${client} get node ${names} -o json --ignore-not-found`)),
          ...group
            .filter(({pods}) => pods === true)
            .map(({name}) =>
              record(ifAnswering(sh`${client} get pods -A --field-selector ${`spec.nodeName=${name}`} -o json`)),
            ),
        ].join('\n');
      })
      .join('\n'),
  parse(keys, result) {
    const said = answers(result.stdout);
    const groups = byKubeconfig(keys);
    if (said.length !== groups.length * 2 + keys.filter(({pods}) => pods === true).length)
      throw new Error(`kubectl did not answer: ${result.stderr.trim()}`);
    const next = said.values();
    const states = new Map<NodeKey, NodeState>();
    for (const [, group] of groups) {
      const [whose, nodes] = [next.next().value, next.next().value];
      for (const key of group)
        states.set(key, stateOf(key, {whose, nodes, pods: key.pods === true ? next.next().value : undefined}));
    }
    return keys.map((key) => states.get(key) as NodeState);
  },
  answers: (key, value) => key.pods !== true || value.pods !== undefined,
  follows(key, before, promised) {
    if (before.exists) return undefined;
    if (makesNode(promised, key.name)) return unknown(`the join of ${key.name}`);
    return founding(before, promised);
  },
  holds: (promised, read) => holdsMembers(promised, read),
  show(before, after) {
    if (isUnknown(after)) return [];
    const lines: DiffLine[] = [];
    const line = (what: string, one: unknown, other: unknown): void => {
      const words = [one, other].map((each) =>
        typeof each === 'string' || each === undefined ? each : JSON.stringify(each),
      );
      if (words[0] !== words[1]) lines.push({what, before: words[0], after: words[1]});
    };
    if (before?.exists === true && !after.exists) line('node', 'present', undefined);
    const labels = {...before?.labels, ...after.labels};
    for (const name of Object.keys(labels).sort()) line(`label ${name}`, before?.labels[name], after.labels[name]);
    line('taints', before?.taints.map(taintText).join(', '), after.taints.map(taintText).join(', '));
    line('schedulable', before === undefined ? undefined : !before.unschedulable, !after.unschedulable);
    if (after.pods !== undefined && before?.pods !== undefined)
      for (const {namespace, name} of before.pods)
        if (!after.pods.some((pod) => pod.namespace === namespace && pod.name === name))
          line(`pod ${namespace}/${name}`, 'here', undefined);
    return lines;
  },
};

interface NodeObject {
  readonly metadata: {readonly name: string; readonly labels?: Readonly<Record<string, string>>};
  readonly spec?: {readonly unschedulable?: boolean; readonly taints?: readonly Taint[]};
  readonly status?: {
    readonly conditions?: readonly {readonly type: string; readonly status: string}[];
    readonly nodeInfo?: {readonly kubeletVersion?: string};
  };
}

interface Said {
  readonly whose: Answer | undefined;
  readonly nodes: Answer | undefined;
  /** Where they were asked for. */
  readonly pods: Answer | undefined;
}

function stateOf(key: NodeKey, {whose, nodes, pods}: Said): NodeState {
  if (nodes === undefined) throw new Error('Internal error: an answer is missing');
  const text = textOf(nodes);
  const nothing = {exists: false, labels: {}, taints: [], unschedulable: false};
  if (text === undefined) return {cluster: false, ...nothing, ...(pods === undefined ? {} : {pods: []})};
  const node = (objectsOf(text) as readonly NodeObject[]).find(({metadata}) => metadata.name === key.name);
  const running = pods === undefined ? {} : {pods: podsIn(textOf(pods) ?? '')};
  return {cluster: true, ...(node === undefined ? nothing : nodeIn(node)), ...running, ...markOf(whose)};
}

type Found = Pick<NodeState, 'exists' | 'labels' | 'taints' | 'unschedulable' | 'ready' | 'version'>;

function nodeIn({metadata, spec = {}, status = {}}: NodeObject): Found {
  const taints = (spec.taints ?? []).filter(({key}) => !key.startsWith('node.kubernetes.io/'));
  return {
    exists: true,
    labels: metadata.labels ?? {},
    taints: sortedTaints(
      taints.map(({key, value, effect}) => ({key, ...(value === undefined || value === '' ? {} : {value}), effect})),
    ),
    unschedulable: spec.unschedulable === true,
    ready: status.conditions?.some(({type, status: value}) => type === 'Ready' && value === 'True') === true,
    version: (status.nodeInfo?.kubeletVersion ?? '').replace(/^v/, ''),
  };
}

/** Taints in one order. */
export function sortedTaints(taints: readonly Taint[]): readonly Taint[] {
  const id = ({key, effect}: Taint): string => `${key}:${effect}`;
  return [...taints].sort((one, other) => (id(one) < id(other) ? -1 : 1));
}

/** `key=value:NoSchedule`, as kubectl writes it. */
export function taintText({key, value, effect}: Taint): string {
  return `${key}${value === undefined ? '' : `=${value}`}:${effect}`;
}

/** Whether a promise is that a machine becomes this node. */
function makesNode(promised: Promised, name: string): boolean {
  if ((promised.kind !== 'kubeadm_member' && promised.kind !== 'kubeadm') || !('key' in promised)) return false;
  return Reflect.get(Object(promised.key), 'nodeName') === name;
}
