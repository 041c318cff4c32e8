import {raw, sh, type Raw} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind} from '../../engine/task.js';
import {answers, record, unanswered} from '../kube/answer.js';
import {heard, silenceOf} from '../kube/silence.js';

export interface EtcdKey {
  readonly endpoints: string;
  readonly cacert: string;
  readonly cert: string;
  readonly key: string;
}

export interface EtcdMember {
  /** Hexadecimal digits. */
  readonly id: string;
  /** Empty while it has not started. */
  readonly name: string;
  readonly started: boolean;
  readonly learner: boolean;
  readonly healthy: boolean;
  readonly peer_urls: readonly string[];
  readonly client_urls: readonly string[];
}

export interface EtcdMembers {
  /** There is an etcd to ask. */
  readonly exists: boolean;
  /** Which; absent where there is none. */
  readonly cluster?: string;
  readonly members: readonly EtcdMember[];
}

/** A call of etcdctl. */
export function etcdctl({endpoints, cacert, cert, key}: EtcdKey): Raw {
  return raw(
    sh`ETCDCTL_API=3 etcdctl --endpoints=${raw(sh`${endpoints}`)} --cacert=${raw(sh`${cacert}`)} --cert=${raw(sh`${cert}`)} --key=${raw(sh`${key}`)} --dial-timeout=5s --command-timeout=10s`,
  );
}

/** The members of an etcd, and how they are. */
export const etcdMembersFact: FactKind<EtcdKey, EtcdMembers> = {
  name: 'etcd_members',
  id: (key) => key.endpoints,
  realm: () => 'etcd',
  sameRealm: (one, other) =>
    one.cluster === undefined || other.cluster === undefined ? undefined : one.cluster === other.cluster,
  volatile: true,
  script: (keys) =>
    keys
      .map((key) => {
        const client = etcdctl(key).script;
        return [
          record(heard('etcdctl', `${client} member list -w simple`)),
          record(`${client} member list -w json`),
          record(`${client} endpoint health --cluster; true`),
        ].join('\n');
      })
      .join('\n'),
  parse(keys, result) {
    const said = answers(result.stdout);
    if (said.length !== keys.length * 3) throw new Error(`etcdctl did not answer: ${result.stderr.trim()}`);
    return keys.map((_, index): EtcdMembers => {
      const [list, json, health] = said
        .slice(index * 3)
        .map((answer) => ({status: answer.status, text: 'text' in answer ? answer.text : ''}));
      if (list === undefined || json === undefined || health === undefined)
        throw new Error('Internal error: an answer is missing');
      if (list.status === 'silent') throw silenceOf('etcdctl', list.text);
      if (list.status === 'no-cluster' || list.text.includes('no such file or directory'))
        return {exists: false, members: []};
      if (list.status !== 'ok') throw unanswered('etcd', list.text);
      // The number is larger than a double holds: it is taken as text.
      const cluster = /"cluster_id":\s*"?(\d+)/.exec(json.text)?.[1];
      const members = list.text.split('\n').flatMap((line) => memberIn(line, health.text));
      return {exists: true, ...(cluster === undefined ? {} : {cluster}), members};
    });
  },
  follows: (_, before, promised) =>
    promised.kind === 'kubeadm' && !before.exists ? unknown('the etcd that kubeadm starts') : undefined,
  holds(promised, read) {
    const {members = []} = promised as Partial<EtcdMembers>;
    return (
      members.every(({id, learner}) => read.members.some((each) => each.id === id && (learner || !each.learner))) &&
      read.members.every(({id}) => members.some((each) => each.id === id))
    );
  },
  show(before, after) {
    if (isUnknown(after) || before === undefined) return [];
    const words = (member: EtcdMember | undefined): string | undefined =>
      member === undefined ? undefined : member.learner ? 'learner' : 'votes';
    return before.members
      .map((member) => ({
        what: `etcd member ${titleOf(member)}`,
        before: words(member),
        after: words(after.members.find(({id}) => id === member.id)),
      }))
      .filter((line) => line.before !== line.after);
  },
};

/** A member's name, else what it is known by before it starts. */
export function titleOf({name, id, peer_urls: peers}: EtcdMember): string {
  return name === '' ? (peers[0] ?? id) : name;
}

/** `id, status, name, peer addresses, client addresses, is learner`. */
function memberIn(line: string, health: string): readonly EtcdMember[] {
  const [id = '', status, name = '', peers = '', clients = '', learner] = line.split(', ');
  if (!/^[0-9a-f]{8,16}$/.test(id)) return [];
  const urls = (text: string): readonly string[] => text.split(',').filter((url) => url !== '');
  const healthy = urls(clients).some((url) => health.includes(`${url} is healthy`));
  return [
    {
      id,
      name,
      started: status === 'started',
      learner: learner?.trim() === 'true',
      healthy,
      peer_urls: urls(peers),
      client_urls: urls(clients),
    },
  ];
}
