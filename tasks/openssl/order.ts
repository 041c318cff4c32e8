import {raw, sh} from '../../engine/host.js';
import {canonicalMode, type Placement} from '../files/placement.js';

/** A certificate to be made. */
export interface CertificateOrder {
  readonly path: string;
  readonly key: string;
  readonly makesKey: boolean;
  readonly keyType: 'ecdsa' | 'rsa2048' | 'rsa3072' | 'rsa4096' | 'ed25519';
  readonly subject: readonly (readonly [string, string])[];
  readonly names: readonly string[];
  readonly usages: readonly string[];
  readonly ca: boolean;
  readonly days: number;
  /** Left out: it signs itself. */
  readonly signer?: {readonly certificate: string; readonly key: string};
  readonly placement: {readonly certificate: Placement; readonly key: Placement};
}

/** Words of openssl genpkey for the kinds of keys. */
export const keyWords: Readonly<Record<CertificateOrder['keyType'], string>> = {
  ecdsa: '-algorithm EC -pkeyopt ec_paramgen_curve:P-256',
  rsa2048: '-algorithm RSA -pkeyopt rsa_keygen_bits:2048',
  rsa3072: '-algorithm RSA -pkeyopt rsa_keygen_bits:3072',
  rsa4096: '-algorithm RSA -pkeyopt rsa_keygen_bits:4096',
  ed25519: '-algorithm ED25519',
};

const extended = ['serverAuth', 'clientAuth', 'codeSigning', 'emailProtection', 'timeStamping', 'OCSPSigning'];

/** A script that makes key and certificate beside their places and puts them there, the key first: neither is ever seen half. */
export function certificateScript(order: CertificateOrder): string {
  const {path, key, signer} = order;
  const made = order.makesKey ? `$k` : key;
  const keyPart = order.makesKey
    ? sh`openssl genpkey ${raw(keyWords[order.keyType])} -out "$k" 2>"$d/said" || { cat "$d/said" >&2; exit 1; }`
    : '';
  const signing =
    signer === undefined
      ? `-key "$u"`
      : sh`-CA ${signer.certificate} -CAkey ${signer.key} -set_serial "0x$(openssl rand -hex 19)"`;
  return sh`umask 077
d=$(mktemp -d) || exit
k=${`${key}.u7s-new`} c=${`${path}.u7s-new`}
trap 'rm -rf -- "$d" "$k" "$c"' EXIT
${raw(keyPart)}
u=${raw(order.makesKey ? '"$k"' : sh`${made}`)}
printf '%s' ${extensions(order)} >"$d/ext"
openssl req -new -utf8 -key "$u" -subj ${subject(order)} -config "$d/ext" -out "$d/csr" &&
openssl x509 -req -in "$d/csr" ${raw(signer === undefined ? '-signkey "$u"' : signing)} -days ${Math.ceil(order.days)} -sha256 -extfile "$d/ext" -extensions own -out "$c" 2>"$d/said" || { cat "$d/said" >&2; exit 1; }
${raw(order.makesKey ? placed('"$k"', order.placement.key) : '')}
${raw(placed('"$c"', order.placement.certificate))}
${raw(order.makesKey ? sh`mv -f -- "$k" ${key} || exit` : placed(sh`${key}`, order.placement.key))}
mv -f -- "$c" ${path}`;
}

/** openssl's own file: what it wants of a request, and the extensions of the certificate. */
function extensions({names, usages, ca}: CertificateOrder): string {
  const own = usages.filter((word) => !extended.includes(word));
  const more = usages.filter((word) => extended.includes(word));
  return [
    '[req]',
    'distinguished_name = dn',
    'prompt = no',
    '[dn]',
    '[own]',
    `basicConstraints = critical,CA:${ca ? 'TRUE' : 'FALSE'}`,
    'subjectKeyIdentifier = hash',
    'authorityKeyIdentifier = keyid',
    ...(own.length === 0 ? [] : [`keyUsage = critical,${own.join(',')}`]),
    ...(more.length === 0 ? [] : [`extendedKeyUsage = ${more.join(',')}`]),
    ...(names.length === 0 ? [] : ['subjectAltName = @names', '[names]', ...names.map((name, index) => name.replace(/^(\w+):/, `$1.${index} = `))]), // prettier-ignore
    '',
  ].join('\n');
}

/** A name as -subj takes it: slashes and pluses would begin another part. */
function subject(order: CertificateOrder): string {
  return order.subject.map(([name, value]) => `/${name}=${value.replace(/[\\/+]/g, '\\$&')}`).join('');
}

/** A script that gives a file its owner, group and mode. */
export function placed(file: string, {mode, owner, group}: Placement): string {
  return [
    ...(owner === undefined ? [] : [sh`chown -- ${owner} ${raw(file)} || exit`]),
    ...(group === undefined ? [] : [sh`chgrp -- ${group} ${raw(file)} || exit`]),
    ...(mode === undefined ? [] : [sh`chmod -- ${canonicalMode(mode)} ${raw(file)} || exit`]),
  ].join('\n');
}
