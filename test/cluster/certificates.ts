import type {Fleet, HostName} from './fleet.js';

/** Replaces certificates of kubeadm's on a control plane (`etcd-server`, `scheduler.conf`) by such as live for ten days. */
export async function shorten(fleet: Fleet, host: HostName, names: readonly string[]): Promise<void> {
  const script = `set -e; cd /etc/kubernetes
sed 's/^kind: ClusterConfiguration$/&\\ncertificateValidityPeriod: 240h0m0s/' kubeadm.yaml >short.yaml
for name in ${names.join(' ')}; do
  case $name in
    *.conf) rm $name; phase="kubeconfig \${name%.conf}" ;;
    etcd-*) rm pki/etcd/\${name#etcd-}.crt pki/etcd/\${name#etcd-}.key; phase="certs $name" ;;
    *) rm pki/$name.crt pki/$name.key; phase="certs $name" ;;
  esac
  kubeadm init phase $phase --config /etc/kubernetes/short.yaml
done
rm short.yaml`;
  await fleet.on(host, '/usr/libexec/u7s/u7s-enter sh -s', {input: script});
}

/** Which certificates of a control plane end within 300 days, as openssl sees them in their files and in what its servers show. */
export async function endingSoon(fleet: Fleet, host: HostName): Promise<readonly string[]> {
  const script = `cd /etc/kubernetes
look() { openssl x509 -noout -checkend $((300 * 86400)) >/dev/null || echo "$1"; }
for file in pki/*.crt pki/etcd/*.crt; do look "$file" <"$file"; done
for file in *.conf; do
  [ "$file" = kubelet.conf ] || sed -n 's/^ *client-certificate-data: *//p' "$file" | base64 -d | look "$file"
done
for port in 6443 2379 2380; do openssl s_client -connect 127.0.0.1:$port </dev/null 2>/dev/null | look "port $port"; done`;
  return (await fleet.on(host, '/usr/libexec/u7s/u7s-enter sh -s', {input: script})).split('\n').filter(Boolean);
}

/** The names for which the API server of a host shows a certificate, as openssl prints them. */
export function shownNames(fleet: Fleet, host: HostName): Promise<string> {
  const shown = `openssl s_client -connect 127.0.0.1:6443 </dev/null 2>/dev/null`;
  return fleet.on(host, `/usr/libexec/u7s/u7s-enter sh -c '${shown} | openssl x509 -noout -ext subjectAltName'`);
}
