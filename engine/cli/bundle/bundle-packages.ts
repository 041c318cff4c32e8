import {basename, join} from 'node:path';
import type {DebianPackage} from './debian-package.js';
import type {BundleManifest} from './manifest.js';

interface Recipe {
  /** Whose version it bears: a component of the bundle. */
  readonly component: string;
  readonly description: string;
  /** What Debian's package of this name provides. */
  readonly provides?: string;
  /** Folders of the machine by files of the bundle; those that a bundle does not have are left out. */
  readonly to: string;
  readonly files: readonly string[];
}

const programs = (component: string, description: string, names: readonly string[]): Recipe => ({
  component,
  description,
  to: 'usr/bin',
  files: names.map((name) => `bin/${name}`),
});

/** By the names that Debian's or Kubernetes' own packages have, so that the same lists of packages fit either. */
const recipes: Readonly<Record<string, Recipe>> = {
  kubeadm: programs('kubernetes', 'what makes clusters and joins nodes', ['kubeadm']),
  kubelet: programs('kubernetes', 'the agent of a node', ['kubelet']),
  kubectl: programs('kubernetes', 'the client of the API', ['kubectl']),
  containerd: programs('containerd', 'what runs containers', ['containerd', 'containerd-shim-runc-v2', 'ctr']),
  'etcd-client': programs('etcd', 'the clients of etcd', ['etcdctl', 'etcdutl']),
  'containernetworking-plugins': {
    component: 'cni',
    description: 'plugins for the networks of containers',
    provides: 'container-network-stack (= 1)',
    to: 'usr/lib/cni',
    files: ['bridge', 'flannel', 'host-local', 'loopback', 'portmap'].map((name) => `cni/${name}`),
  },
};

/** The packages that a bundle's programs make. */
export function packagesOf(
  bundle: string,
  {architecture, components, files}: BundleManifest,
): readonly DebianPackage[] {
  const there = new Set(files.map(({path}) => path));
  return Object.entries(recipes).flatMap(([name, {component, to, files: wanted, ...rest}]) => {
    const found = wanted.filter((path) => there.has(path));
    const version = components[component];
    if (found.length === 0 || version === undefined) return [];
    const placed = Object.fromEntries(found.map((path) => [`${to}/${basename(path)}`, join(bundle, path)]));
    // A revision of its own: another package of the same version is not taken for it.
    return [{name, version: `${version}-0u7s1`, architecture, ...rest, files: placed}];
  });
}
