import {isUnknown, type FactKind} from '../../engine/task.js';
import {networkOf} from '../setup/network.js';
import {sectionCount, setupScript} from '../setup/read.js';
import {commandLine, dnsOf, environmentOf, hostKeys, managerName, timeOf, virtualization} from '../setup/words.js';
import {distributionOf, memoryOf, mountsOf, processorsOf} from '../setup/system.js';

/** The variable `ansible_facts`: Ansible's names, without their prefix. */
export type SetupState = Readonly<Record<string, unknown>>;

/** What Ansible's `setup` tells of a machine. */
export const setupFact: FactKind<Readonly<Record<string, never>>, SetupState> = {
  name: 'setup',
  id: () => 'setup',
  script: () => setupScript,
  parse(keys, result) {
    const parts = result.stdout.split(/^=\n/m);
    if (parts.length !== sectionCount + 1) throw new Error(`cannot tell what the machine is: ${result.stderr.trim()}`);
    const state = stateOf(parts.map((part) => part.replace(/\n$/, '')));
    return keys.map(() => state);
  },
  follows: (_, before, promised) => {
    if (promised.kind !== 'hostname' || isUnknown(promised.value)) return undefined;
    const name: unknown = Reflect.get(Object(promised.value), 'name');
    return typeof name !== 'string' ? undefined : {...before, hostname: name.split('.')[0], nodename: name};
  },
  show: () => [],
};

function stateOf(parts: readonly string[]): SetupState {
  const part = (index: number): string => parts[index] ?? '';
  const words = (index: number): readonly string[] => part(index).split('\n');
  const [system, kernel, kernelVersion, machine = '', nodename = ''] = words(2);
  const fqdn = part(3) || nodename;
  const [user, uid, gid, entry = ''] = words(17);
  const [, , , , gecos = '', home = '', shell = ''] = entry.split(':');
  const [enforce = 'disabled', policy] = words(14);
  const [product = '', vendor = ''] = words(22);
  return {
    ...distributionOf(part(0), part(1)),
    system,
    kernel,
    kernel_version: kernelVersion,
    machine,
    architecture: machine,
    userspace_bits: /64|s390x/.test(machine) ? '64' : '32',
    hostname: nodename.split('.')[0],
    nodename,
    fqdn,
    domain: fqdn.split('.').slice(1).join('.'),
    machine_id: part(4),
    ...memoryOf(part(5)),
    ...processorsOf(part(6), Number(part(7))),
    ...networkOf({addresses: part(8), links: part(9), routes: part(10), routes6: part(11)}),
    ...mountsOf(part(12), part(13)),
    selinux:
      enforce === 'disabled'
        ? {status: 'disabled'}
        : {status: 'enabled', mode: enforce === '1' ? 'enforcing' : 'permissive', type: policy ?? ''},
    apparmor: {status: part(24) === 'enabled' ? 'enabled' : 'disabled'},
    service_mgr: part(15),
    pkg_mgr: managerName(part(16)),
    user_id: user,
    user_uid: Number(uid),
    user_gid: Number(gid),
    user_gecos: gecos,
    user_dir: home,
    user_shell: shell,
    ...virtualization(part(18)),
    ...timeOf(words(19)),
    dns: dnsOf(words(20)),
    env: environmentOf(words(21)),
    product_name: product,
    system_vendor: vendor,
    ...hostKeys(words(23)),
    cmdline: commandLine(part(25)),
  };
}
