import {sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type TaskModule} from '../engine/task.js';
import {
  etcdctl,
  etcdMembersFact,
  titleOf,
  type EtcdKey,
  type EtcdMember,
  type EtcdMembers,
} from './facts/etcd_members.js';

export interface EtcdMemberArgs extends EtcdKey {
  readonly name?: string;
  readonly state: 'present' | 'voting' | 'absent';
  readonly force: boolean;
  readonly timeout: number;
}

interface MemberChange extends Change {
  readonly etcd: EtcdKey;
  readonly verb: 'promote' | 'remove';
  readonly id: string;
  readonly title: string;
  readonly timeout: number;
}

export const etcdMember: TaskModule<EtcdMemberArgs, {readonly etcd: EtcdMembers}, MemberChange> = {
  name: 'etcd_member',
  reads: (args) => ({etcd: ask(etcdMembersFact, keyOf(args))}),
  plan(args, {etcd}) {
    if (args.name === undefined && args.state !== 'present')
      refuse(`'state: ${args.state}' needs the 'name' of a member`);
    const member = find(args, etcd);
    const base = {kind: 'state', etcd: keyOf(args), timeout: args.timeout} as const;
    if (args.state === 'absent') {
      if (member === undefined) return undefined;
      if (!args.force) demandQuorum(etcd.members, member);
      return {
        ...base,
        summary: `remove etcd member ${titleOf(member)}`,
        makes: [promise(etcdMembersFact, keyOf(args), {members: etcd.members.filter((each) => each !== member)})],
        verb: 'remove',
        id: member.id,
        title: titleOf(member),
      };
    }
    if (args.name === undefined) return undefined;
    if (member === undefined)
      refuse(
        etcd.exists ? `etcd has no member '${args.name}'` : `there is no etcd to ask for the member '${args.name}'`,
        etcd.exists ? `it has ${etcd.members.map(titleOf).join(', ')}` : 'make the control plane before',
      );
    if (args.state === 'present' || !member.learner) return undefined;
    return {
      ...base,
      summary: `let etcd member ${titleOf(member)} vote`,
      makes: [
        promise(etcdMembersFact, keyOf(args), {
          members: etcd.members.map((each) => (each === member ? {...each, learner: false} : each)),
        }),
      ],
      verb: 'promote',
      id: member.id,
      title: titleOf(member),
    };
  },
  async apply(host, {etcd, verb, id, title, timeout}) {
    const command = sh`${etcdctl(etcd)} member ${verb} ${id}`;
    // A learner may vote only when it has all that the leader has.
    if (verb === 'promote') await host.until(command, {timeout, what: `etcd member ${title} to have caught up`});
    else await host.run(command, {timeout, label: 'etcdctl member remove'});
  },
  output: (args, {etcd}) => ({member: find(args, etcd) ?? null, members: etcd.members}),
};

function keyOf({endpoints, cacert, cert, key}: EtcdMemberArgs): EtcdKey {
  return {endpoints, cacert, cert, key};
}

/** By its name, its id, or one of its addresses: a member that never started has no name. */
function find({name}: EtcdMemberArgs, {members}: EtcdMembers): EtcdMember | undefined {
  if (name === undefined) return undefined;
  const isHost = (url: string): boolean => new URL(url).hostname.replace(/^\[|\]$/g, '') === name;
  return members.find(
    (member) => member.name === name || member.id === name || [...member.peer_urls, ...member.client_urls].some(isHost),
  );
}

/** Those that stay and vote must be a majority of what will then vote. */
function demandQuorum(members: readonly EtcdMember[], leaving: EtcdMember): void {
  if (leaving.learner) return;
  const voting = members.filter((member) => member !== leaving && !member.learner);
  const healthy = voting.filter((member) => member.healthy);
  if (voting.length === 0)
    refuse(`'${titleOf(leaving)}' is the last member of etcd: with it the cluster's data would go`);
  if (healthy.length <= voting.length / 2)
    refuse(
      `without '${titleOf(leaving)}' etcd would have no quorum: ${healthy.length} of ${voting.length} members are healthy`,
      'repair the others first',
    );
}
