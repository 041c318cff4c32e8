import {rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {PlannedHost} from './plan.js';
import {hostFolders} from './root-filesystem.js';

/** The words that start a host. `lab` and `bridge` place it; its folders are those of `hostFolders`. */
export function nspawnCommand(
  host: PlannedHost,
  {lab, bridge}: {readonly lab: string; readonly bridge: string},
): readonly string[] {
  const {root, varLib, home, archives} = hostFolders(lab, host.name);
  return [
    'systemd-nspawn',
    '--quiet',
    '--register=no',
    '--keep-unit',
    `--directory=${root}`,
    `--machine=${lab}-${host.name}`,
    `--hostname=${host.name}`,
    `--network-bridge=${bridge}`,
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    '--console=pipe',
    // Rootless Kubernetes nests namespaces, mounts and network devices; the machine's clock, modules and ports stay out of reach.
    '--capability=all',
    '--drop-capability=CAP_SYS_TIME,CAP_SYS_MODULE,CAP_SYS_RAWIO',
    '--system-call-filter=add_key keyctl bpf perf_event_open',
    '--bind=/dev/net/tun',
    '--bind=/dev/fuse',
    `--bind=${varLib}:/var/lib`,
    `--bind=${home}:/home`,
    `--bind=${archives}:/var/cache/apt/archives`,
    '--boot',
  ];
}

/** Removes what nspawn leaves in /run when it is killed. The host must have ended, its root be mounted still. */
export async function removeRuntimeFiles(lab: string, host: string): Promise<void> {
  const folder = '/run/systemd/nspawn';
  await rm(join(folder, 'propagate', `${lab}-${host}`), {recursive: true, force: true});
  const root = await stat(hostFolders(lab, host).root).catch(() => undefined);
  if (root) await rm(join(folder, 'locks', `inode-${root.dev}:${root.ino}`), {force: true});
}
