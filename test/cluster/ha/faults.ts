import type {Fleet} from '../fleet.js';

/** Something that breaks, and how it is mended. */
export interface Fault {
  readonly name: string;
  /** Where it happens. */
  readonly host: (fleet: Fleet) => Promise<string>;
  readonly make: (fleet: Fleet, host: string) => Promise<unknown>;
  readonly mend: (fleet: Fleet, host: string) => Promise<unknown>;
}

const balancers = ['lb1', 'lb2'] as const;
const controlPlanes = ['cp1', 'cp2', 'cp3'] as const;

/** The balancer that has the virtual address. */
export async function holder(fleet: Fleet): Promise<string> {
  const address = `${fleet.site.prefix}.30`;
  for (const host of balancers) {
    const {stdout} = await fleet.try(host, `ip -brief address show to ${address}`);
    if (stdout.trim() !== '') return host;
  }
  throw new Error(`no balancer has ${address}`);
}

/** A call of etcdctl on a control plane. */
export const etcdctl =
  'u7s-enter etcdctl --cacert=/etc/kubernetes/pki/etcd/ca.crt --cert=/etc/kubernetes/pki/etcd/healthcheck-client.crt --key=/etc/kubernetes/pki/etcd/healthcheck-client.key --endpoints=https://127.0.0.1:2379';

/** The control plane whose member leads etcd. */
export async function leader(fleet: Fleet): Promise<string> {
  for (const host of controlPlanes) {
    const script = `PATH=/usr/libexec/u7s:$PATH; ${etcdctl} endpoint status -w json 2>/dev/null`;
    const {code, stdout} = await fleet.try(host, script);
    const ids = /"member_id":(\d+).*"leader":(\d+)/.exec(stdout);
    if (code === 0 && ids !== null && ids[1] === ids[2]) return host;
  }
  throw new Error('no control plane leads etcd');
}

/** A process of a container, as its host sees it. */
function signal(name: string, word: 'STOP' | 'CONT' | 'KILL'): string {
  return `for folder in /proc/[0-9]*; do case $(readlink "$folder/exe") in */${name}) kill -${word} "\${folder#/proc/}" ;; esac; done; true`;
}

const other =
  (one: (fleet: Fleet) => Promise<string>) =>
  async (fleet: Fleet): Promise<string> => {
    const host = await one(fleet);
    return controlPlanes.find((each) => each !== host) ?? host;
  };

const nothing = (): Promise<void> => Promise.resolve();

export const faults: readonly Fault[] = [
  {
    name: "haproxy is killed on the address's holder",
    host: holder,
    make: (fleet, host) => fleet.on(host, 'systemctl kill --signal=KILL haproxy'),
    mend: nothing,
  },
  {
    name: "haproxy hangs on the address's holder",
    host: holder,
    make: (fleet, host) => fleet.on(host, 'pkill -STOP -x haproxy'),
    mend: (fleet, host) => fleet.on(host, 'pkill -CONT -x haproxy'),
  },
  {
    name: "the address's holder is switched off",
    host: holder,
    make: (fleet, host) => fleet.lab.kill(host),
    mend: (fleet, host) => fleet.lab.start(host),
  },
  {
    name: "the address's holder falls silent",
    host: holder,
    make: (fleet, host) => fleet.lab.cut(host),
    mend: (fleet, host) => fleet.lab.mend(host),
  },
  {
    name: 'an API server is killed',
    host: other(leader),
    make: (fleet, host) => fleet.on(host, signal('kube-apiserver', 'KILL')),
    mend: nothing,
  },
  {
    name: 'an API server hangs',
    host: other(leader),
    make: (fleet, host) => fleet.on(host, signal('kube-apiserver', 'STOP')),
    mend: (fleet, host) => fleet.on(host, signal('kube-apiserver', 'CONT')),
  },
  {
    name: 'the control plane that leads etcd is switched off',
    host: leader,
    make: (fleet, host) => fleet.lab.kill(host),
    mend: (fleet, host) => fleet.lab.start(host),
  },
  {
    name: 'the control plane that leads etcd falls silent',
    host: leader,
    make: (fleet, host) => fleet.lab.cut(host),
    mend: (fleet, host) => fleet.lab.mend(host),
  },
];
