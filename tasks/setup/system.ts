type Facts = Readonly<Record<string, unknown>>;

/** Ansible's words for distributions, by the id of os-release: distribution, family. */
const distributions: Readonly<Record<string, readonly [string, string]>> = {
  debian: ['Debian', 'Debian'],
  ubuntu: ['Ubuntu', 'Debian'],
  linuxmint: ['Linux Mint', 'Debian'],
  raspbian: ['Debian', 'Debian'],
  kali: ['Kali', 'Debian'],
  fedora: ['Fedora', 'RedHat'],
  rhel: ['RedHat', 'RedHat'],
  centos: ['CentOS', 'RedHat'],
  rocky: ['Rocky', 'RedHat'],
  almalinux: ['AlmaLinux', 'RedHat'],
  ol: ['OracleLinux', 'RedHat'],
  amzn: ['Amazon', 'RedHat'],
  'opensuse-leap': ['openSUSE Leap', 'Suse'],
  'opensuse-tumbleweed': ['openSUSE Tumbleweed', 'Suse'],
  sles: ['SLES', 'Suse'],
  alpine: ['Alpine', 'Alpine'],
  altlinux: ['Altlinux', 'Altlinux'],
  arch: ['Archlinux', 'Archlinux'],
};

const families: Readonly<Record<string, string>> = {debian: 'Debian', rhel: 'RedHat', fedora: 'RedHat', suse: 'Suse'};

/** The distribution, from os-release and Debian's own file. */
export function distributionOf(release: string, debian: string): Facts {
  const said = assignments(release);
  const id = said['ID'] ?? '';
  const like = (said['ID_LIKE'] ?? '').split(' ').find((word) => word in families) ?? '';
  const [distribution, family] = distributions[id] ?? [said['NAME'] ?? (id || 'Linux'), families[like] ?? 'Linux'];
  // Debian's point release stands in its own file alone.
  const version = id === 'debian' && /^\d+\.\d+/.test(debian.trim()) ? debian.trim() : (said['VERSION_ID'] ?? '');
  return {
    distribution,
    distribution_version: version || 'NA',
    distribution_major_version: version.split('.')[0] ?? '',
    distribution_release: said['VERSION_CODENAME'] ?? 'NA',
    os_family: family,
  };
}

/** Memory and swap in MiB. */
export function memoryOf(text: string): Facts {
  const mib = (name: string): number =>
    Math.floor(Number(new RegExp(`^${name}: *(\\d+)`, 'm').exec(text)?.[1] ?? 0) / 1024);
  return {
    memtotal_mb: mib('MemTotal'),
    memfree_mb: mib('MemFree'),
    memory_mb: {
      real: {total: mib('MemTotal'), free: mib('MemFree'), used: mib('MemTotal') - mib('MemFree')},
      nocache: {free: mib('MemAvailable'), used: mib('MemTotal') - mib('MemAvailable')},
      swap: {total: mib('SwapTotal'), free: mib('SwapFree'), cached: mib('SwapCached')},
    },
    swaptotal_mb: mib('SwapTotal'),
    swapfree_mb: mib('SwapFree'),
  };
}

/** Processors as /proc/cpuinfo has them; machines that name no sockets have one for each processor. */
export function processorsOf(text: string, usable: number): Facts {
  const cpus = text
    .split('\n\n')
    .map(colons)
    .filter((cpu) => cpu['processor'] !== undefined);
  const sockets = new Set(cpus.map((cpu) => cpu['physical id'] ?? cpu['processor']));
  const first = cpus[0] ?? {};
  const cores = Number(first['cpu cores'] ?? 1);
  const siblings = Number(first['siblings'] ?? cores);
  const threads = Math.max(1, Math.floor(siblings / cores));
  return {
    processor: cpus.flatMap((cpu) => [cpu['processor'], cpu['vendor_id'], cpu['model name']].filter(Boolean)),
    processor_count: sockets.size,
    processor_cores: cores,
    processor_threads_per_core: threads,
    processor_vcpus: cpus.length,
    processor_nproc: usable,
  };
}

/** Mounted file systems that have a device, with their sizes in bytes. */
export function mountsOf(mounts: string, sizes: string): Facts {
  const devices = mounts.split('\n').filter((line) => /^(\/|[^ ]*:)/.test(line));
  const numbers = sizes.split('\n').map((line) => line.split(' ').map(Number));
  return {
    mounts: devices.map((line, index) => {
      const [device = '', mount = '', fstype = '', options = ''] = line.split(' ').map(plain);
      const [size = 0, total = 0, available = 0] = numbers[index] ?? [];
      return {
        device,
        mount,
        fstype,
        options,
        block_size: size,
        size_total: size * total,
        size_available: size * available,
      };
    }),
  };
}

/** The assignments of an os-release file, quotes taken off. */
function assignments(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const match = /^([A-Z_]+)=(.*)$/.exec(line.trim());
      return match === null ? [] : [[match[1] ?? '', (match[2] ?? '').replace(/^(["'])(.*)\1$/, '$2')]];
    }),
  );
}

function colons(block: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    block.split('\n').flatMap((line) => {
      const at = line.indexOf(':');
      return at < 0 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()]];
    }),
  );
}

/** The kernel writes blanks in names as octal numbers. */
function plain(word: string): string {
  return word.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
