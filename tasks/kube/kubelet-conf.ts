import {quote, raw, sh} from '../../engine/host.js';
import {kubectl} from './answer.js';

/** What the kubelet's kubeconfig is made of where it alone was lost: the authority and the certificate are there still. */
export interface KubeletConf {
  /** Where the asking user sees what kubeadm calls /etc/kubernetes. */
  readonly folder: string;
  /** The file as kubectl sees it. */
  readonly path: string;
  readonly endpoint: string;
  readonly node: string;
}

const certificate = '/var/lib/kubelet/pki/kubelet-client-current.pem';

/** Writes it anew, and puts it in its place when the cluster accepts it. */
export function writeKubeletConf({folder, path, endpoint, node}: KubeletConf): string {
  const text = (authority: string): string => `apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority-data: ${authority}
    server: https://${endpoint}
  name: default-cluster
contexts:
- context:
    cluster: default-cluster
    namespace: default
    user: default-auth
  name: default-context
current-context: default-context
users:
- name: default-auth
  user:
    client-certificate: ${certificate}
    client-key: ${certificate}
`;
  const [before = '', after = ''] = text('=').split(': =\n');
  const inside = path.slice(0, path.lastIndexOf('/'));
  return sh`umask 077
cd -- ${folder} || exit
rm -f kubelet.conf.??????
file=$(mktemp kubelet.conf.XXXXXX) && trap 'rm -f "$file"' EXIT || exit
{ printf '%s: ' ${before}; base64 pki/ca.crt | tr -d '\n'; printf '\n%s' ${after}; } >"$file" && chown "$(stat -c %u:%g .)" "$file" || exit
${kubectl(raw(`${quote(inside)}/"$file"`))} get node ${node} -o name && mv -f -- "$file" kubelet.conf`;
}
