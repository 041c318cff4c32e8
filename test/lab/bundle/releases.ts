/** Versions of what a bundle holds; those of etcd, coredns and pause are what `kubeadm config images list` names for this Kubernetes. */
export interface Versions {
  readonly kubernetes: string;
  readonly etcd: string;
  readonly coredns: string;
  readonly pause: string;
  readonly containerd: string;
  readonly cni: string;
  readonly flannel: string;
  readonly 'cni-flannel': string;
  readonly 'image-verifier': string;
}

interface Release {
  readonly versions: Versions;
  /** Folders of pinned modules that are other ones than those below `modules/`, by the program or the module that they stand for. */
  readonly pins: Readonly<Record<string, string>>;
}

const companions = {
  containerd: '2.1.5',
  cni: '1.7.1',
  flannel: '0.28.4',
  'cni-flannel': '0.9.1',
  'image-verifier': '1',
} as const;

/** What can be built, by the minor version of Kubernetes. */
export const releases = {
  '1.34': {
    versions: {kubernetes: '1.34.4', etcd: '3.6.5', coredns: '1.12.1', pause: '3.10.1', ...companions},
    pins: {},
  },
  '1.33': {
    versions: {kubernetes: '1.33.13', etcd: '3.5.24', coredns: '1.12.0', pause: '3.10', ...companions},
    pins: {
      kubernetes: '../releases/1.33/kubernetes',
      etcd: '../releases/1.33/etcd',
      coredns: '../releases/1.33/coredns',
      // Its clients are served as modules in another patch version only.
      etcdctl: '../releases/1.33/etcdctl',
      etcdutl: '../releases/1.33/etcdctl',
    },
  },
} as const satisfies Readonly<Record<string, Release>>;

export type Minor = keyof typeof releases;

/** What a bundle is built of when nobody asks for another one. */
export const usual: Minor = '1.34';
