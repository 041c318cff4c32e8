import {sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type TaskModule} from '../engine/task.js';
import {kubeadmFact, type KubeadmKey, type KubeadmState} from './facts/kubeadm.js';
import {kubectl} from './kube/answer.js';
import {kubeadmLock} from './kube/lock.js';
import {keyPairs, phases, type PhaseName} from './kube/phases.js';

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
  readonly key: KubeadmKey;
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
      // Its phases keep the files that are there, but for these.
      unsettles: [
        {kind: 'file', under: args.folder, absentOnly: true},
        ...(missing.includes('kubelet-finalize') ? [{kind: 'file', id: `${args.folder}/kubelet.conf`}] : []),
        ...(missing.includes('kubelet-start') ? [{kind: 'file', under: args.kubelet_folder}] : []),
      ],
      config: args.config,
      kubeconfig: args.kubeconfig,
      preflight: fresh && !kubeadm.etcdData,
      ignore: args.ignore_preflight_errors,
      phases: missing,
      key: keyOf(args),
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
    const wanted = phases.filter(({name}) => change.phases.includes(name));
    if (change.phases.includes('certs')) await host.run(dropHalves(change.key.folder), {label: 'rm'});
    for (const {name, words} of wanted.filter(({online}) => !online)) await kubeadm(words, name);
    const online = wanted.filter((phase) => phase.online);
    if (online.length === 0) return;
    await host.until(sh`${kubectl(change.kubeconfig)} get --raw /readyz`, {
      timeout: change.timeout,
      what: 'the API server ready',
    });
    // A cluster that only was silent has most of it already.
    const [state] = kubeadmFact.parse([change.key], await host.exec(kubeadmFact.script([change.key])));
    for (const {name, words} of online) if (state?.done.includes(name) !== true) await kubeadm(words, name);
  },
  output: (args, {kubeadm}) => ({node: args.node_name, phases: kubeadm.done}),
};

/** kubeadm makes no certificate where one half of its pair is left. Authorities stay: without its other half, none can be made again. */
function dropHalves(folder: string): string {
  const leaves = keyPairs.filter((pair) => !pair.endsWith('ca'));
  return sh`cd -- ${folder} 2>/dev/null || exit 0
for pair in ${leaves}; do
  if [ -e "$pair.crt" ] && ! [ -e "$pair.key" ]; then rm -f -- "$pair.crt"; fi
  if [ -e "$pair.key" ] && ! [ -e "$pair.crt" ]; then rm -f -- "$pair.key"; fi
done`;
}

function keyOf(args: KubeadmInitArgs): KubeadmKey {
  return {
    folder: args.folder,
    kubeletFolder: args.kubelet_folder,
    etcdFolder: args.etcd_folder,
    nodeName: args.node_name,
    kubeconfig: args.kubeconfig,
  };
}
