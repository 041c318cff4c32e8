/** The phases of `kubeadm init` that are run, in order. */
export type PhaseName =
  | 'certs'
  | 'kubeconfig'
  | 'etcd'
  | 'control-plane'
  | 'kubelet-start'
  | 'upload-config'
  | 'mark-control-plane'
  | 'bootstrap-token'
  | 'kubelet-finalize'
  | 'addon';

export interface Phase {
  readonly name: PhaseName;
  /** Words after `kubeadm init phase`. */
  readonly words: readonly string[];
  /** It asks the API server, so that one has to answer. */
  readonly online: boolean;
  /** What it leaves: files below kubeadm's folder, and objects as `kind/name`. */
  leaves(node: string): readonly string[];
}

/** Certificates with their keys, below kubeadm's folder. */
export const keyPairs = [
  'pki/ca',
  'pki/apiserver',
  'pki/apiserver-kubelet-client',
  'pki/front-proxy-ca',
  'pki/front-proxy-client',
  'pki/etcd/ca',
  'pki/etcd/server',
  'pki/etcd/peer',
  'pki/etcd/healthcheck-client',
  'pki/apiserver-etcd-client',
];

export const phases: readonly Phase[] = [
  {
    name: 'certs',
    words: ['certs', 'all'],
    online: false,
    leaves: () => [...keyPairs.flatMap((pair) => [`${pair}.crt`, `${pair}.key`]), 'pki/sa.key', 'pki/sa.pub'],
  },
  {
    name: 'kubeconfig',
    words: ['kubeconfig', 'all'],
    online: false,
    leaves: () => ['admin.conf', 'super-admin.conf', 'kubelet.conf', 'controller-manager.conf', 'scheduler.conf'],
  },
  {name: 'etcd', words: ['etcd', 'local'], online: false, leaves: () => ['manifests/etcd.yaml']},
  {
    name: 'control-plane',
    words: ['control-plane', 'all'],
    online: false,
    leaves: () => [
      'manifests/kube-apiserver.yaml',
      'manifests/kube-controller-manager.yaml',
      'manifests/kube-scheduler.yaml',
    ],
  },
  {
    name: 'kubelet-start',
    words: ['kubelet-start'],
    online: false,
    leaves: () => ['kubelet/config.yaml', 'kubelet/kubeadm-flags.env'],
  },
  {
    name: 'upload-config',
    words: ['upload-config', 'all'],
    online: true,
    // Whoever joins may read each only by the binding that comes after it.
    leaves: () => [
      'configmap/kubeadm-config',
      'rolebinding/kubeadm:nodes-kubeadm-config',
      'configmap/kubelet-config',
      'rolebinding/kubeadm:kubelet-config',
    ],
  },
  {name: 'mark-control-plane', words: ['mark-control-plane'], online: true, leaves: (node) => [`node/${node}`]},
  {
    name: 'bootstrap-token',
    words: ['bootstrap-token', '--skip-token-print'],
    online: true,
    leaves: () => ['configmap/cluster-info', 'rolebinding/kubeadm:bootstrap-signer-clusterinfo'],
  },
  {name: 'kubelet-finalize', words: ['kubelet-finalize', 'all'], online: true, leaves: () => ['kubelet.conf=rotating']},
  {
    name: 'addon',
    words: ['addon', 'all'],
    online: true,
    leaves: () => ['daemonset/kube-proxy', 'deployment/coredns', 'service/kube-dns'],
  },
];
