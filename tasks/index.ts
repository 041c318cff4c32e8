import {ask, type AnyTaskModule, type Registry} from '../engine/task.js';
import {apk} from './apk.js';
import {apt} from './apt.js';
import {aptRepository} from './apt_repository.js';
import {aptRpm} from './apt_rpm.js';
import {archive} from './archive.js';
import {assert} from './assert.js';
import {asyncStatus} from './async_status.js';
import {authorizedKey} from './authorized_key.js';
import {blockinfile} from './blockinfile.js';
import {clock} from './clock.js';
import {command} from './command.js';
import {copy} from './copy.js';
import {cron} from './cron.js';
import {deb822Repository} from './deb822_repository.js';
import {debug} from './debug.js';
import {dnf} from './dnf.js';
import {dpkgSelections} from './dpkg_selections.js';
import {etcdMember} from './etcd_member.js';
import {etcdWait} from './etcd_wait.js';
import {fail} from './fail.js';
import {fetch} from './fetch.js';
import {file} from './file.js';
import {find} from './find.js';
import {getUrl} from './get_url.js';
import {getent} from './getent.js';
import {git} from './git.js';
import {gpgKey} from './gpg_key.js';
import {group} from './group.js';
import {haproxyServer} from './haproxy_server.js';
import {hostname} from './hostname.js';
import {iptables} from './iptables.js';
import {knownHosts} from './known_hosts.js';
import {kubeCsr} from './kube_csr.js';
import {kubeNode} from './kube_node.js';
import {kubeObject} from './kube_object.js';
import {kubeUserRoles} from './kube_user_roles.js';
import {kubeWait} from './kube_wait.js';
import {kubeadmCertificate} from './kubeadm_certificate.js';
import {kubeadmCertificateKey} from './kubeadm_certificate_key.js';
import {kubeadmConfig} from './kubeadm_config.js';
import {kubeadmInit} from './kubeadm_init.js';
import {kubeadmJoin} from './kubeadm_join.js';
import {kubeadmRenewal} from './kubeadm_renewal.js';
import {kubeadmToken} from './kubeadm_token.js';
import {lineinfile} from './lineinfile.js';
import {linger} from './linger.js';
import {modprobe} from './modprobe.js';
import {mount} from './mount.js';
import {networksApart} from './networks_apart.js';
import {ociImage} from './oci_image.js';
import {opensslCertificate} from './openssl_certificate.js';
import {opensslCsr} from './openssl_csr.js';
import {packageModule} from './package.js';
import {packageFacts} from './package_facts.js';
import {pause} from './pause.js';
import {ping} from './ping.js';
import {podmanImage} from './podman_image.js';
import {reboot} from './reboot.js';
import {replace} from './replace.js';
import {rootlessPorts} from './rootless_ports.js';
import {rpmKey} from './rpm_key.js';
import {script} from './script.js';
import {service} from './service.js';
import {serviceFacts} from './service_facts.js';
import {setFact} from './set_fact.js';
import {setup} from './setup.js';
import {shell} from './shell.js';
import {signedImages} from './signed_images.js';
import {signerKey} from './signer_key.js';
import {slurp} from './slurp.js';
import {stat} from './stat.js';
import {subid} from './subid.js';
import {synchronize} from './synchronize.js';
import {sysctl} from './sysctl.js';
import {systemd} from './systemd.js';
import {systemdService} from './systemd_service.js';
import {tempfile} from './tempfile.js';
import {template} from './template.js';
import {timezone} from './timezone.js';
import {unarchive} from './unarchive.js';
import {uri} from './uri.js';
import {user} from './user.js';
import {waitFor} from './wait_for.js';
import {waitForConnection} from './wait_for_connection.js';
import {yum} from './yum.js';
import {zypper} from './zypper.js';
import {networkFact} from './facts/network.js';
import {osFact} from './facts/os.js';
import {setupFact} from './facts/setup.js';
import {kinds} from './registry/kinds.js';

const modules: readonly AnyTaskModule[] = [
  apk,
  apt,
  aptRepository,
  aptRpm,
  archive,
  assert,
  asyncStatus,
  authorizedKey,
  blockinfile,
  clock,
  command,
  copy,
  cron,
  deb822Repository,
  debug,
  dnf,
  dpkgSelections,
  etcdMember,
  etcdWait,
  fail,
  fetch,
  file,
  find,
  getUrl,
  getent,
  git,
  gpgKey,
  group,
  haproxyServer,
  hostname,
  iptables,
  knownHosts,
  kubeCsr,
  kubeNode,
  kubeObject,
  kubeUserRoles,
  kubeWait,
  kubeadmCertificate,
  kubeadmCertificateKey,
  kubeadmConfig,
  kubeadmInit,
  kubeadmJoin,
  kubeadmRenewal,
  kubeadmToken,
  lineinfile,
  linger,
  modprobe,
  mount,
  networksApart,
  ociImage,
  opensslCertificate,
  opensslCsr,
  packageModule,
  packageFacts,
  pause,
  ping,
  podmanImage,
  reboot,
  replace,
  rootlessPorts,
  rpmKey,
  script,
  service,
  serviceFacts,
  setFact,
  setup,
  shell,
  signedImages,
  signerKey,
  slurp,
  stat,
  subid,
  synchronize,
  sysctl,
  systemd,
  systemdService,
  tempfile,
  template,
  timezone,
  unarchive,
  uri,
  user,
  waitFor,
  waitForConnection,
  yum,
  zypper,
];

/** Everything the engine is given to work with. */
export const registry: Registry = {
  modules: new Map(modules.map((module) => [module.name, module])),
  kinds: new Map(kinds.map((kind) => [kind.name, kind])),
  variables: {
    // What the machine runs: family, version, architecture, memory (see facts/os.ts).
    os: ask(osFact, {}),
    // Its addresses and its way out (see facts/network.ts).
    network: ask(networkFact, {}),
    // What Ansible calls facts (see facts/setup.ts).
    ansible_facts: ask(setupFact, {}),
  },
};
