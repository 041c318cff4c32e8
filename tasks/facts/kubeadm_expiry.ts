import {X509Certificate} from 'node:crypto';
import {sh} from '../../engine/host.js';
import {isUnknown, type FactKind} from '../../engine/task.js';

export interface KubeadmExpiryKey {
  /** Where the asking user sees what kubeadm calls /etc/kubernetes. */
  readonly folder: string;
  /** What ends within so many days is due. */
  readonly days: number;
}

export interface KubeadmExpiry {
  /** As `kubeadm certs renew` names them, sorted. */
  readonly due: readonly string[];
  /** Days that the one which ends first has left, rounded down; null where there is none. */
  readonly left: number | null;
  /** Programs that have not read yet what was renewed by a run that broke off. */
  readonly stale: readonly string[];
}

/** Where a renewal notes in the folder which programs it is about to start anew. */
export const staleFile = 'renewed';

const secondsOfDay = 86_400;

/** How long the certificates live that kubeadm issued on a control plane, those in kubeconfigs too. What the authorities and kubelets have is not among them. */
export const kubeadmExpiryFact: FactKind<KubeadmExpiryKey, KubeadmExpiry> = {
  name: 'kubeadm_expiry',
  id: ({folder, days}) => `${folder} ${days}`,
  script: (keys) =>
    keys
      .map(
        ({folder}) => sh`date +%s
cat ${`${folder}/${staleFile}`} 2>/dev/null
if [ -e ${`${folder}/pki/ca.key`} ]; then
  for file in ${`${folder}/pki`}/*.crt ${`${folder}/pki/etcd`}/*.crt; do
    case $file in *ca.crt) continue ;; esac
    [ ! -e "$file" ] || { printf '\\035%s\\n' "$file"; cat "$file"; }
  done
  for file in admin super-admin controller-manager scheduler; do
    file=${folder}/$file.conf
    [ ! -e "$file" ] || { printf '\\035%s\\n' "$file"; sed -n 's/^ *client-certificate-data: *//p' "$file" | base64 -d; }
  done
fi
printf '\\036\\n'`,
      )
      .join('\n'),
  parse(keys, result) {
    const parts = result.stdout.split('\u001e\n');
    if (parts.length !== keys.length + 1) throw new Error(`cannot look at certificates: ${result.stderr.trim()}`);
    return keys.map((key, index) => expiryOf(key, parts[index] ?? ''));
  },
  show(before, after) {
    if (isUnknown(after) || isUnknown(after.due) || (before?.due.length ?? 0) === 0) return [];
    return [{what: 'certificates that end soon', before: before?.due.join(', '), after: after.due.join(', ')}];
  },
};

function expiryOf({folder, days}: KubeadmExpiryKey, text: string): KubeadmExpiry {
  const [head = '', ...records] = text.split('\u001d');
  const [now = '', ...stale] = head.trim().split('\n');
  const found = records.flatMap((record) => {
    const line = record.indexOf('\n');
    const ends = endOf(record.slice(line + 1));
    return ends === undefined ? [] : [{name: nameOf(folder, record.slice(0, line)), left: (ends - Number(now)) / secondsOfDay}]; // prettier-ignore
  });
  return {
    due: found
      .filter(({left}) => left < days)
      .map(({name}) => name)
      .sort(),
    left: found.length === 0 ? null : Math.floor(Math.min(...found.map(({left}) => left))),
    stale,
  };
}

function endOf(pem: string): number | undefined {
  try {
    return Date.parse(new X509Certificate(pem).validTo) / 1000;
  } catch {
    return undefined;
  }
}

/** `pki/etcd/server.crt` is `etcd-server` to kubeadm; kubeconfigs keep their names. */
function nameOf(folder: string, file: string): string {
  return file
    .slice(folder.length + 1)
    .replace(/^pki\//, '')
    .replace(/^etcd\//, 'etcd-')
    .replace(/\.crt$/, '');
}
