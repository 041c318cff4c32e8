import {randomBytes} from 'node:crypto';
import {sh} from '../engine/host.js';
import {ask, type Change, type TaskModule} from '../engine/task.js';
import {bootstrapTokenFact, type TokenState} from './facts/bootstrap_token.js';
import {kubectl} from './kube/answer.js';
import {seconds} from './kube/duration.js';

export interface CertificateKeyArgs {
  readonly nodes?: readonly string[];
  readonly config: string;
  readonly folder: string;
  readonly ttl: string;
  readonly kubeconfig: string;
}

interface UploadChange extends Change {
  readonly config: string;
  readonly folder: string;
  readonly kubeconfig: string;
  /** Seconds. */
  readonly ttl: number;
}

/** What kubeadm writes on the token that ends together with the certificates. */
const proxy = 'Proxy for managing TTL for the kubeadm-certs secret';

export const kubeadmCertificateKey: TaskModule<CertificateKeyArgs, {readonly cluster: TokenState}, UploadChange> = {
  name: 'kubeadm_certificate_key',
  reads: (args) => ({cluster: ask(bootstrapTokenFact, {kubeconfig: args.kubeconfig})}),
  plan({nodes, config, folder, ttl, kubeconfig}, {cluster}) {
    if (nodes?.every((node) => cluster.nodes.includes(node)) === true) return undefined;
    return {
      kind: 'action',
      summary: `lend the cluster's certificates for ${ttl}`,
      makes: [],
      unsettles: [{kind: 'bootstrap_token'}, {kind: 'kube_object'}],
      config,
      folder,
      kubeconfig,
      ttl: seconds(ttl),
    };
  },
  async apply(host, {config, folder, kubeconfig, ttl}) {
    const key = randomBytes(32).toString('hex');
    const client = kubectl(kubeconfig);
    // The key is in a file for as long as kubeadm runs, and never on a command line.
    const script = sh`umask 077
key=$(cat)
cd -- ${folder} || exit
rm -f lend.??????
file=$(mktemp lend.XXXXXX) && trap 'rm -f "$file"' EXIT && chown "$(stat -c %u:%g .)" "$file" || exit
while IFS= read -r line; do
  printf '%s\\n' "$line"
  [ "$line" != 'kind: InitConfiguration' ] || printf 'certificateKey: %s\\n' "$key"
done >"$file" <${config} || exit
kubeadm init phase upload-certs --upload-certs --config /etc/kubernetes/"$file" >/dev/null || exit
ends=$(date -u -d "@$(($(date +%s) + ${ttl}))" +%Y-%m-%dT%H:%M:%SZ)
for token in $(${client} -n kube-system get secrets --field-selector type=bootstrap.kubernetes.io/token -o ${'jsonpath={range .items[*]}{.metadata.name}={.data.description}{"\\n"}{end}'} | grep -F ${`=${Buffer.from(proxy).toString('base64')}`} | cut -d= -f1); do
  ${client} -n kube-system patch secret "$token" --type merge --patch '{"stringData":{"expiration":"'"$ends"'"}}' >/dev/null || exit
done`;
    await host.run(script, {input: key, label: 'kubeadm init phase upload-certs'});
    return {key};
  },
  output: () => ({key: null}),
};
