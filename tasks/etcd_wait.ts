import {ask, type Change, type TaskModule} from '../engine/task.js';
import {etcdStatusFact, etcdTest, type EtcdStatus, type EtcdStatusKey} from './facts/etcd_status.js';

export interface EtcdWaitArgs extends EtcdStatusKey {
  readonly timeout: number;
}

interface EtcdWait extends Change {
  readonly key: EtcdStatusKey;
  readonly timeout: number;
}

export const etcdWait: TaskModule<EtcdWaitArgs, {readonly etcd: EtcdStatus}, EtcdWait> = {
  name: 'etcd_wait',
  changesNothing: true,
  reads: (args) => ({etcd: ask(etcdStatusFact, keyOf(args))}),
  plan(args, {etcd}) {
    if (etcd.holds) return undefined;
    return {kind: 'wait', summary: `wait for ${describe(args)}`, makes: [], key: keyOf(args), timeout: args.timeout};
  },
  async apply(host, {key, timeout}) {
    await host.until(`( ${etcdTest(key)}\n) >&2`, {timeout, what: describe(key)});
  },
};

function keyOf({endpoints, cacert, cert, key, existing, answering, voting, members}: EtcdWaitArgs): EtcdStatusKey {
  return {endpoints, cacert, cert, key, existing, answering, voting, ...(members === undefined ? {} : {members})};
}

function describe({members, voting}: EtcdStatusKey): string {
  return members === undefined
    ? `all members of etcd ${voting ? 'that vote to be healthy' : 'to be healthy and to vote'}`
    : `etcd members ${members.join(', ')} to be healthy and to vote`;
}
