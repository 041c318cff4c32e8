import {raw, sh} from '../../engine/host.js';
import type {Placement} from '../files/placement.js';
import {keyWords, placed, type CertificateOrder} from './order.js';

/** Kinds of private keys. */
export type KeyType = CertificateOrder['keyType'];

/** A request to be made. */
export interface RequestOrder {
  readonly path: string;
  readonly key: string;
  readonly makesKey: boolean;
  readonly keyType: KeyType;
  readonly subject: readonly (readonly [string, string])[];
  readonly placement: {readonly request: Placement; readonly key: Placement};
}

/** A script that makes a request, and its key where there is none, beside their places and puts them there: neither is ever seen half. */
export function requestScript({path, key, makesKey, keyType, subject, placement}: RequestOrder): string {
  const name = subject.map(([word, value]) => `/${word}=${value.replace(/[\\/+]/g, '\\$&')}`).join('');
  return sh`umask 077
k=${`${key}.u7s-new`} r=${`${path}.u7s-new`}
trap 'rm -f -- "$k" "$r"' EXIT
${raw(makesKey ? sh`openssl genpkey ${raw(keyWords[keyType])} -out "$k" 2>/dev/null || { echo 'openssl makes no key' >&2; exit 1; }` : sh`u=${key}`)}
openssl req -new -utf8 -key "${raw(makesKey ? '$k' : '$u')}" -subj ${name} -out "$r" || exit
${raw(makesKey ? placed('"$k"', placement.key) : placed(sh`${key}`, placement.key))}
${raw(placed('"$r"', placement.request))}
${raw(makesKey ? sh`mv -f -- "$k" ${key} || exit` : '')}
mv -f -- "$r" ${path}`;
}
