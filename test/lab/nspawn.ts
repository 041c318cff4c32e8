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
