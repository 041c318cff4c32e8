import {asUser, type Damage} from '../damage.js';
import {everythingRestarted, fault, restarted} from './fault.js';

/** Services, packages, programs and images. */
export const units = {
  balancerDisabled: fault('haproxy is disabled', {
    host: 'lb1',
    script: 'systemctl disable -q haproxy',
    repairs: ['haproxy/systemd_service'],
  }),
  logWriterStopped: fault('what writes the log is stopped', {
    host: 'lb1',
    script: 'systemctl stop rsyslog syslog.socket',
    repairs: ['haproxy/systemd_service'],
    renews: [/^unit (rsyslog\.service|syslog\.socket)$/],
  }),
  unitsDisabled: fault('the units are disabled', {
    host: 'w2',
    script: asUser('systemctl --user disable -q u7s-rootlesskit.service u7s-containerd.service u7s-kubelet.service'),
    repairs: ['runtime/systemd_service'],
  }),
  lingerLost: fault('services end with the last login', {
    host: 'w1',
    script: 'rm /var/lib/systemd/linger/u7s-admin',
    repairs: ['host/linger'],
  }),
  packageRemoved: fault('a package is removed', {
    host: 'w2',
    script: 'DEBIAN_FRONTEND=noninteractive apt-get remove -qq ethtool >/dev/null',
    repairs: ['runtime/package'],
  }),
  imageRemoved: fault('an image is removed', {
    host: 'w1',
    script: "bash -lc 'ctr -n k8s.io images rm registry.local/u7s/web:1' >/dev/null",
    repairs: ['runtime/oci_image'],
  }),
  containerdStopped: fault('containerd is stopped', {
    host: 'w2',
    script: asUser('systemctl --user stop u7s-containerd.service'),
    repairs: ['runtime/systemd_service'],
    renews: restarted,
    untold: {needs: /^an answer of containerd after w2\//},
  }),
  entranceClosed: fault('the way into the namespaces may not be executed', {
    host: 'w1',
    script: 'chmod 0644 /usr/libexec/u7s/u7s-enter',
    repairs: ['runtime/copy'],
    untold: {needs: /^an answer of (ctr|kubectl) after w1\/|^w1\/kubeadm_join$/},
  }),
  namespacesStopped: fault('the namespaces are stopped', {
    host: 'w1',
    script: asUser('systemctl --user stop u7s-rootlesskit.service'),
    repairs: ['runtime/systemd_service'],
    renews: everythingRestarted,
    untold: {needs: /^an answer of (containerd|the cluster|its check) after |^w1\/kubeadm_join$/},
  }),
  balancerStopped: fault('haproxy is stopped', {
    host: 'lb1',
    script: 'systemctl stop haproxy',
    repairs: ['haproxy/systemd_service'],
    renews: [/^unit haproxy\.service$/],
    untold: {needs: /^an answer of the cluster after |^(cp1|w1|w2)\/(kubeadm_|Have a join token|See which taints)/},
  }),
} as const satisfies Readonly<Record<string, Damage>>;
