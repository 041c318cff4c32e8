import {raw, sh} from '../../engine/host.js';
import type {FactKind} from '../../engine/task.js';
import {record} from '../kube/answer.js';
import {etcdctl, type EtcdKey} from './etcd_members.js';

export interface EtcdStatusKey extends EtcdKey {
  /** A machine without an etcd of its own counts as well. */
  readonly existing: boolean;
  /** One whose etcd does not answer, too. */
  readonly answering: boolean;
  /** Members that do not vote are left out: somebody is still joining, or broke off. */
  readonly voting: boolean;
  /** Names of the members that there shall be; left out: whichever there are. */
  readonly members?: readonly string[];
}

export interface EtcdStatus {
  readonly holds: boolean;
  /** What is missing, where that is known. */
  readonly missing: string;
}

/** Whether all members of an etcd have started, vote and are healthy. */
export const etcdStatusFact: FactKind<EtcdStatusKey, EtcdStatus> = {
  name: 'etcd_status',
  id: (key) =>
    `${key.endpoints} ${key.existing ? 'existing ' : ''}${key.answering ? 'answering ' : ''}${key.voting ? 'voting ' : ''}${(key.members ?? []).join(',')}`,
  volatile: true,
  script: (keys) => keys.map((key) => record(etcdTest(key))).join('\n'),
  parse: (keys, result) => {
    const said = result.stdout.split('\n\u001e\n').slice(0, -1);
    if (said.length !== keys.length) throw new Error(`etcdctl did not answer: ${result.stderr.trim()}`);
    return said.map((text) => ({holds: text.startsWith('0\n'), missing: text.slice(text.indexOf('\n') + 1).trim()}));
  },
  show: (before, after) => [
    {
      what: 'etcd well',
      before: before === undefined ? undefined : String(before.holds),
      after: 'holds' in after ? String(after.holds) : undefined,
    },
  ],
};

/** A script that succeeds when every member votes and is healthy, and else tells what is missing. */
export function etcdTest(key: EtcdStatusKey): string {
  const client = etcdctl(key);
  // A line: id, status, name, peer addresses, client addresses, whether it is a learner.
  return sh`list=$(${client} member list -w simple 2>&1) || {
  ${raw(key.answering ? 'exit 0' : ':')}
  case "$list" in *'not supported for learner'*) ${raw(key.voting ? 'exit 0' : ':')} ;; esac
  case "$list" in *'no such file'*|*'not found'*) ${raw(key.existing ? 'exit 0' : ':')} ;; esac
  printf '%s\n' "$list" | tail -n 1; exit 1
}
# Warnings may stand between.
list=$(printf '%s\n' "$list" | grep -E ${key.voting ? '^[0-9a-f]+, .*, false$' : '^[0-9a-f]+, '})
code=0
for name in ${key.members ?? []}; do
  printf '%s\n' "$list" | grep -q ", started, $name, " || { echo "$name is no member that has started"; code=1; }
done
printf '%s\n' "$list" | grep -v ', started, ' | grep . && { echo 'a member has not started'; code=1; }
printf '%s\n' "$list" | grep ', true$' && { echo 'a member is a learner'; code=1; }
urls=$(printf '%s\n' "$list" | awk -F ', ' '$5 != "" {printf "%s%s", comma, $5; comma = ","}')
health=$(${client} endpoint health --endpoints="$urls" 2>&1) || { printf '%s\n' "$health" | grep -v 'is healthy'; code=1; }
exit $code`;
}
