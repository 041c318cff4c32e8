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

/** Waits until everything that a fault may have taken is back: both balancers, and these control planes. */
export async function wellAgain(fleet: Fleet, members: readonly string[] = ['cp1', 'cp2', 'cp3']): Promise<void> {
  const address = `${fleet.site.prefix}.30`;
  const stat = `echo 'show stat' | socat -T 2 - UNIX-CONNECT:/run/haproxy/admin.sock | grep -Ec '^kubernetes,cp[0-9],.*,UP,.*,([*] )?L7OK,'`;
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
  const count = members.length;
  await eventually('all is well again', look, {
    holds: (seen) => seen.join() === `${count} up,${count} up,1 with the address,${count} healthy`,
    seconds: 180,
  });
}

/** The service of the API, asked inside a node. */
interface Asking {
  /** Settles when it has answered for the first time. */
  readonly answered: Promise<unknown>;
  /** Milliseconds of the longest time without an answer. */
  readonly longest: Promise<number>;
}

/** Asks the service every half second inside a node, by its address: a name or a kubeconfig would lead through what the fault takes away. */
function askService(fleet: Fleet, {host, address}: {readonly host: string; readonly address: string}): Asking {
  const mark = `/run/u7s-asked-${Date.now()}`;
  // In busy shells sleep takes as long as it says, so time is taken from the clock.
  const script = `ends=$(($(date +%s) + ${seconds}))
last=; longest=0
while [ $(date +%s) -lt $ends ]; do
  if /usr/libexec/u7s/u7s-enter curl -sk -o /dev/null --max-time 1 https://${address}/readyz; then
    now=$(date +%s%3N)
    [ -n "$last" ] || { last=$now; touch ${mark}; ends=$(($(date +%s) + ${seconds})); }
    [ $((now - last)) -le $longest ] || longest=$((now - last))
    last=$now
  fi
  sleep 0.5
done
now=$(date +%s%3N); [ $((now - last)) -le $longest ] || longest=$((now - last))
echo $longest`;
  const longest = fleet.on(host, script, {timeout: 2 * seconds + 60}).then(Number);
  const begun = (): Promise<boolean> => fleet.try(host, `test -e ${mark}`, {timeout: 10}).then(({code}) => code === 0);
  return {
    answered: eventually('the service answers inside a node', begun, {holds: (isThere) => isThere, seconds}),
    longest,
  };
}

/** Makes a fault while requests go on, mends it, and tells what those who asked saw. */
export async function endure(fleet: Fleet, fault: Fault): Promise<Endured> {
  await wellAgain(fleet);
  const host = await fault.host(fleet);
  const service = 'kubectl get service kubernetes -o jsonpath={.spec.clusterIP}';
  const asking = askService(fleet, {host: 'w1', address: await fleet.on('cp1', `bash -lc '${service}'`)});
  await asking.answered;
  const watching = watch(`${fleet.site.prefix}.30`, 8443);
  await watching.answered;
  watching.fault();
  await fault.make(fleet, host);
  const longest = await asking.longest;
  const balanced = await watching.end();
  await fault.mend(fleet, host);
  return {host, balanced, service: longest};
}

/** A line of the figures that are printed at the end. */
export function described(name: string, {host, balanced, service}: Endured): string {
  const time = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
  return `${name} (${host}): longest gap ${time(balanced.longestGap)}, last failure begun after ${time(balanced.lastFailure)}, ${balanced.failed} of ${balanced.requests} requests failed; the service ${time(service)}`;
}
