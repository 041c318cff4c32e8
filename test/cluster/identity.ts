import type {Fleet} from './fleet.js';

/** What would be another one if anything had been wiped and made anew. */
export interface ClusterIdentity {
  /** sha256 of the authority's certificate. */
  readonly authority: string;
  /** The member that etcd's own data names; empty while there is none. */
  readonly member: string;
  /** The uid of kube-system; empty while no API server answers. */
  readonly cluster: string;
}

const etcdctl =
  'u7s-enter etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt --cert=/etc/kubernetes/pki/etcd/healthcheck-client.crt --key=/etc/kubernetes/pki/etcd/healthcheck-client.key';

/** Asks the control plane who it is. */
export async function identityOf(fleet: Fleet): Promise<ClusterIdentity> {
  const script = `PATH=/usr/libexec/u7s:$PATH
u7s-enter sha256sum /etc/kubernetes/pki/ca.crt | cut -c1-64
${etcdctl} member list --command-timeout=3s 2>/dev/null | cut -d, -f1 | head -n 1 | grep . || echo
u7s-enter kubectl get namespace kube-system --request-timeout=5s -o jsonpath={.metadata.uid} 2>/dev/null; true`;
  const [authority = '', member = '', cluster = ''] = (await fleet.on('cp1', script)).split('\n');
  return {authority, member, cluster};
}
