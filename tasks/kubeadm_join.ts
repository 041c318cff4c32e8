import {posix} from 'node:path';
import {quote, sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type TaskModule} from '../engine/task.js';
import {kubeadmMemberFact, type MemberKey, type MemberState} from './facts/kubeadm_member.js';
import {kubectl} from './kube/answer.js';
import {kubeadmLock} from './kube/lock.js';

export interface KubeadmJoinArgs {
  readonly endpoint: string | null;
  readonly token: string | null;
  readonly ca_cert_hash: string | null;
  readonly node_name: string;
  readonly node_ip?: string;
  readonly cri_socket: string;
  readonly folder: string;
  readonly kubelet_conf: string;
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
  readonly restartKubelet: string;
  readonly ignore: readonly string[];
  readonly timeout: number;
}

/** What an earlier join that did not end may have left. */
const leftByABegunJoin = [
  'FileAvailable--etc-kubernetes-bootstrap-kubelet.conf',
  'FileAvailable--etc-kubernetes-kubelet.conf',
  'FileAvailable--etc-kubernetes-pki-ca.crt',
  'Port-10250',
];

export const kubeadmJoin: TaskModule<KubeadmJoinArgs, {readonly member: MemberState}, JoinChange> = {
  name: 'kubeadm_join',
  reads: (args) => ({member: ask(kubeadmMemberFact, keyOf(args))}),
  plan(args, {member: {membership}}) {
    if (membership === 'member') return undefined;
    if (membership === 'stranger') {
      refuse(
        `this host belongs to another cluster: its own does not accept the kubelet.conf in '${args.folder}'`,
        'take it out of that cluster first (kubeadm reset); nothing here wipes it',
      );
    }
    const {endpoint, token, ca_cert_hash: hash} = args;
    if (endpoint === null || token === null || hash === null) {
      refuse(
        `there is no token to join with: the cluster has a node '${args.node_name}' already, and this host is not it`,
        `remove the old one (kubectl delete node ${args.node_name}) and run again`,
      );
    }
    const configuration = {
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'JoinConfiguration',
      discovery: {bootstrapToken: {apiServerEndpoint: endpoint, token, caCertHashes: [hash]}},
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
        membership === 'none'
          ? `join ${args.node_name} to the cluster at ${endpoint}`
          : `finish the join of ${args.node_name} to the cluster at ${endpoint}`,
      makes: [promise(kubeadmMemberFact, keyOf(args), {membership: 'member'})],
      configuration: JSON.stringify(configuration),
      folder: args.folder,
      kubeletConf: args.kubelet_conf,
      node: args.node_name,
      again: membership !== 'none',
      restartKubelet: args.restart_kubelet,
      ignore:
        membership === 'none' ? args.ignore_preflight_errors : [...args.ignore_preflight_errors, ...leftByABegunJoin],
      timeout: args.timeout,
    };
  },
  async apply(host, change) {
    const ignore = change.ignore.length === 0 ? '' : quote(`--ignore-preflight-errors=${change.ignore.join(',')}`);
    // The token is in a file for as long as kubeadm runs, and never on a command line. A begun join's kubelet holds an older one: it starts anew.
    const script = `umask 077
cd -- ${quote(change.folder)} || exit
rm -f join.??????
file=$(mktemp join.XXXXXX) && trap 'rm -f "$file"' EXIT && cat >"$file" && chown "$(stat -c %u:%g .)" "$file" || exit
${change.again ? `( sleep 2; ${change.restartKubelet} ) >/dev/null 2>&1 &` : ''}
${kubeadmLock.script} kubeadm join --config /etc/kubernetes/"$file" ${ignore}`;
    await host.run(script, {input: change.configuration, timeout: change.timeout, label: 'kubeadm join'});
    await host.until(sh`${kubectl(change.kubeletConf)} get node ${change.node} -o name`, {
      timeout: change.timeout,
      what: `node ${change.node} in the cluster`,
    });
  },
  output: (args, {member: {membership}}) => ({node: args.node_name, member: membership === 'member'}),
};

function keyOf(args: KubeadmJoinArgs): MemberKey {
  return {folder: posix.normalize(args.folder), kubeletConf: args.kubelet_conf, nodeName: args.node_name};
}
