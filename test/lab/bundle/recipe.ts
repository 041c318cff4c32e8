import {releases, type Minor, type Versions} from './releases.js';

/** A program that is built from a pinned Go module: `modules/<module>` holds its go.mod and go.sum. */
export interface Program {
  readonly name: string;
  readonly module: string;
  readonly package: string;
  readonly tags?: string;
  readonly ldflags?: string;
  /** Built with cgo and linked statically. */
  readonly cgo?: boolean;
}

function kubernetes(name: string, version: string): Program {
  const [major, minor] = version.split('.');
  // kubeadm reads its own version from here to choose images and to judge skew.
  const ldflags = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
    .map(
      (place) =>
        `-X ${place}.gitVersion=v${version} -X ${place}.gitMajor=${major} -X ${place}.gitMinor=${minor} -X ${place}.gitTreeState=clean -X ${place}.gitCommit=module`,
    )
    .join(' ');
  return {name, module: 'kubernetes', package: `k8s.io/kubernetes/cmd/${name}`, ldflags};
}

function containerd(name: string): Program {
  return {
    name,
    module: 'containerd',
    package: `github.com/containerd/containerd/v2/cmd/${name}`,
    tags: 'no_btrfs no_zfs no_devmapper',
  };
}

function cni(name: string, kind: 'main' | 'ipam' | 'meta'): Program {
  return {name, module: 'cni', package: `github.com/containernetworking/plugins/plugins/${kind}/${name}`};
}

const verifierTags = [
  'containers_image_openpgp',
  'containers_image_docker_daemon_stub',
  'containers_image_storage_stub',
  'exclude_graphdriver_btrfs',
  'exclude_graphdriver_devicemapper',
].join(' ');

const kubernetesPrograms = [
  ...['kubeadm', 'kubelet', 'kubectl'],
  ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'],
];

const companions: readonly Program[] = [
  ...['containerd', 'containerd-shim-runc-v2', 'ctr'].map(containerd),
  ...[cni('bridge', 'main'), cni('loopback', 'main'), cni('host-local', 'ipam'), cni('portmap', 'meta')],
  {name: 'etcd', module: 'etcd', package: 'go.etcd.io/etcd/server/v3'},
  {name: 'etcdctl', module: 'etcd', package: 'go.etcd.io/etcd/etcdctl/v3'},
  {name: 'etcdutl', module: 'etcd', package: 'go.etcd.io/etcd/etcdutl/v3'},
  {name: 'coredns', module: 'coredns', package: 'github.com/coredns/coredns'},
  {name: 'flanneld', module: 'flannel', package: 'github.com/flannel-io/flannel', cgo: true},
  // The newest version of this plugin that is served as a Go module.
  {name: 'flannel', module: 'cni-flannel', package: 'github.com/containernetworking/plugins/plugins/meta/flannel'},
  {name: 'image-verifier', module: 'image-verifier', package: '.', tags: verifierTags},
];

/** Every program of a release, from the modules that are pinned for it. */
function programsOf(minor: Minor): readonly Program[] {
  const {versions} = releases[minor];
  const pins: Readonly<Record<string, string>> = releases[minor].pins;
  const all = [...kubernetesPrograms.map((name) => kubernetes(name, versions.kubernetes)), ...companions];
  return all.map((program) => ({...program, module: pins[program.name] ?? pins[program.module] ?? program.module}));
}

/** Where programs lie in the bundle; those that are named nowhere live in images only. */
export const placed: Readonly<Record<string, readonly string[]>> = {
  bin: ['kubeadm', 'kubelet', 'kubectl', 'containerd', 'containerd-shim-runc-v2', 'ctr', 'etcdctl', 'etcdutl'],
  verifier: ['image-verifier'],
  cni: ['bridge', 'loopback', 'host-local', 'portmap', 'flannel'],
};

/** What an image layer is made of: programs, links, texts, or the shared layer of Debian's network tools. */
export type LayerPart =
  | {readonly path: string; readonly program: string}
  | {readonly path: string; readonly link: string}
  | {readonly path: string; readonly text: string}
  | {readonly debian: true};

export interface ImageRecipe {
  readonly name: string;
  readonly parts: readonly LayerPart[];
  readonly entrypoint: readonly string[];
}

const registry = 'registry.local/u7s';

function controlPlane(name: string, version: string): ImageRecipe {
  const path = `usr/local/bin/${name}`;
  return {
    name: `${registry}/${name}:v${version}`,
    parts: [{path, program: name}],
    entrypoint: [`/${path}`],
  };
}

const serveHostname = 'hostname > /www/index.html && exec httpd -f -p 8080 -h /www';

/** The archives of images and what each holds: every node imports `node`, a control plane both. */
function archivesOf(versions: Versions): Readonly<Record<string, readonly ImageRecipe[]>> {
  return {
    'control-plane': [
      ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((name) =>
        controlPlane(name, versions.kubernetes),
      ),
      {
        name: `${registry}/etcd:${versions.etcd}-0`,
        parts: ['etcd', 'etcdctl', 'etcdutl'].map((program) => ({path: `usr/local/bin/${program}`, program})),
        entrypoint: ['/usr/local/bin/etcd'],
      },
    ],
    node: [
      {name: `${registry}/pause:${versions.pause}`, parts: [{path: 'pause', program: 'pause'}], entrypoint: ['/pause']},
      {
        name: `${registry}/kube-proxy:v${versions.kubernetes}`,
        parts: [{debian: true}, {path: 'usr/local/bin/kube-proxy', program: 'kube-proxy'}],
        entrypoint: ['/usr/local/bin/kube-proxy'],
      },
      {
        name: `${registry}/flannel:v${versions.flannel}`,
        parts: [
          {debian: true},
          {path: 'opt/bin/flanneld', program: 'flanneld'},
          {path: 'opt/cni/bin/flannel', program: 'flannel'},
        ],
        entrypoint: ['/opt/bin/flanneld'],
      },
      {
        name: `${registry}/coredns:v${versions.coredns}`,
        parts: [{path: 'coredns', program: 'coredns'}],
        entrypoint: ['/coredns'],
      },
      {
        name: `${registry}/web:1`,
        parts: [
          {path: 'bin/busybox', program: 'busybox'},
          ...['sh', 'hostname', 'httpd', 'nslookup', 'wget', 'cat', 'ls', 'sleep', 'nc', 'date', 'seq'].map(
            (applet) => ({
              path: `bin/${applet}`,
              link: 'busybox',
            }),
          ),
          {path: 'www/health', text: 'ok\n'},
        ],
        entrypoint: ['/bin/sh', '-c', serveHostname],
      },
    ],
  };
}

/** Debian packages of the layer that kube-proxy and flannel stand on; busybox is taken out of it for `web`. */
export const debianPackages = ['iptables', 'nftables', 'conntrack', 'iproute2', 'ipset', 'kmod', 'busybox-static'];

/** Everything that a bundle is made of. */
export interface Recipe {
  readonly versions: Versions;
  readonly programs: readonly Program[];
  readonly archives: Readonly<Record<string, readonly ImageRecipe[]>>;
}

/** The recipe of a release. */
export function recipeOf(minor: Minor): Recipe {
  const {versions} = releases[minor];
  return {versions, programs: programsOf(minor), archives: archivesOf(versions)};
}
