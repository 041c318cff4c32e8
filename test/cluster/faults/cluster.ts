import {asUser, type Damage} from '../damage.js';
import {everythingRestarted, fault} from './fault.js';

/** What is done through the API, as the administrator. */
function done(name: string, parts: {readonly words: string} & Omit<Damage, 'name' | 'host' | 'make'>): Damage {
  const {words, ...rest} = parts;
  return {
    name,
    host: 'cp1',
    make: async (_, kubectl) => {
      await kubectl.run(words);
    },
    ...rest,
  };
}

/** Objects of the API, and what a control plane is made of. */
export const cluster = {
  networkConfigured: done('the settings of flannel are edited', {
    words: '-n kube-flannel patch configmap kube-flannel-cfg --type=merge -p {"data":{"net-conf.json":"{}"}}',
    repairs: ['cp1 flannel/kube_object'],
    renews: [/^object ConfigMap kube-flannel\/kube-flannel-cfg$/],
  }),
  rightsTaken: done("flannel's rights are taken away", {
    words: 'delete clusterrolebinding flannel',
    repairs: ['cp1 flannel/kube_object'],
    renews: [/^object ClusterRoleBinding \/flannel$/],
  }),
  proxyDeleted: done("kube-proxy's DaemonSet is deleted", {
    words: '-n kube-system delete daemonset kube-proxy --wait=true',
    repairs: ['cp1 control_plane/kubeadm_init'],
    renews: [/^object (DaemonSet kube-system\/kube-proxy|Deployment kube-system\/coredns)$/],
  }),
  dnsDeleted: done("coredns' Deployment is deleted", {
    words: '-n kube-system delete deployment coredns --wait=true',
    repairs: ['cp1 control_plane/kubeadm_init'],
    renews: [/^object (DaemonSet kube-system\/kube-proxy|Deployment kube-system\/coredns)$/],
  }),
  markTaken: done('the control plane is not marked as one', {
    words: 'label node cp1 node-role.kubernetes.io/control-plane-',
    repairs: ['cp1 control_plane/kubeadm_init'],
    renews: [],
  }),
  nodeDeleted: {
    ...done('a node is deleted', {
      words: 'delete node w2',
      repairs: ['cp1 -/kube_node', 'cp1 -/kubeadm_token', 'cp1 control_plane/kubeadm_token', 'w2 worker/kubeadm_join'],
      renews: [
        /^object Node \/w2$/,
        /^object ConfigMap kube-public\/cluster-info$/,
        /^(content|file) .*\/etc_kubernetes\/(kubelet\.conf|pki)/,
        /^user-unit u7s-kubelet\.service$/,
      ],
      untold: {announces: ['cp1 control_plane/kubeadm_token'], needs: /token|the join of w2|^w[12]\/kubeadm_join$/},
    }),
    host: 'w2',
  },
  schedulerTaken: fault("the scheduler's manifest is taken away", {
    host: 'cp1',
    script: 'rm "$U7S_DATA/etc_kubernetes/manifests/kube-scheduler.yaml"',
    repairs: ['control_plane/kubeadm_init'],
  }),
  etcdTaken: fault("etcd's manifest is taken away", {
    host: 'cp1',
    // The kubelet needs its time to see it, and to end it.
    script:
      'rm "$U7S_DATA/etc_kubernetes/manifests/etcd.yaml"; for second in $(seq 60); do pgrep -x etcd >/dev/null || exit 0; sleep 1; done; exit 1',
    repairs: ['control_plane/kubeadm_init'],
    untold: {
      needs: /^an answer of (the cluster|etcd) after |^(cp1|w1|w2)\/(kubeadm_|Have a join token|See which taints)/,
    },
  }),
  serverCertificateLost: fault("the API server's certificate is lost", {
    host: 'cp1',
    script: 'rm "$U7S_DATA/etc_kubernetes/pki/apiserver.crt"',
    repairs: ['control_plane/kubeadm_init'],
    renews: [/pki\/apiserver\.(crt|key)$/],
    untold: {needs: /^the certificates that kubeadm makes$/},
  }),
  schedulerUnknown: fault("the scheduler's kubeconfig is lost", {
    host: 'cp1',
    script: 'rm "$U7S_DATA/etc_kubernetes/scheduler.conf"',
    repairs: ['control_plane/kubeadm_init'],
    renews: [/scheduler\.conf$/],
  }),
  clientLost: fault("root's kubectl is gone", {
    host: 'cp1',
    script: 'rm /usr/local/bin/kubectl',
    repairs: ['runtime/file'],
    untold: {needs: /^an answer of kubectl after cp1\/|^(cp1|w1|w2)\/(kubeadm_|Have a join token|See which taints)/},
  }),
  controlPlaneStopped: fault("the control plane's namespaces are stopped", {
    host: 'cp1',
    script: asUser('systemctl --user stop u7s-rootlesskit.service'),
    repairs: ['runtime/systemd_service'],
    renews: everythingRestarted,
    untold: {
      needs:
        /^an answer of (containerd|the cluster|etcd|its check) after |^(cp1|w1|w2)\/(kubeadm_|Have a join token|See which taints)/,
    },
  }),
  workerUnknown: fault("a worker's kubeconfig is lost", {
    host: 'w1',
    script: 'rm "$U7S_DATA/etc_kubernetes/kubelet.conf"',
    repairs: ['worker/kubeadm_join'],
    renews: [/etc_kubernetes\/kubelet\.conf$/],
  }),
} as const satisfies Readonly<Record<string, Damage>>;
