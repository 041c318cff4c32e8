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
  readonly own?: OwnNames;
  readonly config: string;
  readonly folder: string;
  readonly kubeconfig: string;
  readonly timeout: number;
}

/** What kubeadm itself puts into the API server's certificate comes from these. */
interface OwnNames {
  readonly node_name: string;
  readonly node_ip: string;
  readonly endpoint: string;
  readonly service_cidr: string;
  readonly cluster_domain: string;
}

interface IssueChange extends Change {
  readonly name: string;
  readonly pki: string;
  readonly config: string;
  readonly kubeconfig: string;
  /** A name that the server shows only with the new certificate. */
  readonly shown: string | undefined;
  /** A name that it shows only with the old one. */
  readonly gone: string | undefined;
  readonly timeout: number;
}

export const kubeadmCertificate: TaskModule<CertificateArgs, {readonly issued: KubeadmCertificate}, IssueChange> = {
  name: 'kubeadm_certificate',
  reads: (args) => ({issued: ask(kubeadmCertificateFact, keyOf(args))}),
  plan(args, {issued: {authority, names}}) {
    if (!authority) return undefined;
    const wanted = args.names.map(written);
    const missing = args.names.filter((name) => names?.includes(written(name)) !== true);
    const complete = args.own === undefined ? undefined : [...wanted, ...ownNames(args.own)];
    const surplus = complete === undefined ? [] : (names ?? []).filter((name) => !complete.includes(name));
    if (names !== null && missing.length === 0 && surplus.length === 0) return undefined;
    const all = [...new Set(complete ?? [...(names ?? []), ...wanted])].sort();
    const words = [
      ...(names === null || missing.length === 0 ? [] : [`for ${missing.join(', ')} too`]),
      ...(surplus.length === 0 ? [] : [`no longer for ${surplus.map(plain).join(', ')}`]),
    ];
    return {
      kind: 'state',
      summary: [`issue the certificate '${args.name}' anew`, ...words].join(', '),
      makes: [promise(kubeadmCertificateFact, keyOf(args), {names: all})],
      unsettles: [{kind: 'file', under: `${args.folder}/pki`}],
      name: args.name,
      pki: `${args.folder}/pki`,
      config: args.config,
      kubeconfig: args.kubeconfig,
      shown: names === null ? undefined : missing.at(-1),
      gone: surplus.map(plain).at(-1),
      timeout: args.timeout,
    };
  },
  async apply(host, {name, pki, config, kubeconfig, shown, gone, timeout}) {
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
    if (gone !== undefined)
      await host.until(
        sh`${kubectl(kubeconfig)} --tls-server-name ${gone} get --raw /readyz 2>&1 | grep -q 'certificate is valid for'`,
        {
          timeout,
          what: `the API server to show a certificate that is not for ${gone}`,
        },
      );
  },
  output: (_, {issued}) => ({names: issued.names ?? []}),
};

function keyOf({folder, name}: CertificateArgs): KubeadmCertificateKey {
  return {folder: `${folder}/pki`, name};
}

function ownNames({node_name, node_ip, endpoint, service_cidr, cluster_domain}: OwnNames): readonly string[] {
  const service = ['kubernetes', 'default', 'svc', cluster_domain];
  const services = service.map((_, index) => service.slice(0, index + 1).join('.'));
  return [node_name, node_ip, endpoint.replace(/:[0-9]+$/, ''), firstOf(service_cidr), ...services].map(written);
}

/** The address that the Service of the API has: the first one of the network. */
function firstOf(cidr: string): string {
  const [address = '', length = '32'] = cidr.split(',')[0]?.split('/') ?? [];
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(length));
  const first = Math.floor(number / size) * size + 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.');
}

/** Without the word for its kind. */
function plain(name: string): string {
  return name.replace(/^[A-Za-z ]+:/, '');
}

/** As a certificate writes it. */
function written(name: string): string {
  return isIP(name) === 0 ? `DNS:${name.toLowerCase()}` : `IP:${name}`;
}
