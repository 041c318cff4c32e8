import type {Damage} from '../damage.js';
import {everythingRestarted, fault, restarted} from './fault.js';

/** Files that were edited, lost or replaced. */
export const files = {
  policyOpened: fault("the policy's default becomes to accept anything", {
    host: 'w1',
    script: `sed -i 's/"reject"/"insecureAcceptAnything"/' /etc/containers/policy.json && grep -q insecureAcceptAnything /etc/containers/policy.json`,
    repairs: ['image_policy/copy'],
  }),
  foreignSigner: fault('the policy trusts a foreign key', {
    host: 'w2',
    script: `rule='"registry.local": [{"type": "signedBy", "keyType": "GPGKeys", "keyPath": "/var/sigstore/keys/foreign.pgp"}]'
echo foreign >/var/sigstore/keys/foreign.pgp && sed -i "s|\\"docker\\": {}|\\"docker\\": {$rule}|" /etc/containers/policy.json && grep -q foreign.pgp /etc/containers/policy.json`,
    repairs: ['image_policy/copy', 'image_policy/file'],
  }),
  signaturePlacesLost: fault('the places of signatures are lost', {
    host: 'w2',
    script: 'rm /etc/containers/registries.d/default.yaml',
    repairs: ['image_policy/template'],
  }),
  containerdConfigured: fault("containerd's configuration is edited", {
    host: 'w1',
    script: "echo '# edited' >>/etc/u7s/containerd.toml",
    repairs: ['runtime/template', 'runtime:/systemd_service'],
    renews: restarted,
  }),
  namespacesConfigured: fault('the settings of the namespaces are edited', {
    host: 'w2',
    script: "echo 'U7S_EDITED=1' >>/etc/u7s/namespace.env",
    repairs: ['runtime/template', 'runtime:/systemd_service'],
    renews: everythingRestarted,
  }),
  kubeletUnitEdited: fault("the kubelet's unit is edited", {
    host: 'w1',
    script: 'echo "# edited" >>"$U7S_HOME/.config/systemd/user/u7s-kubelet.service"',
    repairs: ['runtime/template', 'runtime:/systemd_service'],
    renews: restarted,
  }),
  verifierCut: fault('the image verifier is cut short', {
    host: 'w2',
    script: 'truncate -s 1000 /opt/u7s/image-verifier/image-verifier',
    repairs: ['runtime/copy', 'runtime:/systemd_service'],
    renews: restarted,
  }),
  pathEdited: fault("root's path is edited", {
    host: 'w2',
    script: 'echo PATH= >/etc/profile.d/u7s.sh',
    repairs: ['runtime/copy'],
  }),
  subordinateIdsLost: fault('the subordinate ids of the user are lost', {
    host: 'w1',
    script: "sed -i '/^u7s-admin:/d' /etc/subuid",
    repairs: ['host/subid'],
  }),
  pluginLost: fault('a plugin of the network is lost', {
    host: 'w2',
    script: 'rm /opt/u7s/cni/bin/loopback',
    repairs: ['runtime/copy'],
  }),
  kubeletReplaced: fault('the kubelet is another program', {
    host: 'w1',
    script:
      'cd /opt/u7s/kubernetes/bin && cp kubelet kubelet.other && truncate -s 4096 kubelet.other && mv kubelet.other kubelet',
    repairs: ['runtime/copy'],
  }),
  parametersLost: fault('the file of kernel parameters is lost', {
    host: 'w1',
    script: 'rm /etc/sysctl.d/90-u7s.conf',
    repairs: ['host/sysctl'],
  }),
  modeOpened: fault('anybody may write the unit of the namespaces', {
    host: 'w2',
    script: 'chmod 0666 "$U7S_HOME/.config/systemd/user/u7s-rootlesskit.service"',
    repairs: ['runtime/template', 'runtime:/systemd_service'],
    renews: everythingRestarted,
  }),
  kubeadmConfigured: fault('the configuration of kubeadm is edited', {
    host: 'cp1',
    script: `sed -i 's/audit-log-maxage/audit-log-old/' "$U7S_DATA/etc_kubernetes/kubeadm.yaml" && grep -q audit-log-old "$U7S_DATA/etc_kubernetes/kubeadm.yaml"`,
    repairs: ['control_plane/template'],
  }),
  auditPolicyLost: fault('the audit policy is lost', {
    host: 'cp1',
    script: 'rm "$U7S_DATA/etc_kubernetes/audit/policy.yaml"',
    repairs: ['control_plane/copy'],
  }),
} as const satisfies Readonly<Record<string, Damage>>;
