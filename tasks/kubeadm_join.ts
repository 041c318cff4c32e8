import {posix} from 'node:path';
import {quote, sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type TaskModule} from '../engine/task.js';
import {etcdctl} from './facts/etcd_members.js';
import {
  kubeadmMemberFact,
  type ControlPlanePart,
  type MemberKey,
  type MemberPart,
  type MemberState,
} from './facts/kubeadm_member.js';
import {kubectl} from './kube/answer.js';
import {writeKubeletConf, type KubeletConf} from './kube/kubelet-conf.js';
import {kubeadmLock} from './kube/lock.js';

export interface KubeadmJoinArgs {
  readonly endpoint: string | null;
  readonly token: string | null;
  readonly ca_cert_hash: string | null;
  readonly control_plane: boolean;
  readonly certificate_key?: string | null;
  readonly etcd_folder: string;
  readonly node_name: string;
  readonly node_ip?: string;
  readonly cri_socket: string;
  readonly folder: string;
  readonly kubelet_conf: string;
  readonly kubelet_folder: string;
  readonly restart_kubelet: string;
  readonly ignore_preflight_errors: readonly string[];
  readonly timeout: number;
}

interface JoinChange extends Change {
  readonly configuration: string;
  readonly folder: string;
  readonly kubeletConf: string;
  readonly node: string;
  readonly again: boolean;
  readonly controlPlane: boolean;
  /** Of a member: what it lacks. */
  readonly missing: readonly MemberPart[];
  readonly restartKubelet: string;
  readonly ignore: readonly string[];
  /** Of a worker that lost just this. */
  readonly kubeconfig?: KubeletConf;
  readonly timeout: number;
}

/** What an earlier join that did not end may have left. */
const leftByABegunJoin = [
  'FileAvailable--etc-kubernetes-bootstrap-kubelet.conf',
  'FileAvailable--etc-kubernetes-kubelet.conf',
  'FileAvailable--etc-kubernetes-pki-ca.crt',
  'Port-10250',
];

/** The same of a control plane. */
function leftByABegunControlPlane(etcdFolder: string): readonly string[] {
  const pods = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'];
  return [
    ...pods.map((pod) => `FileAvailable--etc-kubernetes-manifests-${pod}.yaml`),
    ...[6443, 10257, 10259, 2379, 2380].map((port) => `Port-${port}`),
    `DirAvailable-${etcdFolder.replaceAll('/', '-')}`,
  ];
}

/** The words after `kubeadm join phase` that make a part of a control plane. */
const phaseOf: Readonly<Record<ControlPlanePart, string>> = {
  'control-plane': 'control-plane-prepare control-plane',
  etcd: 'etcd-join',
  mark: 'control-plane-join mark-control-plane',
};

/** Leaves out what kubeadm would do in vain, and fail: it lets a member of etcd vote that has joined before, also where that votes already. */
function skipping(node: string): string {
  const folder = '/etc/kubernetes/pki/etcd';
  const etcd = {cacert: `${folder}/ca.crt`, cert: `${folder}/healthcheck-client.crt`, key: `${folder}/healthcheck-client.key`}; // prettier-ignore
  const list = sh`${etcdctl({endpoints: 'https://127.0.0.1:2379', ...etcd})} member list -w simple 2>/dev/null | grep -q -- ${`, started, ${node}, .*, false$`}`;
  return `${list} && skip=--skip-phases=etcd-join\n`;
}

export const kubeadmJoin: TaskModule<KubeadmJoinArgs, {readonly member: MemberState}, JoinChange> = {
  name: 'kubeadm_join',
  reads: (args) => ({member: ask(kubeadmMemberFact, keyOf(args))}),
  plan(args, {member: {membership, missing = [], etcdData = false}}) {
    if (membership === 'member') return undefined;
    if (membership === 'stranger') {
      refuse(
        `this host belongs to another cluster: its own does not accept the kubelet.conf in '${args.folder}'`,
        'take it out of that cluster first (kubeadm reset); nothing here wipes it',
      );
    }
    if (args.control_plane && membership === 'none' && etcdData) {
      refuse(
        `etcd holds a member's data in '${args.etcd_folder}', and this host is no member of the cluster`,
        'move that folder away if nothing in it is needed any more; nothing here wipes it',
      );
    }
    const {endpoint, token, ca_cert_hash: hash, certificate_key: certificateKey = null} = args;
    const isWhole = membership !== 'incomplete';
    if (missing.includes('kubeconfig') && endpoint === null)
      refuse('the cluster does not tell its endpoint', "the configmap kube-public/cluster-info holds it: 'kubeadm init phase bootstrap-token' makes that anew"); // prettier-ignore
    if (isWhole && (endpoint === null || token === null || hash === null)) {
      refuse(
        `there is no token to join with: the cluster has a node '${args.node_name}' already, and this host is not it`,
        `remove the old one (kubectl delete node ${args.node_name}) and run again`,
      );
    }
    if (args.control_plane && args.node_ip === undefined) refuse("a control plane needs its 'node_ip'");
    const isBegun = membership === 'begun' || membership === 'deleted';
    const configuration = {
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'JoinConfiguration',
      discovery: isWhole
        ? {bootstrapToken: {apiServerEndpoint: endpoint, token, caCertHashes: [hash]}}
        : {file: {kubeConfigPath: '/etc/kubernetes/admin.conf'}},
      ...(args.control_plane
        ? {
            controlPlane: {
              localAPIEndpoint: {advertiseAddress: args.node_ip, bindPort: 6443},
              ...(certificateKey === null ? {} : {certificateKey}),
            },
          }
        : {}),
      nodeRegistration: {
        name: args.node_name,
        criSocket: args.cri_socket,
        imagePullPolicy: 'IfNotPresent',
        ...(args.node_ip === undefined ? {} : {kubeletExtraArgs: [{name: 'node-ip', value: args.node_ip}]}),
      },
    };
    return {
      kind: 'state',
      summary:
        membership === 'incomplete'
          ? `complete the ${args.control_plane ? 'control plane' : 'worker'} ${args.node_name}: ${missing.join(', ')}`
          : `${isBegun ? 'finish the join of' : 'join'} ${args.node_name} to the cluster at ${endpoint ?? ''}${args.control_plane ? ' as a control plane' : ''}`,
      makes: [promise(kubeadmMemberFact, keyOf(args), {membership: 'member'})],
      configuration: JSON.stringify(configuration),
      folder: args.folder,
      kubeletConf: args.kubelet_conf,
      node: args.node_name,
      again: isBegun,
      controlPlane: args.control_plane,
      missing,
      ...(missing.includes('kubeconfig') && endpoint !== null
        ? {kubeconfig: {folder: args.folder, path: args.kubelet_conf, endpoint, node: args.node_name}}
        : {}),
      restartKubelet: args.restart_kubelet,
      ignore: [
        ...args.ignore_preflight_errors,
        ...(isBegun ? leftByABegunJoin : []),
        ...(isBegun && args.control_plane ? leftByABegunControlPlane(args.etcd_folder) : []),
      ],
      timeout: args.timeout,
    };
  },
  async apply(host, change) {
    const ignore = change.ignore.length === 0 ? '' : quote(`--ignore-preflight-errors=${change.ignore.join(',')}`);
    const join = `${kubeadmLock.script} kubeadm join`;
    const config = '--config /etc/kubernetes/"$file"';
    const commands = change.missing.flatMap((part) =>
      part === 'kubeconfig' ? [] : [`${join} phase ${phaseOf[part]} ${config}`],
    );
    const whole = change.again
      ? `( sleep 2; ${change.restartKubelet} ) >/dev/null 2>&1 &\n${change.controlPlane ? skipping(change.node) : ''}${join} ${config} ${ignore} $skip`
      : `${join} ${config} ${ignore}`;
    // The token is in a file for as long as kubeadm runs, and never on a command line. A begun join's kubelet holds an older one: it starts anew.
    const script = `umask 077
skip=
cd -- ${quote(change.folder)} || exit
rm -f join.??????
file=$(mktemp join.XXXXXX) && trap 'rm -f "$file"' EXIT && cat >"$file" && chown "$(stat -c %u:%g .)" "$file" || exit
${commands.length > 0 ? commands.join(' &&\n') : whole}`;
    if (change.kubeconfig !== undefined)
      await host.run(writeKubeletConf(change.kubeconfig), {label: 'making of kubelet.conf'});
    else await host.run(script, {input: change.configuration, timeout: change.timeout, label: 'kubeadm join'});
    await host.until(sh`${kubectl(change.kubeletConf)} get node ${change.node} -o name`, {
      timeout: change.timeout,
      what: `node ${change.node} in the cluster`,
    });
  },
  output: (args, {member: {membership}}) => ({node: args.node_name, member: membership === 'member'}),
};

function keyOf(args: KubeadmJoinArgs): MemberKey {
  return {
    folder: posix.normalize(args.folder),
    kubeletConf: args.kubelet_conf,
    nodeName: args.node_name,
    ...(args.control_plane ? {etcdFolder: args.etcd_folder} : {kubeletFolder: posix.normalize(args.kubelet_folder)}),
  };
}
