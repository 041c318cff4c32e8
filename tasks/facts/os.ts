import {isUnknown, type FactKind} from '../../engine/task.js';

/** The variable `os`. */
export interface OsState {
  /** `debian`, `redhat`, `suse`, `alpine`, `alt`, `arch`, else the id. */
  readonly family: string;
  /** As /etc/os-release has it: `debian`, `ubuntu`, `rocky`. */
  readonly id: string;
  /** `13`, `24.04`; empty where the distribution has none. */
  readonly version: string;
  /** What stands before the first dot, as a number; 0 where there is none. */
  readonly version_major: number;
  readonly codename: string;
  /** As images and packages of Kubernetes name it: `amd64`, `arm64`, else the kernel's word. */
  readonly arch: string;
  /** The kernel's word: `x86_64`, `aarch64`. */
  readonly machine: string;
  /** The kernel's release. */
  readonly kernel: string;
  readonly hostname: string;
  readonly machine_id: string;
  /** `none`, `kvm`, `systemd-nspawn`, …; empty where it cannot be told. */
  readonly virtualization: string;
  /** Usable by this machine. */
  readonly cpus: number;
  readonly memory_mib: number;
  /** `v1`, `v2`, or `hybrid` (v1 with cgroup2 beside it). */
  readonly cgroup: string;
  /** Controllers of cgroup2 at its root. */
  readonly cgroup_controllers: readonly string[];
  /** `systemd`, `openrc`, or the name of process 1. */
  readonly service_manager: string;
}

const families: Readonly<Record<string, string>> = {
  debian: 'debian',
  ubuntu: 'debian',
  fedora: 'redhat',
  rhel: 'redhat',
  centos: 'redhat',
  suse: 'suse',
  opensuse: 'suse',
  sles: 'suse',
  alpine: 'alpine',
  altlinux: 'alt',
  alt: 'alt',
  arch: 'arch',
};

const architectures: Readonly<Record<string, string>> = {x86_64: 'amd64', aarch64: 'arm64', armv7l: 'arm', i686: '386'};

const text = {type: 'string'};
const whole = {type: 'integer'};
const members = {
  family: text,
  id: text,
  version: text,
  version_major: whole,
  codename: text,
  arch: text,
  machine: text,
  kernel: text,
  hostname: text,
  machine_id: text,
  virtualization: text,
  cpus: whole,
  memory_mib: whole,
  cgroup: text,
  cgroup_controllers: {type: 'array', items: text},
  service_manager: text,
} satisfies Readonly<Record<keyof OsState, unknown>>;

/** What a machine is and runs. */
export const osFact: FactKind<Readonly<Record<string, never>>, OsState> = {
  name: 'os',
  schema: {type: 'object', properties: members, additionalProperties: false},
  id: () => 'os',
  script: () => `cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release 2>/dev/null; echo
echo ==
uname -m; uname -r; uname -n
cat /etc/machine-id 2>/dev/null | head -n 1 | grep . || echo
v=$(systemd-detect-virt 2>/dev/null); echo "$v"
nproc 2>/dev/null || grep -c ^processor /proc/cpuinfo
sed -n 's/^MemTotal: *\\([0-9]*\\).*/\\1/p' /proc/meminfo
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then echo v2; elif [ -e /sys/fs/cgroup/unified/cgroup.procs ]; then echo hybrid; else echo v1; fi
cat /sys/fs/cgroup/cgroup.controllers /sys/fs/cgroup/unified/cgroup.controllers 2>/dev/null | head -n 1 | grep . || echo
if [ -d /run/systemd/system ]; then echo systemd; elif [ -d /run/openrc ]; then echo openrc; else cat /proc/1/comm; fi`,
  parse(keys, result) {
    const [release = '', rest = ''] = result.stdout.split('\n==\n');
    const said = releaseOf(release);
    const [
      machine = '',
      kernel = '',
      hostname = '',
      id = '',
      virtualization = '',
      cpus = '',
      memory = '',
      cgroup = '',
      controllers = '',
      manager = '',
    ] = rest.split('\n');
    if (machine === '' || memory === '') throw new Error(`cannot tell what the machine is: ${result.stderr.trim()}`);
    const name = said['ID'] ?? 'unknown';
    const version = said['VERSION_ID'] ?? '';
    const family = [name, ...(said['ID_LIKE'] ?? '').split(' ')]
      .map((word) => families[word.split('-')[0] ?? ''])
      .find((word) => word !== undefined);
    const state: OsState = {
      family: family ?? name,
      id: name,
      version,
      version_major: Number.parseInt(version, 10) || 0,
      codename: said['VERSION_CODENAME'] ?? '',
      arch: architectures[machine] ?? machine,
      machine,
      kernel,
      hostname,
      machine_id: id,
      virtualization,
      cpus: Number(cpus),
      memory_mib: Math.floor(Number(memory) / 1024),
      cgroup,
      cgroup_controllers: controllers.split(' ').filter((word) => word !== ''),
      service_manager: manager,
    };
    return keys.map(() => state);
  },
  follows: (_, before, promised) =>
    promised.kind === 'hostname' && !isUnknown(promised.value)
      ? {...before, hostname: String(Reflect.get(Object(promised.value), 'name') ?? before.hostname)}
      : undefined,
  show: () => [],
};

/** The assignments of an os-release file, quotes taken off. */
function releaseOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const match = /^([A-Z_]+)=(.*)$/.exec(line.trim());
      return match === null
        ? []
        : [[match[1] ?? '', (match[2] ?? '').replace(/^(["'])(.*)\1$/, '$2').replace(/\\(.)/g, '$1')]];
    }),
  );
}
