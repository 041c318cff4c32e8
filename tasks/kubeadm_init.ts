import {sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type TaskModule} from '../engine/task.js';
import {kubeadmFact, type KubeadmKey, type KubeadmState} from './facts/kubeadm.js';
import {kubectl} from './kube/answer.js';
import {kubeadmLock} from './kube/lock.js';
import {phases, type PhaseName} from './kube/phases.js';

export interface KubeadmInitArgs {
  readonly config: string;
  readonly node_name: string;
  readonly folder: string;
  readonly kubelet_folder: string;
  readonly etcd_folder: string;
  readonly kubeconfig: string;
  readonly ignore_preflight_errors: readonly string[];
  readonly timeout: number;
}

interface InitChange extends Change {
  readonly config: string;
  readonly kubeconfig: string;
  /** Nothing was begun yet: kubeadm looks first whether it can. */
  readonly preflight: boolean;
  readonly ignore: readonly string[];
  readonly phases: readonly PhaseName[];
  readonly timeout: number;
}

export const kubeadmInit: TaskModule<KubeadmInitArgs, {readonly kubeadm: KubeadmState}, InitChange> = {
  name: 'kubeadm_init',
  reads: (args) => ({kubeadm: ask(kubeadmFact, keyOf(args))}),
  plan(args, {kubeadm}) {
    const missing = phases.map(({name}) => name).filter((name) => !kubeadm.done.includes(name));
    if (missing.length === 0) return undefined;
    if (kubeadm.etcdData && !kubeadm.authority) {
      refuse(
        `etcd holds a cluster's data in '${args.etcd_folder}', but its certificate authority is not in '${args.folder}/pki'`,
        'restore pki/ca.crt and pki/ca.key; a new cluster begins only where that folder is empty, and nothing here empties it',
      );
    }
    const fresh = kubeadm.done.length === 0;
    return {
      kind: 'state',
      summary: fresh ? `make ${args.node_name} the first control plane` : `finish kubeadm init: ${missing.join(', ')}`,
      makes: [promise(kubeadmFact, keyOf(args), {done: phases.map(({name}) => name)})],
      unsettles: [
        {kind: 'file', under: args.folder},
        {kind: 'file', under: args.kubelet_folder},
      ],
      config: args.config,
      kubeconfig: args.kubeconfig,
      preflight: fresh && !kubeadm.etcdData,
      ignore: args.ignore_preflight_errors,
      phases: missing,
      timeout: args.timeout,
    };
  },
  async apply(host, change) {
    const kubeadm = async (words: readonly string[], label: string): Promise<void> => {
      await host.run(sh`${kubeadmLock} kubeadm init phase ${words} --config ${change.config}`, {
        timeout: change.timeout,
        label: `kubeadm init phase ${label}`,
      });
    };
    if (change.preflight)
      await kubeadm(
        ['preflight', ...(change.ignore.length === 0 ? [] : [`--ignore-preflight-errors=${change.ignore.join(',')}`])],
        'preflight',
      );
    let answering = false;
    for (const {name, words, online} of phases.filter((phase) => change.phases.includes(phase.name))) {
      if (online && !answering) {
        await host.until(sh`${kubectl(change.kubeconfig)} get --raw /readyz`, {
          timeout: change.timeout,
          what: 'the API server ready',
        });
        answering = true;
      }
      await kubeadm(words, name);
    }
  },
  output: (args, {kubeadm}) => ({node: args.node_name, phases: kubeadm.done}),
};

function keyOf(args: KubeadmInitArgs): KubeadmKey {
  return {
    folder: args.folder,
    kubeletFolder: args.kubelet_folder,
    etcdFolder: args.etcd_folder,
    nodeName: args.node_name,
    kubeconfig: args.kubeconfig,
  };
}
