import type {Fleet, HostName} from './fleet.js';

/** A process of Kubernetes or of its runtime, as its host sees it. */
export interface KubeProcess {
  readonly name: string;
  readonly uid: number;
  /** Whether it is in the user namespace that rootlesskit made. */
  readonly inside: boolean;
}

const names = [
  ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'kubelet', 'etcd', 'coredns'],
  ...['flanneld', 'containerd', 'containerd-shim-runc-v2', 'pause', 'kubeadm'],
];

/** Every process of Kubernetes on a host, whoever started it. */
export async function kubeProcesses(fleet: Fleet, host: HostName): Promise<readonly KubeProcess[]> {
  const script = `. /etc/u7s/namespace.env
own=$(readlink "/proc/$(cat "$U7S_STATE/child_pid")/ns/user")
for folder in /proc/[0-9]*; do
  program=$(readlink "$folder/exe") || continue
  space=$(readlink "$folder/ns/user") || continue
  echo "\${program##*/} $(awk '$1 == "Uid:" {print $2}' "$folder/status") $([ "$space" = "$own" ] && echo inside || echo outside)"
done 2>/dev/null; true`;
  const lines = (await fleet.on(host, 'exec sh -s', {input: script})).split('\n');
  return lines
    .map((line) => line.split(' '))
    .filter(([name = '']) => names.includes(name))
    .map(([name = '', uid, where]) => ({name, uid: Number(uid), inside: where === 'inside'}));
}

/** Mebibytes of memory of a host's processes, shared pages divided among those that share them. */
export async function memoryOf(fleet: Fleet): Promise<Readonly<Record<string, number>>> {
  const hosts = await fleet.lab.status();
  return Object.fromEntries(hosts.map(({name, memory}) => [name, Math.round(memory / 2 ** 20)]));
}
