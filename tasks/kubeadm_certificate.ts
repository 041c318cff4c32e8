import {isIP} from 'node:net';
import {sh} from '../engine/host.js';
import {ask, promise, type Change, type TaskModule} from '../engine/task.js';
import {
  kubeadmCertificateFact,
  type KubeadmCertificate,
  type KubeadmCertificateKey,
} from './facts/kubeadm_certificate.js';
import {kubectl} from './kube/answer.js';
import {kubeadmLock} from './kube/lock.js';

export interface CertificateArgs {
  readonly name: string;
  readonly names: readonly string[];
  readonly config: string;
  readonly folder: string;
  readonly kubeconfig: string;
  readonly timeout: number;
}

interface IssueChange extends Change {
  readonly name: string;
  readonly pki: string;
  readonly config: string;
  readonly kubeconfig: string;
  /** A name that the server shows only with the new certificate. */
  readonly shown: string | undefined;
  readonly timeout: number;
}

export const kubeadmCertificate: TaskModule<CertificateArgs, {readonly issued: KubeadmCertificate}, IssueChange> = {
  name: 'kubeadm_certificate',
  reads: (args) => ({issued: ask(kubeadmCertificateFact, keyOf(args))}),
  plan(args, {issued: {authority, names}}) {
    if (!authority) return undefined;
    const missing = args.names.filter((name) => names?.includes(written(name)) !== true);
    if (names !== null && missing.length === 0) return undefined;
    const all = [...new Set([...(names ?? []), ...args.names.map(written)])].sort();
    return {
      kind: 'state',
      summary: `issue the certificate '${args.name}' anew${names === null ? '' : `, for ${missing.join(', ')} too`}`,
      makes: [promise(kubeadmCertificateFact, keyOf(args), {names: all})],
      unsettles: [{kind: 'file', under: `${args.folder}/pki`}],
      name: args.name,
      pki: `${args.folder}/pki`,
      config: args.config,
      kubeconfig: args.kubeconfig,
      shown: names === null ? undefined : missing.at(-1),
      timeout: args.timeout,
    };
  },
  async apply(host, {name, pki, config, kubeconfig, shown, timeout}) {
    // kubeadm keeps a certificate that is there; the old one comes back where it fails.
    const script = sh`cd -- ${pki} || exit
for file in ${name}.crt ${name}.key; do [ ! -e "$file" ] || mv -f "$file" "$file.before" || exit; done
${kubeadmLock} kubeadm init phase certs ${name} --config ${config} || {
  code=$?
  for file in ${name}.crt ${name}.key; do [ ! -e "$file.before" ] || mv -f "$file.before" "$file"; done
  exit $code
}
rm -f ${name}.crt.before ${name}.key.before`;
    await host.run(script, {timeout, label: `kubeadm init phase certs ${name}`});
    // The API server takes up a new certificate by itself, within a minute.
    if (shown !== undefined)
      await host.until(sh`${kubectl(kubeconfig)} --tls-server-name ${shown} get --raw /readyz`, {
        timeout,
        what: `the API server to show its certificate for ${shown}`,
      });
  },
  output: (_, {issued}) => ({names: issued.names ?? []}),
};

function keyOf({folder, name}: CertificateArgs): KubeadmCertificateKey {
  return {folder: `${folder}/pki`, name};
}

/** As a certificate writes it. */
function written(name: string): string {
  return isIP(name) === 0 ? `DNS:${name}` : `IP:${name}`;
}
