import {raw, sh} from '../engine/host.js';
import {ask, promise, refuse, unknown, type Change, type TaskModule} from '../engine/task.js';
import {kubeCsrFact, ownLabel, type CsrState} from './facts/kube_csr.js';
import {kubectl} from './kube/answer.js';

export interface KubeCsrArgs {
  readonly name: string;
  readonly request: string;
  readonly signer: string;
  readonly usages: readonly string[];
  readonly days: number;
  readonly at_least: number;
  readonly timeout: number;
  readonly kubeconfig: string;
}

interface CsrChange extends Change {
  readonly kubeconfig: string;
  readonly name: string;
  /** The object to be made. */
  readonly object: unknown;
  readonly timeout: number;
}

export const kubeCsr: TaskModule<KubeCsrArgs, {readonly csr: CsrState}, CsrChange> = {
  name: 'kube_csr',
  reads: (args) => ({csr: ask(kubeCsrFact, {kubeconfig: args.kubeconfig, name: args.name})}),
  plan(args, {csr}) {
    const {name, kubeconfig, timeout} = args;
    const request = args.request.trim();
    if (!request.includes('BEGIN CERTIFICATE REQUEST'))
      refuse("'request' is no request for a certificate in PEM", 'openssl_csr makes one');
    if (isAnswered(args, csr)) return undefined;
    if (csr.exists && !csr.ours)
      refuse(`the cluster has a request '${name}' that somebody else made`, 'give this one another name');
    return {
      kind: 'state',
      summary: `have the cluster answer the request ${name}`,
      makes: [
        promise(
          kubeCsrFact,
          {kubeconfig, name},
          {
            cluster: true,
            exists: true,
            ours: true,
            request,
            certificate: unknown('the certificate that the cluster makes'),
            left: args.days * 86400,
          },
        ),
      ],
      kubeconfig,
      name,
      timeout,
      object: {
        apiVersion: 'certificates.k8s.io/v1',
        kind: 'CertificateSigningRequest',
        metadata: {name, labels: ownLabel},
        spec: {
          request: Buffer.from(`${request}\n`).toString('base64'),
          signerName: args.signer,
          usages: args.usages,
          expirationSeconds: Math.round(args.days * 86400),
        },
      },
    };
  },
  async apply(host, {kubeconfig, name, object, timeout}) {
    const client = kubectl(kubeconfig);
    await host.run(
      sh`${client} delete certificatesigningrequest ${name} --ignore-not-found >/dev/null && ${client} create -f - >/dev/null && ${client} certificate approve ${name} >/dev/null`,
      {input: JSON.stringify(object), label: 'kubectl certificate approve'},
    );
    const path = 'jsonpath={.status.certificate}';
    await host.until(
      sh`[ -n "$(${client} get certificatesigningrequest ${name} -o ${path})" ] || { ${client} get certificatesigningrequest ${name} -o ${raw("'jsonpath={.status.conditions[*].message}'")} >&2; exit 1; }`,
      {timeout, what: `the certificate of ${name}`},
    );
  },
  output: (args, {csr}) => ({
    name: args.name,
    certificate: isAnswered(args, csr) ? csr.certificate : null,
    days_left: csr.certificate === null ? null : Math.floor(csr.left / 86400),
  }),
};

function isAnswered(args: KubeCsrArgs, csr: CsrState): boolean {
  return csr.request === args.request.trim() && csr.certificate !== null && csr.left >= args.at_least * 86400;
}
