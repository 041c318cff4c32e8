import {sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type TaskModule} from '../engine/task.js';
import {kubeNodeFact, sortedTaints, taintText, type NodeKey, type NodeState, type Taint} from './facts/kube_node.js';
import {kubectl} from './kube/answer.js';
import type {NodePod} from './kube/pods.js';

export interface KubeNodeArgs {
  readonly name: string;
  readonly must_exist: boolean;
  readonly state: 'present' | 'cordoned' | 'uncordoned' | 'drained' | 'absent';
  readonly labels: Readonly<Record<string, string | null>>;
  readonly taints?: readonly Taint[];
  readonly force: boolean;
  readonly delete_emptydir_data: boolean;
  readonly disable_eviction: boolean;
  readonly grace_period?: number;
  readonly timeout: number;
  readonly kubeconfig: string;
}

interface NodeChange extends Change {
  readonly kubeconfig: string;
  /** Words after kubectl, in order; one call each. */
  readonly calls: readonly (readonly string[])[];
  readonly timeout: number;
}

export const kubeNode: TaskModule<KubeNodeArgs, {readonly node: NodeState}, NodeChange> = {
  name: 'kube_node',
  reads: (args) => ({node: ask(kubeNodeFact, keyOf(args))}),
  plan(args, {node}) {
    const {name, state} = args;
    if (!node.exists) {
      if (state === 'absent' || !args.must_exist) return undefined;
      refuse(node.cluster ? `the cluster has no node '${name}'` : `there is no cluster to ask for the node '${name}'`, 'let it join before'); // prettier-ignore
    }
    const calls: string[][] = [];
    const words: string[] = [];
    const labels = changedLabels(args, node);
    const taints = changedTaints(args, node);
    if (labels.length > 0) {
      calls.push(['label', 'node', name, '--overwrite', ...labels]);
      words.push(`label ${labels.join(', ')}`);
    }
    if (taints.length > 0) {
      calls.push(['taint', 'node', name, '--overwrite', ...taints]);
      words.push(`taint ${taints.join(', ')}`);
    }
    const pods = state === 'drained' ? (node.pods ?? []) : [];
    const cordons = state === 'cordoned' || state === 'drained';
    if (pods.length > 0) {
      demandEvictable(args, pods);
      calls.push(drainWords(args));
      words.push(`drain (${pods.length} ${pods.length === 1 ? 'pod' : 'pods'})`);
    } else if (cordons && !node.unschedulable) {
      calls.push(['cordon', name]);
      words.push('cordon');
    } else if (state === 'uncordoned' && node.unschedulable) {
      calls.push(['uncordon', name]);
      words.push('uncordon');
    } else if (state === 'absent') {
      calls.push(['delete', 'node', name, '--ignore-not-found', `--timeout=${args.timeout}s`]);
      words.push('delete');
    }
    if (calls.length === 0) return undefined;
    return {
      kind: 'state',
      summary: `${words.join(', ')} node ${name}`,
      makes: [promise(kubeNodeFact, keyOf(args), promisedOf(args, node))],
      // Their pods go elsewhere, and other objects tell where they are.
      ...(pods.length > 0 || state === 'absent' ? {unsettles: [{kind: 'kube_status'}]} : {}),
      kubeconfig: args.kubeconfig,
      calls,
      timeout: args.timeout,
    };
  },
  async apply(host, {kubeconfig, calls, timeout}) {
    for (const words of calls) {
      const client =
        words[0] === 'drain' || words[0] === 'delete'
          ? `kubectl --kubeconfig ${sh`${kubeconfig}`}`
          : kubectl(kubeconfig).script;
      await host.run(`${client} ${sh`${words}`}`, {timeout: timeout + 30, label: `kubectl ${words[0] ?? ''}`});
    }
  },
  output: (args, {node}) => ({
    name: args.name,
    exists: node.exists,
    labels: node.labels,
    taints: node.taints.map(taintText),
    schedulable: node.exists && !node.unschedulable,
    ready: node.ready === true,
    version: node.version ?? '',
  }),
};

function keyOf(args: KubeNodeArgs): NodeKey {
  return {kubeconfig: args.kubeconfig, name: args.name, ...(args.state === 'drained' ? {pods: true} : {})};
}

/** `name=value` for what is to be set, `name-` for what is to go. */
function changedLabels({labels, state}: KubeNodeArgs, node: NodeState): readonly string[] {
  if (state === 'absent') return [];
  return Object.entries(labels).flatMap(([name, value]) => {
    if (value === null) return node.labels[name] === undefined ? [] : [`${name}-`];
    return node.labels[name] === value ? [] : [`${name}=${value}`];
  });
}

/** Those that are declared and no others; what Kubernetes sets by itself is not touched. */
function changedTaints({taints, state}: KubeNodeArgs, node: NodeState): readonly string[] {
  if (taints === undefined || state === 'absent') return [];
  const isOf = (one: Taint, other: Taint): boolean => one.key === other.key && one.effect === other.effect;
  return [
    ...taints.filter((taint) => !node.taints.some((each) => taintText(each) === taintText(taint))).map(taintText),
    ...node.taints
      .filter((taint) => !taints.some((each) => isOf(each, taint)))
      .map(({key, effect}) => `${key}:${effect}-`),
  ];
}

function demandEvictable(args: KubeNodeArgs, pods: readonly NodePod[]): void {
  const listed = (all: readonly NodePod[]): string => all.map(({namespace, name}) => `${namespace}/${name}`).join(', ');
  const lone = pods.filter(({owned}) => !owned);
  if (lone.length > 0 && !args.force)
    refuse(`nothing would make these pods anew: ${listed(lone)}`, "say 'force: true' to lose them");
  const keeping = pods.filter(({emptyDir}) => emptyDir);
  if (keeping.length > 0 && !args.delete_emptydir_data)
    refuse(
      `these pods keep data on the node (emptyDir): ${listed(keeping)}`,
      "say 'delete_emptydir_data: true' to lose it",
    );
}

function drainWords(args: KubeNodeArgs): string[] {
  return [
    'drain',
    args.name,
    '--ignore-daemonsets',
    `--timeout=${args.timeout}s`,
    ...(args.force ? ['--force'] : []),
    ...(args.delete_emptydir_data ? ['--delete-emptydir-data'] : []),
    ...(args.disable_eviction ? ['--disable-eviction'] : []),
    ...(args.grace_period === undefined ? [] : [`--grace-period=${args.grace_period}`]),
  ];
}

function promisedOf(args: KubeNodeArgs, node: NodeState): Partial<NodeState> {
  const {state} = args;
  if (state === 'absent') return {exists: false, labels: {}, taints: [], unschedulable: false};
  const labels = {...node.labels, ...args.labels};
  return {
    labels: Object.fromEntries(Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== null)),
    ...(args.taints === undefined ? {} : {taints: sortedTaints(args.taints)}),
    unschedulable: state === 'cordoned' || state === 'drained' || (state === 'present' && node.unschedulable),
    ...(state === 'drained' ? {pods: []} : {}),
  };
}
