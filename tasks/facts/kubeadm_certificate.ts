import {X509Certificate} from 'node:crypto';
import {sh} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind} from '../../engine/task.js';
import {namesIn} from '../openssl/certificate.js';

export interface KubeadmCertificateKey {
  /** Where the asking user sees what kubeadm calls /etc/kubernetes/pki. */
  readonly folder: string;
  /** `apiserver` */
  readonly name: string;
}

export interface KubeadmCertificate {
  /** The machine is a control plane: it has the authority's key. */
  readonly authority: boolean;
  /** What the certificate is for, `DNS:lb1`, `IP:192.0.2.1`, sorted; null where there is none. */
  readonly names: readonly string[] | null;
}

/** The names in a certificate that kubeadm issued. */
export const kubeadmCertificateFact: FactKind<KubeadmCertificateKey, KubeadmCertificate> = {
  name: 'kubeadm_certificate',
  id: ({folder, name}) => `${folder}/${name}`,
  script: (keys) =>
    keys
      .map(
        ({folder, name}) => sh`[ ! -e ${`${folder}/ca.key`} ] || echo authority
cat ${`${folder}/${name}.crt`} 2>/dev/null
printf '\\036\\n'`,
      )
      .join('\n'),
  parse(keys, result) {
    const parts = result.stdout.split('\u001e\n');
    if (parts.length !== keys.length + 1) throw new Error(`cannot look at certificates: ${result.stderr.trim()}`);
    return keys.map((_, index): KubeadmCertificate => {
      const text = parts[index] ?? '';
      return {authority: text.startsWith('authority\n'), names: certifiedNames(text)};
    });
  },
  // kubeadm makes the certificate with the control plane.
  follows: (_, before, promised) =>
    (promised.kind === 'kubeadm' || promised.kind === 'kubeadm_member') && before.names === null
      ? unknown('the certificates that kubeadm makes')
      : undefined,
  holds(promised, read) {
    const {names} = promised as Partial<KubeadmCertificate>;
    return (names ?? []).every((name) => read.names?.includes(name) === true);
  },
  show(before, after) {
    if (isUnknown(after) || isUnknown(after.names)) return [];
    return [{what: 'certificate names', before: before?.names?.join(', '), after: after.names?.join(', ')}];
  },
};

function certifiedNames(text: string): readonly string[] | null {
  const start = text.indexOf('-----BEGIN CERTIFICATE-----');
  if (start === -1) return null;
  try {
    return namesIn(new X509Certificate(text.slice(start)).subjectAltName ?? '');
  } catch {
    return null;
  }
}
