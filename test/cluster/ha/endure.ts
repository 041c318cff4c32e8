import {setTimeout as sleep} from 'node:timers/promises';
import {eventually} from '../kubectl.js';
import type {Fleet} from '../fleet.js';
import {watch, type Availability} from './availability.js';
import {etcdctl, type Fault} from './faults.js';

/** What a fault did to those who ask. */
export interface Endured {
  readonly host: string;
  /** New connections to the virtual address. */
  readonly balanced: Availability;
  /** Milliseconds without an answer of the service `kubernetes` inside a node that was spared. */
  readonly service: number;
}

/** Seconds that are looked at after a fault: longer than the leases of a dead API server live. */
const seconds = 40;

/** Waits until everything that a fault may have taken is back. */
export async function wellAgain(fleet: Fleet): Promise<void> {
  const address = `${fleet.site.prefix}.30`;
  const stat = `echo 'show stat' | socat -T 2 - UNIX-CONNECT:/run/haproxy/admin.sock | grep -Ec '^kubernetes,cp[123],.*,UP,.*,([*] )?L7OK,'`;
  const look = async (): Promise<readonly string[]> => {
    const balancers = await Promise.all(
      ['lb1', 'lb2'].map(async (host) => {
        const {stdout} = await fleet.try(host, `${stat}; ip -brief address show to ${address} | wc -l`, {timeout: 10});
        return stdout.trim().split('\n');
      }),
    );
    const etcd = await fleet.try('cp1', `PATH=/usr/libexec/u7s:$PATH; ${etcdctl} endpoint health --cluster`, {
      timeout: 15,
    });
    const healthy = `${etcd.stdout}${etcd.stderr}`.split('\n').filter((line) => line.includes('is healthy'));
    const holders = balancers.filter(([, held]) => held === '1').length;
    return [...balancers.map(([up = '?']) => `${up} up`), `${holders} with the address`, `${healthy.length} healthy`];
  };
  await eventually('all is well again', look, {
    holds: (seen) => seen.join() === '3 up,3 up,1 with the address,3 healthy',
    seconds: 180,
  });
}

/** Asks the service every half second inside a node; resolves with the longest time without an answer. */
async function askService(fleet: Fleet, host: string): Promise<number> {
  // In busy shells sleep takes as long as it says, so time is taken from the clock.
  const script = `. /etc/u7s/namespace.env
ends=$(($(date +%s) + ${seconds}))
service=$(/usr/libexec/u7s/u7s-enter kubectl --kubeconfig /etc/kubernetes/kubelet.conf get service kubernetes -o 'jsonpath={.spec.clusterIP}') || exit
/usr/libexec/u7s/u7s-enter sh -c "
last=\\$(date +%s%3N); longest=0
while [ \\$(date +%s) -lt $ends ]; do
  if curl -sk -o /dev/null --max-time 1 https://$service/readyz; then
    now=\\$(date +%s%3N); [ \\$((now - last)) -le \\$longest ] || longest=\\$((now - last)); last=\\$now
  fi
  sleep 0.5
done
now=\\$(date +%s%3N); [ \\$((now - last)) -le \\$longest ] || longest=\\$((now - last))
echo \\$longest"`;
  return Number(await fleet.on(host, script, {timeout: seconds + 60}));
}

/** Makes a fault while requests go on, mends it, and tells what those who asked saw. */
export async function endure(fleet: Fleet, fault: Fault): Promise<Endured> {
  await wellAgain(fleet);
  const host = await fault.host(fleet);
  const service = askService(fleet, 'w1');
  const watching = watch(`${fleet.site.prefix}.30`, 8443);
  await sleep(2000);
  watching.fault();
  await fault.make(fleet, host);
  const longest = await service;
  const balanced = await watching.end();
  await fault.mend(fleet, host);
  return {host, balanced, service: longest};
}

/** A line of the figures that are printed at the end. */
export function described(name: string, {host, balanced, service}: Endured): string {
  const time = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
  return `${name} (${host}): longest gap ${time(balanced.longestGap)}, last failure begun after ${time(balanced.lastFailure)}, ${balanced.failed} of ${balanced.requests} requests failed; the service ${time(service)}`;
}
