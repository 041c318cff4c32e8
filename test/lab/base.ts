import {createHash} from 'node:crypto';
import {mkdir, readdir, rename, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {cacheFolder, labFolder, savedFolder} from './folders.js';
import {withLock} from './lock.js';
import {findMirror, mirrorSettings} from './mirror.js';
import {command} from './process.js';
import {baseOf} from './root-filesystem.js';

const release = 'trixie';

/** What a bare server has; everything else comes by the playbooks. No Python: targets must not need it. */
const packages = [
  ...['systemd', 'systemd-sysv', 'dbus', 'dbus-user-session', 'libpam-systemd', 'udev', 'kmod', 'procps'],
  ...['openssh-server', 'sudo', 'iproute2', 'ca-certificates', 'curl'],
];

const aptSettings = [
  'APT::Install-Recommends "false";',
  'APT::Keep-Downloaded-Packages "true";',
  'Acquire::GzipIndexes "true";',
  'Acquire::Languages "none";',
];

/** Runs in the new root. Users for tests of `become`: one may use sudo without a password, the other gets its password with its lab. */
const customize = [
  'rm -f "$1"/etc/ssh/ssh_host_*',
  'rm -f "$1"/etc/machine-id "$1"/var/lib/dbus/machine-id; : > "$1"/etc/machine-id',
  'chroot "$1" systemctl enable systemd-networkd.service',
  'chroot "$1" systemctl mask apt-daily.timer apt-daily-upgrade.timer systemd-networkd-wait-online.service sshd-keygen.service',
  'chroot "$1" useradd --create-home --shell /bin/bash --uid 1000 -K SUB_UID_COUNT=0 -K SUB_GID_COUNT=0 deploy',
  'chroot "$1" useradd --create-home --shell /bin/bash --uid 1001 -K SUB_UID_COUNT=0 -K SUB_GID_COUNT=0 deploypw',
  '(umask 337; echo \'deploy ALL=(ALL:ALL) NOPASSWD: ALL\' > "$1"/etc/sudoers.d/deploy)',
  '(umask 337; echo \'deploypw ALL=(ALL:ALL) ALL\' > "$1"/etc/sudoers.d/deploypw)',
  '! test -e "$1"/usr/bin/python3',
];

async function recipe(folder: string): Promise<readonly [string, ...string[]]> {
  const {archive, security} = await findMirror();
  const signed = '[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]';
  const sources = [`deb ${signed} ${archive} ${release} main`, `deb ${signed} ${archive} ${release}-updates main`];
  if (security !== undefined) sources.push(`deb ${signed} ${security} ${release}-security main`);
  return [
    'mmdebstrap',
    '--mode=root',
    '--variant=minbase',
    '--format=directory',
    `--include=${packages.join(',')}`,
    ...[...aptSettings, ...(await mirrorSettings())].map((line) => `--aptopt=${line}`),
    ...customize.map((line) => `--customize-hook=${line}`),
    '--skip=cleanup/apt/lists',
    release,
    folder,
    ...sources,
  ];
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function basesInUse(): Promise<ReadonlySet<string>> {
  const bases = new Set<string>();
  const labs = (await readdir(cacheFolder())).filter((name) => !name.startsWith('.')).map(labFolder);
  const saved = (await readdir(savedFolder('')).catch(() => [])).map(savedFolder);
  for (const folder of [...labs, ...saved]) {
    for (const host of await readdir(join(folder, 'hosts')).catch(() => []))
      bases.add((await baseOf(join(folder, 'hosts', host))) ?? '');
  }
  return bases;
}

/** Removes the bases of earlier recipes that no host was made from. */
async function removeUnusedBases(current: string): Promise<void> {
  const used = await basesInUse();
  for (const name of await readdir(cacheFolder())) {
    const base = join(cacheFolder(), name);
    if (!/^\.base-[0-9a-f]{12}(\.\d+\.part)?$/.test(name) || base === current || used.has(base)) continue;
    await rm(base, {recursive: true, force: true});
  }
}

async function build(base: string, report: (line: string) => void): Promise<void> {
  const partial = `${base}.${process.pid}.part`;
  const begun = Date.now();
  const elapsed = (): number => Math.round((Date.now() - begun) / 1000);
  report(`building the hosts' base, Debian ${release} (about a minute, once)`);
  const onLine = (line: string): void => {
    const step = /^I: (.*)$/.exec(line)?.[1];
    if (step !== undefined && !step.includes('--customize-hook')) report(`  ${elapsed()} s  ${step}`);
  };
  await command(await recipe(partial), {onLine, timeout: 1800});
  await rename(partial, base);
  await removeUnusedBases(base);
  report(`the base is built (${elapsed()} s)`);
}

/** A day: older package lists name files that the mirror may have dropped. */
const listsAge = 24 * 3600 * 1000;

async function refreshLists(base: string, report: (line: string) => void): Promise<void> {
  const stamp = await stat(join(base, 'var/lib/apt/lists'));
  if (Date.now() - stamp.mtimeMs < listsAge) return;
  report('refreshing the package lists of the base');
  // Hosts have a copy of /var/lib of their own, so this changes no running host.
  await command(['cp', '/etc/resolv.conf', join(base, 'etc/resolv.conf')]);
  await command(['chroot', base, 'apt-get', 'update'], {timeout: 300});
  await command(['touch', join(base, 'var/lib/apt/lists')]);
}

/** The root file system that all hosts share, built at first use and cached by a hash of its recipe. Resolves with its folder. */
export async function haveBase(report: (line: string) => void): Promise<string> {
  const folder = cacheFolder();
  const hash = createHash('sha256')
    .update(JSON.stringify(await recipe('ROOT')))
    .digest('hex')
    .slice(0, 12);
  const base = join(folder, `.base-${hash}`);
  await mkdir(folder, {recursive: true});
  await withLock(join(folder, '.base.lock'), report, async () => {
    if (!(await exists(base))) await build(base, report);
    await refreshLists(base, report);
  });
  return base;
}
