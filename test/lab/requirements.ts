import {access, readFile} from 'node:fs/promises';
import {delimiter, join} from 'node:path';
import {command, tryCommand} from './process.js';

const packageOf: Readonly<Record<string, string>> = {
  mmdebstrap: 'mmdebstrap',
  'systemd-nspawn': 'systemd-container',
  ip: 'iproute2',
  iptables: 'iptables',
  ssh: 'openssh-client',
  flock: 'util-linux',
};

const searched = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];

async function isInstalled(program: string): Promise<boolean> {
  for (const folder of searched) {
    const found = await access(join(folder, program)).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}

/** Why no lab can run on this machine, in words for the user; nothing when it can. */
export async function reasonWithoutLab(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'the lab starts Linux hosts as containers: it needs a Linux machine';
  if (process.getuid?.() !== 0) return 'the lab mounts file systems and starts machines: run it as root';
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (!/^ID=debian$/m.test(release)) return 'the lab is built from Debian packages by apt: it needs a Debian machine';
  return undefined;
}

/** Installs the programs that the lab needs and that are missing here. Rejects where no lab can run. */
export async function meetRequirements(report: (line: string) => void): Promise<void> {
  const reason = await reasonWithoutLab();
  if (reason !== undefined) throw new Error(reason);
  const missing: string[] = [];
  for (const [program, name] of Object.entries(packageOf)) if (!(await isInstalled(program))) missing.push(name);
  if (missing.length === 0) return;
  report(`installing ${missing.join(', ')}`);
  const environment = {DEBIAN_FRONTEND: 'noninteractive'};
  const install = [
    'apt-get',
    'install',
    '-y',
    '--no-install-recommends',
    '-o',
    'DPkg::Lock::Timeout=300',
    ...missing,
  ] as const;
  const first = await tryCommand(install, {environment, timeout: 600});
  if (first.code === 0) return;
  await command(['apt-get', 'update', '-o', 'DPkg::Lock::Timeout=300'], {environment, timeout: 600});
  await command(install, {environment, timeout: 600});
}
