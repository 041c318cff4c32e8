import type {Fleet, HostName} from './fleet.js';
import type {Kubectl} from './kubectl.js';

/** Something that a person or an accident might do to a cluster that stands, and what its repair may touch. */
export interface Damage {
  readonly name: string;
  readonly host: HostName;
  make(fleet: Fleet, kubectl: Kubectl): Promise<void>;
  /** The nodes of the run that repair it, as `nameOf` writes them. */
  readonly repairs: readonly string[];
  /** What of the host is not as it was before the damage, although all is well again: a unit's new life, an object's new identity. */
  readonly renews: readonly RegExp[];
  /** Where the damage takes from the check what would tell it everything. */
  readonly untold?: {
    /** Which of the repairs it announces nevertheless. */
    readonly announces: readonly string[];
    /** On what everything else depends that it cannot tell. */
    readonly needs: RegExp;
  };
}

/** Runs a script as root on one host. */
export function onHost(host: HostName, script: string): Damage['make'] {
  return async (fleet) => {
    await fleet.on(host, script);
  };
}

/** Runs a command as the rootless user, in its session. */
export function asUser(command: string): string {
  return `. /etc/u7s/namespace.env && runuser -u "$U7S_USER" -- env "XDG_RUNTIME_DIR=/run/user/$U7S_UID" ${command}`;
}

export const damages: readonly Damage[] = [
  {
    name: 'haproxy.cfg is edited',
    host: 'lb1',
    make: onHost(
      'lb1',
      "sed -i 's/inter 1s/inter 7s/' /etc/haproxy/haproxy.cfg && grep -q 'inter 7s' /etc/haproxy/haproxy.cfg",
    ),
    repairs: ['lb1 haproxy/template', 'lb1 haproxy:/systemd_service'],
    renews: [],
  },
  {
    name: 'the kubelet of a worker is stopped',
    host: 'w1',
    make: onHost('w1', asUser('systemctl --user stop u7s-kubelet.service')),
    repairs: ['w1 runtime/systemd_service'],
    renews: [/^user-unit u7s-kubelet\.service$/],
  },
  {
    name: 'a kernel parameter is changed',
    host: 'w2',
    make: onHost('w2', 'sysctl -qw net.ipv4.ip_forward=0'),
    repairs: ['w2 host/sysctl'],
    renews: [],
  },
  {
    name: 'a name is taken out of /etc/hosts',
    host: 'w1',
    make: onHost('w1', "grep -q registry.local /etc/hosts && sed -i '/registry.local/d' /etc/hosts"),
    repairs: ['w1 host/blockinfile'],
    renews: [],
  },
  {
    name: "flannel's DaemonSet is deleted",
    host: 'cp1',
    make: async (_, kubectl) => {
      await kubectl.run('-n kube-flannel delete daemonset kube-flannel-ds --wait=true');
    },
    repairs: ['cp1 flannel/kube_object'],
    renews: [/^object DaemonSet kube-flannel\/kube-flannel-ds$/],
  },
];
