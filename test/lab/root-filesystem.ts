import {randomBytes} from 'node:crypto';
import {chmod, chown, copyFile, mkdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {hostFolder} from './folders.js';
import {haveHostKey, identityFiles} from './identity.js';
import {isMounted} from './mounts.js';
import {gatewayOf} from './plan.js';
import type {LabPlan, PlannedHost} from './plan.js';
import {command} from './process.js';

/** The folders of a host: `root` is what it sees; `varLib` and `home` are bound into it, because no overlay can lie on an overlay. */
export function hostFolders(
  lab: string,
  host: string,
): Readonly<Record<'root' | 'upper' | 'work' | 'varLib' | 'home' | 'archives', string>> {
  const top = hostFolder(lab, host);
  return {
    root: join(top, 'root'),
    upper: join(top, 'upper'),
    work: join(top, 'work'),
    varLib: join(top, 'var-lib'),
    home: join(top, 'home'),
    archives: join(top, 'archives'),
  };
}

async function mountRoot(base: string, lab: string, host: string): Promise<void> {
  const {root, upper, work} = hostFolders(lab, host);
  if (await isMounted(root)) return;
  for (const folder of [root, upper, work]) await mkdir(folder, {recursive: true});
  const options = `lowerdir=${base},upperdir=${upper},workdir=${work}`;
  await command(['mount', '-t', 'overlay', `u7s-lab-${lab}-${host}`, '-o', options, root]);
}

async function haveCopy(from: string, to: string): Promise<void> {
  if ((await stat(to).catch(() => undefined)) === undefined) await copyFolder(from, to);
}

/** Copies a folder to where nothing is, so that there is a whole copy or none. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await rm(`${to}.part`, {recursive: true, force: true});
  await command(['cp', '-a', '--reflink=auto', from, `${to}.part`], {timeout: 600});
  await command(['mv', `${to}.part`, to]);
}

async function nameServers(): Promise<string> {
  // A resolver on the loopback of this machine cannot be reached from a host.
  const text = await readFile('/etc/resolv.conf', 'utf8').catch(() => '');
  if (!/^nameserver\s+127\./m.test(text)) return text;
  return readFile('/run/systemd/resolve/resolv.conf', 'utf8').catch(() => text);
}

async function authorize(key: string, folder: string, id: number): Promise<void> {
  await mkdir(folder, {recursive: true});
  await writeFile(join(folder, 'authorized_keys'), key);
  await chmod(join(folder, 'authorized_keys'), 0o600);
  await chmod(folder, 0o700);
  for (const path of [folder, join(folder, 'authorized_keys')]) await chown(path, id, id);
}

async function seed(plan: LabPlan, {name, address, second}: PlannedHost): Promise<void> {
  const {root, home} = hostFolders(plan.name, name);
  const files = identityFiles(plan.name);
  const write = (path: string, lines: readonly string[]): Promise<void> =>
    writeFile(join(root, path), lines.join('\n') + '\n');
  await write('etc/hostname', [name]);
  await write('etc/machine-id', [randomBytes(16).toString('hex')]);
  await write('etc/hosts', ['127.0.0.1 localhost', '::1 localhost ip6-localhost ip6-loopback', `${address} ${name}`]);
  await writeFile(join(root, 'etc/resolv.conf'), await nameServers());
  const addresses = [address, second].flatMap((each) => (each === undefined ? [] : [`Address=${each}/24`]));
  const network = [...addresses, `Gateway=${gatewayOf(plan)}`, 'LinkLocalAddressing=no', 'IPv6AcceptRA=no'];
  await write('etc/systemd/network/10-host0.network', ['[Match]', 'Name=host0', '', '[Network]', ...network]);
  const hostKey = await haveHostKey(plan.name, name);
  for (const suffix of ['', '.pub'])
    await copyFile(hostKey + suffix, join(root, `etc/ssh/ssh_host_ed25519_key${suffix}`));
  await chmod(join(root, 'etc/ssh/ssh_host_ed25519_key'), 0o600);
  // One key, so that what the controller knows is all that the host can show.
  await write('etc/ssh/sshd_config.d/lab.conf', [
    'HostKey /etc/ssh/ssh_host_ed25519_key',
    'PermitRootLogin prohibit-password',
  ]);
  const key = await readFile(`${files.key}.pub`, 'utf8');
  await authorize(key, join(root, 'root/.ssh'), 0);
  await authorize(key, join(home, 'deploy/.ssh'), 1000);
  await authorize(key, join(home, 'deploypw/.ssh'), 1001);
  const password = (await readFile(files.password, 'utf8')).trim();
  await command(['chroot', root, 'chpasswd'], {input: `deploypw:${password}\n`});
}

/** The base that the host of a folder was made from, which it keeps when a newer one is built. */
export async function baseOf(folder: string): Promise<string | undefined> {
  return readFile(join(folder, 'base'), 'utf8').catch(() => undefined);
}

/** Mounts a host's root and, the first time, gives it its name, keys, address and users. What the host wrote since stays. */
export async function haveRoot(plan: LabPlan, host: PlannedHost, base: string): Promise<void> {
  const {root, varLib, home, archives} = hostFolders(plan.name, host.name);
  const present = await baseOf(hostFolder(plan.name, host.name));
  await mountRoot(present ?? base, plan.name, host.name);
  if (present !== undefined) return;
  await haveCopy(join(base, 'var/lib'), varLib);
  await haveCopy(join(base, 'home'), home);
  await haveCopy(join(base, 'var/cache/apt/archives'), archives);
  await chmod(root, 0o755);
  await seed(plan, host);
  await writeFile(join(hostFolder(plan.name, host.name), 'base'), base);
}
