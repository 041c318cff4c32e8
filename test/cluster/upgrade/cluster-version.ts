import type {Kubectl} from '../kubectl.js';

/** What runs in a cluster, by name. */
export interface Running {
  /** Versions of the kubelets, by node. */
  readonly kubelets: Readonly<Record<string, string>>;
  /** Images of kube-system, each once, without the registry: `etcd:3.6.5-0`. */
  readonly images: readonly string[];
  /** Nodes that take no pods. */
  readonly cordoned: readonly string[];
}

interface NodeItem {
  readonly metadata: {readonly name: string};
  readonly spec: {readonly unschedulable?: boolean};
  readonly status: {readonly nodeInfo: {readonly kubeletVersion: string}};
}

interface PodItem {
  readonly metadata: {readonly deletionTimestamp?: string};
  readonly spec: {readonly containers: readonly {readonly image: string}[]};
  readonly status: {readonly phase: string};
}

async function itemsOf(kubectl: Kubectl, words: string): Promise<readonly unknown[]> {
  return (JSON.parse(await kubectl.run(`get ${words} -o json`)) as {readonly items: readonly unknown[]}).items;
}

/** Asks what a cluster runs. */
export async function runningIn(kubectl: Kubectl): Promise<Running> {
  const nodes = (await itemsOf(kubectl, 'nodes')) as readonly NodeItem[];
  const pods = (await itemsOf(kubectl, 'pods -n kube-system')) as readonly PodItem[];
  const images = pods
    .filter(({metadata, status}) => metadata.deletionTimestamp === undefined && status.phase === 'Running')
    .flatMap(({spec}) => spec.containers.map(({image}) => image.replace(/^.*\//, '')));
  return {
    kubelets: Object.fromEntries(nodes.map(({metadata, status}) => [metadata.name, status.nodeInfo.kubeletVersion])),
    images: [...new Set(images)].sort(),
    cordoned: nodes.filter(({spec}) => spec.unschedulable === true).map(({metadata}) => metadata.name),
  };
}
